"""Assembles the package of one function: `python -m scripts.package --function Auth --into DIR`.

`sam build` calls it through the Makefile. The package is the feature, the shared code and the runtime dependencies
from requirements.lock for Lambda's machine (the project's, and those listed under the feature's name among the
optional ones), without what no function reads, and compiled ahead of the cold start.
`--sizes` tells how large the last build's packages are.
"""

from __future__ import annotations

import argparse
import ast
import fcntl
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import requires
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from stdnum.eu.vat import MEMBER_STATES

from portal import pages
from scripts.catalogues import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "3.13"
LIMIT_MB = 25
LIMITS_MB = {
    "passkeys": 55,  # cryptography, which checks signatures, is one compiled file of 14 MB; pyOpenSSL comes with it
    "invoice": 55,  # pictures for logos (14 MB) and ReportLab (5 MB), for letters that the baked fonts do not have
    "upload": 55,  # decoders of PDF (8 MB), of pictures (16 MB) and of HEIC (4 MB)
}
"""Features that cannot keep the limit of all others, and why."""

SERVICES = ("dynamodb", "s3", "sesv2")
"""What portal/aws.py makes clients of; botocore's descriptions of all others stay out (a contract test compares)."""

_ENDPOINTS = {"dynamodb", "s3", "email"}
"""The same services by the names of their hosts."""

_PLATFORMS = {
    "arm64": ("aarch64", ["manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"]),
    "x86_64": ("x86_64", ["manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"]),
}
_NOT_RUN = ("__pycache__", "tests", "test", "*.pyi", "py.typed", "RECORD", "INSTALLER", "REQUESTED", "WHEEL")
_NOT_READ = (
    "stdnum/oui.dat",
    "stdnum/imsi.dat",
    "stdnum/cfi.dat",
    "olefile/olefile2.py",  # for Python 2
    "OleFileIO_PL.py",
    "pypdfium2_cli",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/swagger-ui-bundle.min.js",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/swagger-ui.min.css",
)
_NOT_LOADED = (
    "PIL/_avif.*",
    "PIL/_imagingft.*",
    "PIL/_imagingtk.*",
    "pillow.libs/libavif-*",
    "pillow.libs/libfreetype-*",
    "pillow.libs/libharfbuzz-*",
)
"""Compiled parts for kinds of pictures that are not accepted, and for drawing texts."""

_UNION = {country.replace("xi", "gb") for country in MEMBER_STATES}
"""Countries whose VAT numbers are checked, each by a package of stdnum that is imported by name."""

_KEPT_PARTS = {
    "holidays/countries": {"__init__.py", "poland.py"},
    "holidays/locale": {"pl"},
    "holidays/financial": {"__init__.py"},
    "stdnum": {"pl", "iso7064", "eu", *_UNION},
    "botocore/data": {*SERVICES, "endpoints.json", "partitions.json", "_retry.json", "sdk-default-configuration.json"},
    "aws_lambda_powertools/utilities": {"data_classes", "jmespath_utils", "metadata", "typing", "validation"},
}
"""Folders in which only these parts are used; where a folder's modules lie beside its packages, only packages go."""

_KEPT_FILES = {"stdnum", "aws_lambda_powertools/utilities"}

_POLAND_ONLY = "from holidays.countries.poland import PL, POL, Poland\n"
_STORE = ROOT / ".aws-sam" / "dependencies"
_FIXED_TIME = 315532800  # 1980-01-01, the earliest a zip can say: the same content gives the same package


def main() -> int:
    """Assemble one function and say how large it is."""
    parser = argparse.ArgumentParser(description="Assembles the package of one function.")
    parser.add_argument("--function", help="logical id without 'Function', for example Auth")
    parser.add_argument("--into", type=Path)
    parser.add_argument("--architecture", choices=_PLATFORMS, default="arm64")
    parser.add_argument("--sizes", action="store_true", help="only tell how large the last build's packages are")
    arguments = parser.parse_args()
    if arguments.sizes:
        return _judge(sorted((ROOT / ".aws-sam/build").glob("*Function")))
    if not arguments.function or not arguments.into:
        parser.error("--function and --into are needed")
    assemble(arguments.function.lower(), arguments.into, arguments.architecture)
    return _judge([arguments.into], arguments.function.lower())


def _judge(packages: list[Path], feature: str = "") -> int:
    found = [_too_large(package, feature or package.name.removesuffix("Function").lower()) for package in packages]
    return int(any(found))


