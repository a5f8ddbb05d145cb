"""Cold start: CPU of a fresh process that imports a function and makes its DynamoDB client.

Ours are the packages as `make build` assembles them (trimmed, bytecode inside), for this machine's processor. `usual`
is a handler with a boto3 client, Logger, Metrics, a resolver with validation and one model, as `sam build` leaves it:
everything installed, no bytecode; `naive` is one function for all: clients of three services, every library and forty
models. `…_vs_usual_compiled` compares with the usual handler when its bytecode is there too, as on this machine after
a first run: the part of the gain that is not bytecode.
"""

from __future__ import annotations

import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.emulator import SETTINGS
from scripts.package import PYTHON, ROOT, assemble, megabytes

FEATURES = ("auth", "firms", "ingest", "approve", "desktop", "notify", "invoice")
ROUNDS = 9
ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}

_USUAL = """
import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic import BaseModel

logger, metrics = Logger(service="usual"), Metrics(namespace="usual", service="usual")
app = APIGatewayHttpResolver(enable_validation=True)
table = boto3.client("dynamodb")


class Order(BaseModel):
    id: str
    amount: int


@app.post("/orders")
def create(order: Order) -> Order:
    return order


def handler(event, context):
    return app.resolve(event, context)
"""

_NAIVE = """
import boto3, jinja2, holidays, stdnum.iban, stdnum.pl.nip, ulid
from usual import *
from pydantic import create_model

clients = [boto3.client(name) for name in ("s3", "sesv2")]
resource = boto3.resource("dynamodb")
calendar = holidays.country_holidays("PL")
templates = jinja2.Environment()
models = [create_model(f"Model{n}", id=(str, ...), amount=(int, ...), note=(str, "")) for n in range(40)]
"""


def measure() -> dict[str, float | int | None]:
    """Median ratios over interleaved rounds."""
    python = _runtime_python()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        sizes = _packages(place)
        _peers(place, python)
        programs = {feature: (place / feature, _ours(feature)) for feature in FEATURES}
        programs |= {"usual": (place / "plain", "import usual"), "naive": (place / "plain", "import naive")}
        programs["usual_compiled"] = (place / "compiled", "import usual")
        times: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(ROUNDS + 1):
            for name, (path, program) in programs.items():
                times[name].append(_cpu(python, path, program))
    rounds = {name: taken[1:] for name, taken in times.items()}  # the first one warms the disk's cache
    figures: dict[str, float | int | None] = {}
    for feature in FEATURES:
        for peer in ("usual", "naive", "usual_compiled"):
            pairs = zip(rounds[feature], rounds[peer], strict=True)
            figures[f"{feature}_vs_{peer}"] = round(statistics.median(ours / theirs for ours, theirs in pairs), 3)
        figures[f"{feature}_ms"] = round(statistics.median(rounds[feature]) * 1000)
        figures[f"{feature}_unzipped_mb"] = round(sizes[feature], 1)
    return figures | {f"{peer}_ms": round(statistics.median(rounds[peer]) * 1000) for peer in ("usual", "naive")}


def _packages(place: Path) -> dict[str, float]:
    architecture = ARCHITECTURES[platform.machine()]
    for feature in FEATURES:
        assemble(feature, place / feature, architecture)
    return {feature: megabytes(place / feature) for feature in FEATURES}


def _peers(place: Path, python: str) -> None:
    """The same locked libraries, whole, with and without bytecode."""
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps"]
    names = ("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3", "typing-inspection")
    names += ("aws-lambda-powertools", "pydantic", "pydantic-core", "annotated-types", "typing-extensions")
    names += ("jinja2", "markupsafe", "holidays", "python-stdnum", "python-ulid")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = [line.split(" ")[0] for line in lock.splitlines() if line.split("==")[0] in names]
    subprocess.run([*install, f"--target={place / 'plain'}", *pinned], check=True)
    (place / "plain" / "usual.py").write_text(_USUAL)
    (place / "plain" / "naive.py").write_text(_NAIVE)
    shutil.copytree(place / "plain", place / "compiled")
    subprocess.run([python, "-m", "compileall", "-q", str(place / "compiled")], check=True)


def _ours(feature: str) -> str:
    return f"import functions.{feature}.app; from portal.aws import Table; Table('bench')"


def _cpu(python: str, path: Path, program: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = f"import sys; sys.path.insert(0, {str(path)!r}); {program}"
    environment = {**SETTINGS, "PATH": os.environ["PATH"], "HOME": str(path), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([python, "-S", "-c", code], check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _runtime_python() -> str:
    for candidate in (sys.executable, shutil.which(f"python{PYTHON}"), *_pyenv()):
        if candidate and PYTHON in _version(candidate):
            return candidate
    raise SystemExit(f"Python {PYTHON}, the functions' runtime, is not on PATH.")


def _version(python: str) -> str:
    return subprocess.run([python, "-V"], capture_output=True, text=True, check=False).stdout


def _pyenv() -> list[str]:
    return [str(path) for path in sorted((Path.home() / ".pyenv/versions").glob(f"{PYTHON}.*/bin/python"))]
