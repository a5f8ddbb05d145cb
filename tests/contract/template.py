"""template.yaml for tests: its routes, and its table as moto wants it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from local.template import load

ROOT = Path(__file__).resolve().parents[2]


class Route(NamedTuple):
    """A route of the HTTP API and the logical id of the function that answers."""

    method: str
    path: str
    function: str


@lru_cache(maxsize=1)
def template() -> dict[str, Any]:
    """The template, its short tags in long form."""
    return load(ROOT / "template.yaml")


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type, by logical id."""
    every = template()["Resources"].items()
    return {key: resource.get("Properties", {}) for key, resource in every if resource["Type"] == kind}


def routes() -> list[Route]:
    """Every route, by path."""
    found = [
        Route(event["Properties"]["Method"], event["Properties"]["Path"], key)
        for key, properties in resources("AWS::Serverless::Function").items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    ]
    return sorted(found, key=lambda route: (route.path, route.method))


def table_properties(name: str) -> dict[str, Any]:
    """Arguments of `create_table` for a table as the template says."""
    properties = resources("AWS::DynamoDB::Table")["Table"]
    same = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    stream = {"StreamEnabled": True, **properties["StreamSpecification"]}
    return {"TableName": name, "StreamSpecification": stream, **{key: properties[key] for key in same}}