def _too_large(package: Path, feature: str) -> bool:
    size, limit = megabytes(package), limit_of(feature)
    print(f"{feature}: {size:.1f} MB unzipped" + (f", more than {limit} MB" if size > limit else ""))
    return size > limit


def limit_of(feature: str) -> int:
    """How many megabytes a feature's package may have."""
    return LIMITS_MB.get(feature, LIMIT_MB)


def assemble(feature: str, into: Path, architecture: str = "arm64") -> None:
    """Put everything the feature runs with into a folder."""
    with _alone():
        dependencies = _dependencies(architecture, feature)
        compile_catalogues(ROOT)
    shutil.copytree(dependencies, into, dirs_exist_ok=True)
    for name in ("portal", f"functions/{feature}", "locales"):
        if (ROOT / name).exists():
            ignored = shutil.ignore_patterns("__pycache__", "*.po", "*.pot")
            shutil.copytree(ROOT / name, into / name, dirs_exist_ok=True, ignore=ignored)
    shutil.copy(ROOT / "functions/__init__.py", into / "functions/__init__.py")
    pages.compile_templates(into, templates_of(feature))
    _check_imports(into, feature)
    _compile(into)
    _set_times(into)


def templates_of(feature: str) -> set[str]:
    """The templates that a feature shows: those its code and the shared code name, and what these are made of.

    Where code puts a name together (mails), the whole folder goes along.
    """
    sources = [*(ROOT / "portal").glob("*.py"), *(ROOT / "functions" / feature).rglob("*.py")]
    code = "".join(source.read_text(encoding="utf-8") for source in sources)
    folders = set(re.findall(r'f"([a-z]+/)\{', code))
    left = [name for name in pages.every_template() if f'"{name}"' in code or f"{name.partition('/')[0]}/" in folders]
    found: set[str] = set()
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += pages.templates_used_by(name)
    return found


