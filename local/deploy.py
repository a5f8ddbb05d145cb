"""Deploys template.yaml on the emulator through its CloudFormation, and reads back what stands there."""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local import registers
from local.place import REGION, SENDER, STACK, Place
from local.template import load

_BUCKET = "local-artifacts"
_ROOT_KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


class DeployError(Exception):
    """The template was refused; the sentences say why."""


@dataclass(frozen=True, slots=True)
class Function:
    """A deployed function, as Lambda describes it."""

    name: str
    handler: str
    timeout: int
    memory: int
    variables: dict[str, str]
    description: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Deployment:
    """What stands on the emulator after a deployment."""

    table: str
    functions: dict[str, Function]
    template: dict[str, Any]


def client(place: Place, service: str) -> Any:
    """A client of the emulator with the rights of the account's owner."""
    config = Config(retries={"max_attempts": 2}, read_timeout=60)
    return boto3.client(service, endpoint_url=place.aws_url, region_name=REGION, config=config, **_ROOT_KEYS)


def deploy(place: Place) -> Deployment:
    """Bring the stack to what template.yaml says; nothing happens when it is there already."""
    template = _prepared(place)
    parameters = {
        "Stage": "local",
        "Domain": place.domain,
        "MailSender": SENDER,
        "Release": "local",
        "WhiteListUrl": f"{place.url}{registers.WHITE_LIST}",
        "ExchangeRatesUrl": f"{place.url}{registers.EXCHANGE_RATES}",
    }
    digest = hashlib.sha256(json.dumps([template, parameters], sort_keys=True).encode()).hexdigest()
    mark = place.home / "deployed"
    exists = _stack_stands(place)
    if not exists or not mark.exists() or mark.read_text() != digest:
        mark.unlink(missing_ok=True)
        _execute(place, template, parameters, "UPDATE" if exists else "CREATE")
        _complete(place, template)
        mark.write_text(digest)
    return _read_back(place)


def _prepared(place: Place) -> dict[str, Any]:
    """The template with a stand-in for the code: functions run from the tree (local.host), not from a package."""
    template = load(place.root / "template.yaml")
    code = {"Bucket": _BUCKET, "Key": "stand-in.zip"}
    template.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = code
            _put_to_rest(resource["Properties"].get("Events", {}))
    return template


def _put_to_rest(events: dict[str, Any]) -> None:
    """What the emulator would start by itself would be the stand-in: stream, queue and schedule are played here."""
    for event in events.values():
        if event["Type"] in ("DynamoDB", "SQS"):
            event["Properties"]["Enabled"] = False
        if event["Type"] == "ScheduleV2":
            event["Properties"]["State"] = "DISABLED"


def _stand_in() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("README", "The functions of this stack run from the work tree: local/host.py")
    return buffer.getvalue()


def _stack(place: Place) -> dict[str, Any]:
    stacks: list[dict[str, Any]] = client(place, "cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    return stacks[0]


def _stack_stands(place: Place) -> bool:
    try:
        return bool(_stack(place)["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"))
    except ClientError:
        return False


def _execute(place: Place, template: dict[str, Any], parameters: dict[str, str], kind: str) -> None:
    storage, stacks = client(place, "s3"), client(place, "cloudformation")
    if _BUCKET not in {bucket["Name"] for bucket in storage.list_buckets()["Buckets"]}:
        storage.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    storage.put_object(Bucket=_BUCKET, Key="stand-in.zip", Body=_stand_in())
    storage.put_object(Bucket=_BUCKET, Key="template.json", Body=json.dumps(template).encode())
    name = f"local-{time.time_ns()}"
    stacks.create_change_set(
        StackName=STACK,
        ChangeSetName=name,
        ChangeSetType=kind,
        TemplateURL=f"{place.aws_url}/{_BUCKET}/template.json",
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    change = _settled(lambda: stacks.describe_change_set(StackName=STACK, ChangeSetName=name), "Status")
    if change["Status"] == "FAILED":
        reason = change.get("StatusReason", "")
        if "didn't contain changes" in reason or "No updates" in reason:
            return
        raise DeployError(reason)
    stacks.execute_change_set(StackName=STACK, ChangeSetName=name)
    stack = _settled(lambda: _stack(place), "StackStatus")
    if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeployError(_reasons(stacks) or stack["StackStatus"])


def _settled(describe: Callable[[], dict[str, Any]], key: str) -> dict[str, Any]:
    """Wait for the end of what is going on."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        state = describe()
        if not state[key].endswith(("IN_PROGRESS", "PENDING")):
            return state
        time.sleep(0.1)
    raise DeployError("The emulator did not finish within a minute.")


def _reasons(stacks: Any) -> str:
    events = stacks.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
    return "\n".join(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed)


def _physical(place: Place) -> dict[str, str]:
    resources = client(place, "cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}


def _complete(place: Place, template: dict[str, Any]) -> None:
    """Do what the emulator leaves undone, and what an operator does once in a real account."""
    names, database = _physical(place), client(place, "dynamodb")
    for key, resource in template["Resources"].items():
        ttl = resource.get("Properties", {}).get("TimeToLiveSpecification")
        if resource["Type"] == "AWS::DynamoDB::Table" and ttl:
            known = database.describe_time_to_live(TableName=names[key])["TimeToLiveDescription"]
            if known["TimeToLiveStatus"] != "ENABLED":
                database.update_time_to_live(TableName=names[key], TimeToLiveSpecification=ttl)
    identities = client(place, "sesv2")
    domain = SENDER.partition("@")[2]
    if domain not in {known["IdentityName"] for known in identities.list_email_identities()["EmailIdentities"]}:
        identities.create_email_identity(EmailIdentity=domain)


def _read_back(place: Place) -> Deployment:
    template = client(place, "cloudformation").get_template(StackName=STACK, TemplateStage="Processed")["TemplateBody"]
    processed: dict[str, Any] = template if isinstance(template, dict) else json.loads(template)
    names, functions = _physical(place), client(place, "lambda")

    def of(kind: str) -> list[str]:
        return [key for key, resource in processed["Resources"].items() if resource["Type"] == kind]

    return Deployment(
        table=names[of("AWS::DynamoDB::Table")[0]],
        functions={key: _function(functions, names[key]) for key in of("AWS::Lambda::Function")},
        template=processed,
    )


def _function(functions: Any, name: str) -> Function:
    found = functions.get_function_configuration(FunctionName=name)
    return Function(
        name=name,
        handler=found["Handler"],
        timeout=found["Timeout"],
        memory=found["MemorySize"],
        variables=found.get("Environment", {}).get("Variables", {}),
        description={key: value for key, value in found.items() if key != "ResponseMetadata"},
    )
