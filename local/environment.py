"""What a command needs to reach the portal of this machine: `. .local/env && python -m portal.operator …`."""

from __future__ import annotations

import shlex

from local.deploy import Deployment
from local.place import REGION, Place


def variables(place: Place, deployment: Deployment) -> dict[str, str]:
    """The functions' settings, and the emulator in place of AWS. The keys are the emulator's own, and open nothing."""
    return {
        **next(iter(deployment.functions.values())).variables,
        "AWS_ENDPOINT_URL": place.aws_url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


def write(place: Place, deployment: Deployment) -> None:
    """Keep them beside the data, in the form a shell reads."""
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in variables(place, deployment).items()]
    (place.home / "env").write_text("".join(lines), encoding="utf-8")
