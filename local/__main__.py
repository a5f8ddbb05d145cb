"""`python -m local [--port 8000]`: run the whole portal on this machine until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import sys
from pathlib import Path
from typing import IO

from local.emulator import forget_real_credentials
from local.place import Place, free_port, port_is_free

_ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Check what can be checked first, each with a sentence; then run."""
    arguments = _arguments()
    if not port_is_free(arguments.port):
        return _refuse(f"Port {arguments.port} is in use. Choose another one: make run PORT={arguments.port + 1}")
    home = arguments.home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    lock = _lock(home)
    if lock is None:
        return _refuse(f"The portal already runs with the data of {home}. Stop that one first.")
    forget_real_credentials()
    from local.run import Runner  # noqa: PLC0415 - boto3 must not see real credentials, and a refusal must not wait

    place = Place(root=arguments.root.resolve(), home=home, port=arguments.port, aws_port=free_port())
    return asyncio.run(Runner(place, demo=arguments.demo).run())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description="Runs KonektoSmart on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="port of the portal (8000)")
    parser.add_argument("--home", type=Path, default=_ROOT / ".local", help="folder of the data (.local)")
    parser.add_argument("--root", type=Path, default=_ROOT, help="tree to run (this one)")
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="leave an empty state empty")
    return parser.parse_args()


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _lock(home: Path) -> IO[str] | None:
    """Held by the process until its end, however it ends; two runners would overwrite each other's data."""
    file = (home / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


if __name__ == "__main__":
    sys.exit(main())
