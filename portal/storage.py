"""The door to S3: forms and addresses that are signed here and used by browsers, and objects that functions handle.

Signing needs no client: making one takes longer than a page.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.configprovider import ConfiguredEndpointProvider
from botocore.exceptions import ClientError

from portal.aws import client, session

_ABSENT = {"404", "NoSuchKey", "NotFound"}
_THERE = {"PreconditionFailed", "ConditionalRequestConflict"}
_STORED = 204


class Form(NamedTuple):
    """A form that a browser posts straight to the storage: these fields first, then the file as `file`."""

    url: str
    fields: dict[str, str]


class Head(NamedTuple):
    """What the storage tells of an object."""

    size: int
    media_type: str


class Upload:
    """An object on its way to storage, sent part by part: memory holds one part, however large the object becomes.

    It appears when `finish` is called, and whole; until then there is nothing. Use it as a context manager: what was
    not finished is thrown away.
    """

    PART = 8 * 1024 * 1024

    def __init__(self, bucket: str, key: str, media_type: str) -> None:
        self._where = {"Bucket": bucket, "Key": key}
        begun = client("s3").create_multipart_upload(**self._where, ContentType=media_type)
        self._upload = {**self._where, "UploadId": begun["UploadId"]}
        self._buffer = bytearray()
        self._parts: list[dict[str, Any]] = []
        self._finished = False
        self.size = 0

    def __enter__(self) -> Upload:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._finished:
            client("s3").abort_multipart_upload(**self._upload)

    def write(self, data: bytes) -> int:
        """Take some more of it."""
        self._buffer += data
        self.size += len(data)
        while len(self._buffer) >= self.PART:
            self._send(bytes(self._buffer[: self.PART]))
            del self._buffer[: self.PART]
        return len(data)

    def flush(self) -> None:
        """Parts go when they are full."""

    def close(self) -> None:
        """What writes into it may think that it ends it; `finish` does."""

    def finish(self) -> None:
        """Make it appear."""
        self._send(bytes(self._buffer))
        client("s3").complete_multipart_upload(**self._upload, MultipartUpload={"Parts": self._parts})
        self._finished = True

    def _send(self, part: bytes) -> None:
        number = len(self._parts) + 1
        answer = client("s3").upload_part(**self._upload, PartNumber=number, Body=part)
        # Where parts have checksums, the end must name them too.
        told = {name: answer[name] for name in ("ETag", "ChecksumCRC32") if name in answer}
        self._parts.append({"PartNumber": number, **told})


def origin(bucket: str) -> str:
    """Scheme and host under which browsers reach a bucket, as a page's policy names it."""
    url = _address(bucket)
    return "/".join(url.split("/")[:3])