def megabytes(folder: Path) -> float:
    """How much a folder holds."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1_000_000


@contextmanager
def _alone() -> Iterator[None]:
    """Functions are built at the same time; what they share is made by one of them."""
    _STORE.mkdir(parents=True, exist_ok=True)
    with (_STORE / "lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield


def _dependencies(architecture: str, feature: str) -> Path:
    """The trimmed runtime dependencies, made once per lock, machine and set of them."""
    lock = ROOT / "requirements.lock"
    machine, _ = _PLATFORMS[architecture]
    names = runtime_names(machine, feature)
    recipe = lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + Path(__file__).read_bytes()
    digest = hashlib.sha256(recipe + " ".join(sorted(names)).encode()).hexdigest()[:16]
    ready = _STORE / f"{architecture}-{digest}"
    if not ready.exists():
        unfinished = Path(tempfile.mkdtemp(dir=_STORE))
        _install(locked(lock.read_text(encoding="utf-8"), names), unfinished, architecture)
        _trim(unfinished)
        unfinished.chmod(0o755)
        unfinished.replace(ready)
    return ready


def _install(requirements: str, into: Path, architecture: str) -> None:
    _, platforms = _PLATFORMS[architecture]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
        wanted.write(requirements)
        wanted.flush()
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--no-compile", "--only-binary=:all:", "--implementation=cp"]
        command += [f"--python-version={PYTHON}", f"--target={into}", f"--requirement={wanted.name}"]
        command += [f"--platform={platform}" for platform in platforms]
        subprocess.run(command, check=True)  # noqa: S603 - our own arguments


def runtime_names(machine: str, feature: str) -> set[str]:
    """What a function needs in the cloud: the project's dependencies, its feature's own, and all of theirs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    environment = {
        "python_version": PYTHON,
        "python_full_version": f"{PYTHON}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": machine,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    own = project["optional-dependencies"].get(feature, [])
    left = [Requirement(text) for text in [*project["dependencies"], *own]]
    names: set[str] = set()
    while left:
        wanted = left.pop()
        name = canonicalize_name(wanted.name)
        if name in names or (wanted.marker and not wanted.marker.evaluate(environment)):
            continue
        names.add(name)
        left += [Requirement(text) for text in requires(name) or []]
    return names - ({"boto3", "s3transfer"} if _leaves_out_boto3() else set())


def _leaves_out_boto3() -> bool:
    """The code that talks to AWS may do so through botocore alone; then its larger layer stays out."""
    sources = [*(ROOT / "portal").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    return not any(re.search(r"^\s*(import|from) boto3\b", file.read_text(encoding="utf-8"), re.M) for file in sources)


def locked(lock: str, names: set[str]) -> str:
    """The entries of these names in a lock, with their hashes."""
    entries = re.split(r"\n(?=[a-z0-9])", lock)
    kept = [entry for entry in entries if canonicalize_name(entry.partition("==")[0].strip()) in names]
    missing = names - {canonicalize_name(entry.partition("==")[0].strip()) for entry in kept}
    if missing:
        raise SystemExit(f"Not in requirements.lock: {', '.join(sorted(missing))}. Run: make lock")
    return "\n".join(kept) + "\n"


def _trim(folder: Path) -> None:
    """Remove what no function reads."""
    unused = [path for pattern in _NOT_RUN for path in folder.rglob(pattern)]
    unused += [folder / "bin", *(folder / name for name in _NOT_READ)]
    unused += [path for pattern in _NOT_LOADED for path in folder.glob(pattern)]
    for name, kept in _KEPT_PARTS.items():
        others = [path for path in (folder / name).iterdir() if path.name not in kept]
        unused += [path for path in others if path.is_dir() or name not in _KEPT_FILES]
    for path in unused:
        _remove(path)
    _forget_endpoints(folder / "botocore/data/endpoints.json")
    for description in (folder / "botocore/data").rglob("service-2.json*"):
        _forget_documentation(description)
    # The original imports two hundred countries, a third of a second, before it comes to Poland.
    (folder / "holidays/countries/__init__.py").write_text(_POLAND_ONLY)


def _forget_documentation(description: Path) -> None:
    """Two thirds of a service's description are texts for people, parsed at every cold start."""
    packed = description.suffix == ".gz"
    raw = gzip.decompress(description.read_bytes()) if packed else description.read_bytes()
    kept = json.dumps(_without_documentation(json.loads(raw)), separators=(",", ":"))
    _remove(description)
    (description.parent / "service-2.json").write_text(kept)


def _forget_endpoints(file: Path) -> None:
    """Where other services answer: a megabyte, read at every cold start."""
    endpoints = json.loads(file.read_text(encoding="utf-8"))
    for partition in endpoints["partitions"]:
        partition["services"] = {name: at for name, at in partition["services"].items() if name in _ENDPOINTS}
    file.write_text(json.dumps(endpoints, separators=(",", ":")), encoding="utf-8")


def _without_documentation(part: Any) -> Any:
    if isinstance(part, list):
        return [_without_documentation(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _without_documentation(value)
        for name, value in part.items()
        if not (name == "documentation" and isinstance(value, str))
    }


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _check_imports(folder: Path, feature: str) -> None:
    """Refuse a package whose code imports a part that was cut out."""
    trimmed = {name.partition("/")[0] for name in _KEPT_PARTS}
    for source in [*(folder / "portal").rglob("*.py"), *(folder / "functions" / feature).rglob("*.py")]:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            for module in _imported(node):
                path = folder / module.replace(".", "/")
                if module.partition(".")[0] in trimmed and not path.is_dir() and not path.with_suffix(".py").exists():
                    raise SystemExit(f"{source.name} imports {module}, which scripts/package.py cuts out.")


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def _compile(folder: Path) -> None:
    """Compile for the place where the code will stand; unchecked, as nothing there is ever edited."""
    command = [_runtime_python(), "-m", "compileall", "-q", "-j", "1", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(folder), "-p", "/var/task", str(folder)]
    subprocess.run(command, check=True)  # noqa: S603 - our own arguments


def _runtime_python() -> str:
    """A Python of the runtime's version: bytecode is of one version only."""
    for candidate in (sys.executable, shutil.which(f"python{PYTHON}"), *_pyenv()):
        if candidate and _version(candidate) == PYTHON:
            return candidate
    raise SystemExit(f"Python {PYTHON} is not on PATH; the bytecode of the functions has to be made with it.")


def _pyenv() -> list[str]:
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    return [str(path) for path in sorted(versions.glob(f"{PYTHON}.*/bin/python"))]


def _version(python: str) -> str:
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run([python, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603 - a Python we found
    return answer.stdout.strip()


def _set_times(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (_FIXED_TIME, _FIXED_TIME))


if __name__ == "__main__":
    sys.exit(main())
