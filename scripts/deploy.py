"""Deploys what `sam build` made, under the name of the present commit, and puts static/ where CloudFront reads it."""

from __future__ import annotations

import argparse
import mimetypes
import subprocess
import sys
import tomllib
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import boto3  # noqa: TID251 - part of the build, not of the product

ROOT = Path(__file__).resolve().parent.parent
_SAM = ROOT / ".venv-sam/bin/sam"
_KEPT = "public, max-age=31536000, immutable"


def main() -> int:
    """Deploy one stage."""
    parser = argparse.ArgumentParser(description="Deploys one stage to AWS.")
    parser.add_argument("--stage", required=True, help="a section of samconfig.toml")
    stage = parser.parse_args().stage
    settings = deploy_parameters(stage)
    overrides = f"{settings['parameter_overrides']} Release={release()}"
    # The secret stays what it is: a parameter that is not named keeps its value.
    if "OriginSecret" not in parameters(settings["stack_name"], settings["region"]):
        overrides += f" OriginSecret={token_urlsafe(32)}"
    command = [str(_SAM), "deploy", "--config-env", stage, "--parameter-overrides", overrides]
    # Static files first, or the new addresses would be asked for, and kept for a year, with the old content.
    before = outputs(settings["stack_name"], settings["region"])
    if before:
        publish(before["StaticBucketName"], settings["region"])
    if code := subprocess.run(command, check=False).returncode:  # noqa: S603 - our own arguments
        return code
    made = outputs(settings["stack_name"], settings["region"])
    print(f"{publish(made['StaticBucketName'], settings['region'])} static files. {made['Address']}")
    return 0


def deploy_parameters(stage: str) -> dict[str, str]:
    """What samconfig.toml says of a stage's deployment."""
    sections = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    return dict(sections[stage]["deploy"]["parameters"])


def release() -> str:
    """The commit that is deployed; refused while there are changes it does not hold."""
    if _git("status", "--porcelain"):
        raise SystemExit("There are changes that are not committed; a release is a commit.")
    return _git("rev-parse", "--short=12", "HEAD")


def publish(bucket: str, region: str) -> int:
    """Put every static file into the bucket; tell how many. Addresses carry the release, so they are kept long."""
    storage: Any = boto3.client("s3", region_name=region)
    files = [file for file in sorted((ROOT / "static").rglob("*")) if file.is_file()]
    for file in files:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        kind = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
        key = f"static/{file.relative_to(ROOT / 'static').as_posix()}"
        storage.put_object(Bucket=bucket, Key=key, Body=file.read_bytes(), ContentType=kind, CacheControl=_KEPT)
    return len(files)


def outputs(stack: str, region: str) -> dict[str, str]:
    """What a stack tells of itself; nothing before the first deployment."""
    return {output["OutputKey"]: output["OutputValue"] for output in _described(stack, region).get("Outputs", [])}


def parameters(stack: str, region: str) -> set[str]:
    """Names of the parameters a stack was deployed with; none before the first deployment."""
    return {parameter["ParameterKey"] for parameter in _described(stack, region).get("Parameters", [])}


def _described(stack: str, region: str) -> dict[str, Any]:
    cloudformation = boto3.client("cloudformation", region_name=region)
    try:
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except cloudformation.exceptions.ClientError as failure:
        if failure.response["Error"]["Code"] == "ValidationError":  # CloudFormation's word for an unknown stack
            return {}
        raise
    return dict(found)


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own arguments
    return answer.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
