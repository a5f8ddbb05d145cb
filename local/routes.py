"""The routes of the HTTP API, read from the processed template: what the SAM transform made of each function's events.

The emulator's CloudFormation makes an API without routes of it (it ignores `Body`), and its events lack `cookies`.
So the API itself is played by this package: the routes here, the events in `gateway`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

_FUNCTION = re.compile(r"\$\{(\w+)\.Arn\}/invocations")
_VARIABLE = re.compile(r"\{(\w+)(\+?)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path, and the logical id of the function that answers."""

    method: str
    path: str
    function: str

    @property
    def key(self) -> str:
        """As the gateway calls it."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Match:
    """A route found for a request, with the values of its variables."""

    route: Route
    variables: dict[str, str]


class Routes:
    """Finds the route of a request as the gateway does: a fixed part wins over a variable one."""

    def __init__(self, template: dict[str, Any]) -> None:
        self.all = sorted(_routes(template), key=lambda route: (_VARIABLE.sub("~", route.path), route.method))
        self._patterns = [(route, _pattern(route.path)) for route in self.all]

    def find(self, method: str, raw_path: str) -> Match | None:
        """The route for this method and path, or none."""
        for route, pattern in self._patterns:
            if route.method in (method, "ANY") and (found := pattern.fullmatch(raw_path)):
                return Match(route, {name: unquote(value) for name, value in found.groupdict().items()})
        return None


def _routes(template: dict[str, Any]) -> list[Route]:
    routes = []
    for resource in template["Resources"].values():
        if resource["Type"] != "AWS::ApiGatewayV2::Api":
            continue
        for path, operations in resource["Properties"].get("Body", {}).get("paths", {}).items():
            for method, operation in operations.items():
                if integration := operation.get("x-amazon-apigateway-integration"):
                    routes.append(Route(method.upper(), path, _function_of(integration["uri"])))
    return routes


def _function_of(uri: Any) -> str:
    found = _FUNCTION.search(uri["Fn::Sub"])
    if found is None:
        raise ValueError(f"No function in {uri}")
    return found[1]


def _pattern(path: str) -> re.Pattern[str]:
    """A regular expression for a path: `{x}` is one part of it, `{x+}` the rest."""
    pieces, at = [], 0
    for variable in _VARIABLE.finditer(path):
        pieces += [re.escape(path[at : variable.start()]), f"(?P<{variable[1]}>{'.+' if variable[2] else '[^/]+'})"]
        at = variable.end()
    return re.compile("".join(pieces) + re.escape(path[at:]))