def presigned_post(
    bucket: str,
    key: str,
    *,
    media_type: str,
    size: int,
    sha256: str,
    seconds: int,
    now: datetime,
    back: str = "",
    most: int = 0,
) -> Form:
    """A form for exactly this object: key, type, size in bytes and SHA-256 (hex) are part of what is signed.

    `back`: where a browser without script is led afterwards; as it cannot measure a file, size and SHA-256 are left
    open then, up to `most` bytes. Anything else is refused by the storage itself.
    """
    credentials = session().get_credentials().get_frozen_credentials()
    region = session().get_config_variable("region")
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    fields = {
        "key": key,
        "Content-Type": media_type,
        **({} if most else _checksum(sha256)),
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": f"{credentials.access_key}/{stamp[:8]}/{region}/s3/aws4_request",
        "x-amz-date": stamp,
        **({"x-amz-security-token": credentials.token} if credentials.token else {}),
        **({"success_action_redirect": back} if back else {"success_action_status": str(_STORED)}),
    }
    expires = (now + timedelta(seconds=seconds)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    conditions: list[Any] = [{"bucket": bucket}, *({name: value} for name, value in fields.items())]
    conditions.append(["content-length-range", 1, most] if most else ["content-length-range", size, size])
    policy = base64.b64encode(json.dumps({"expiration": expires, "conditions": conditions}).encode()).decode()
    signature = _signature(credentials.secret_key, stamp[:8], region, policy)
    return Form(_address(bucket) + "/", {**fields, "policy": policy, "x-amz-signature": signature})


def presigned_get(
    bucket: str, key: str, *, name: str, media_type: str, seconds: int, inline: bool = False, real_name: str = ""
) -> str:
    """An address under which an object can be saved as `name` (plain letters only) for so many seconds.

    `inline`: it is shown instead. `real_name` may hold any letters (RFC 5987).
    """
    disposition = f'{"inline" if inline else "attachment"}; filename="{name}"'
    if real_name:
        disposition += f"; filename*=UTF-8''{quote(real_name, safe='')}"
    said = {"response-content-disposition": disposition, "response-content-type": media_type}
    request = AWSRequest("GET", f"{_address(bucket)}/{quote(key)}?{urlencode(said, quote_via=quote)}")
    credentials = session().get_credentials().get_frozen_credentials()
    region = session().get_config_variable("region")
    S3SigV4QueryAuth(credentials, "s3", region, expires=seconds).add_auth(request)
    return str(request.url)


def head(bucket: str, key: str) -> Head | None:
    """Whether an object is there, and what it says of itself."""
    try:
        answer = client("s3").head_object(Bucket=bucket, Key=key)
    except ClientError as failure:
        _pass_over_absent(failure)
        return None
    return Head(answer["ContentLength"], answer.get("ContentType", ""))


def read(bucket: str, key: str) -> bytes | None:
    """A whole object; None when it is not there."""
    try:
        return bytes(client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    except ClientError as failure:
        _pass_over_absent(failure)
        return None


@contextmanager
def opened(bucket: str, key: str, chunk: int = 256 * 1024) -> Iterator[Iterator[bytes]]:
    """An object piece by piece, so that memory holds one piece. Raises FileNotFoundError."""
    try:
        body = client("s3").get_object(Bucket=bucket, Key=key)["Body"]
    except ClientError as failure:
        _pass_over_absent(failure)
        raise FileNotFoundError(key) from None
    try:
        yield body.iter_chunks(chunk)
    finally:
        body.close()


def put(bucket: str, key: str, content: bytes, media_type: str) -> None:
    """Write an object; written again it is the same."""
    client("s3").put_object(Bucket=bucket, Key=key, Body=content, ContentType=media_type)


def put_first(bucket: str, key: str, content: bytes, media_type: str) -> bool:
    """Write an object unless there is one; tells whether it was written."""
    try:
        client("s3").put_object(Bucket=bucket, Key=key, Body=content, ContentType=media_type, IfNoneMatch="*")
    except ClientError as failure:
        if failure.response["Error"]["Code"] not in _THERE:
            raise
        return False
    return True


def copy(bucket: str, source: str, key: str, media_type: str) -> None:
    """Copy an object within a bucket, with a type of our own saying."""
    client("s3").copy_object(
        Bucket=bucket,
        Key=key,
        CopySource={"Bucket": bucket, "Key": source},
        MetadataDirective="REPLACE",
        ContentType=media_type,
    )


def delete(bucket: str, key: str) -> None:
    """Remove an object; one that is not there is removed too."""
    client("s3").delete_object(Bucket=bucket, Key=key)


def tags(bucket: str, key: str) -> Mapping[str, str]:
    """What was marked on an object, by a scanner for example."""
    found = client("s3").get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in found}


def sha256(content: bytes) -> str:
    """The digest of a content in hex, as forms and documents name it."""
    return hashlib.sha256(content).hexdigest()


def _address(bucket: str) -> str:
    here = session()
    elsewhere = ConfiguredEndpointProvider(here.full_config, here.get_scoped_config(), "s3").provide()
    return (
        f"{elsewhere}/{bucket}"
        if elsewhere
        else f"https://{bucket}.s3.{here.get_config_variable('region')}.amazonaws.com"
    )


def _checksum(sha256: str) -> dict[str, str]:
    """The fields by which the storage compares what comes with what was announced."""
    digest = base64.b64encode(bytes.fromhex(sha256)).decode()
    return {"x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": digest}


def _signature(secret: str, day: str, region: str, policy: str) -> str:
    """As Signature Version 4 makes the key of a day, region and service, and signs a policy with it."""
    key = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()


def _pass_over_absent(failure: Any) -> None:
    if failure.response["Error"]["Code"] not in _ABSENT:
        raise failure
