"""The storage of documents on moto, and arrivals as S3 tells them: a browser's part and the queue's, in one place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import boto3

from functions.upload import app
from portal.config import settings
from tests.functions.gateway import Answer, Browser


@dataclass
class Bucket:
    """The bucket of documents."""

    s3: Any

    @property
    def name(self) -> str:
        return settings().documents_bucket

    def names(self, prefix: str = "") -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        return sorted(item["Key"] for page in pages for item in page.get("Contents", []))

    def read(self, key: str) -> bytes:
        return bytes(self.s3.get_object(Bucket=self.name, Key=key)["Body"].read())

    def put(self, upload: dict[str, Any], content: bytes) -> str:
        """What a browser does with a signed form, without the storage's own checks (tests/e2e has those)."""
        key = str(upload["fields"]["key"])
        self.s3.put_object(Bucket=self.name, Key=key, Body=content)
        return key

    def tag(self, key: str, **tags: str) -> None:
        told = [{"Key": name, "Value": value} for name, value in tags.items()]
        self.s3.put_object_tagging(Bucket=self.name, Key=key, Tagging={"TagSet": told})


@contextmanager
def bucket() -> Iterator[Bucket]:
    """An empty bucket, inside moto."""
    s3 = boto3.client("s3")
    made = Bucket(s3)
    s3.create_bucket(Bucket=made.name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    try:
        yield made
    finally:
        for key in made.names():
            s3.delete_object(Bucket=made.name, Key=key)
        s3.delete_bucket(Bucket=made.name)


def announced(content: bytes, name: str = "faktura.pdf") -> dict[str, Any]:
    """A file as a browser announces it."""
    return {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def sign(who: Browser, path: str, *files: dict[str, Any], **more: Any) -> Answer:
    return who.post(f"{path}/documents", {"files": list(files), **more})


def told(*objects: str, message: str = "m-1") -> dict[str, Any]:
    """A message of the queue that tells of these objects."""
    records = [
        {"eventName": "ObjectCreated:Post", "s3": {"object": {"key": quote_plus(key, safe="/")}}} for key in objects
    ]
    return {"messageId": message, "body": json.dumps({"Records": records})}


def deliver(*messages: dict[str, Any]) -> list[str]:
    """Messages that come back."""
    answer = app.handler({"Records": list(messages)}, None)
    return [failed["itemIdentifier"] for failed in answer["batchItemFailures"]]


def hand_over(who: Browser, path: str, where: Bucket, content: bytes, name: str = "faktura.pdf", **more: Any) -> str:
    """A file from the browser to its document, whatever becomes of it: the document's name."""
    answer = sign(who, path, announced(content, name), **more)
    assert answer.status == 200, answer.text
    (upload,) = answer.json["uploads"]
    assert deliver(told(where.put(upload, content))) == []
    return str(upload["document"])
