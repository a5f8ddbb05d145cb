"""Where accounting programs usually put their exports: offered by `konektosync setup`.

Only folders that hold files we recognise are offered, so a wrong guess below costs a look and nothing else.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from konektosync.config import expanded
from konektosync.sources.file import is_ours

# Enough to find an export, little enough for a full documents folder on a slow disk.
MOST_FILES = 3_000
DEEPEST = 5

_UNIX = ("~/Documents", "~/Dokumenty", "~/Desktop", "~/Pulpit")
_WINDOWS = (
    r"%USERPROFILE%\Documents",
    r"%USERPROFILE%\Desktop",
    r"%USERPROFILE%\OneDrive\Documents",
    r"%USERPROFILE%\OneDrive\Dokumenty",
    r"%PUBLIC%\Documents",
    r"%SystemDrive%\JPK",
    r"%SystemDrive%\Comarch ERP Optima",
    r"%ProgramData%\Comarch ERP Optima",
    r"%ProgramData%\InsERT",
    r"%SystemDrive%\InsERT",
    r"%SystemDrive%\WAPRO",
    r"%ProgramData%\Asseco",
    r"%SystemDrive%\Symfonia",
    r"%ProgramData%\Symfonia",
    r"%SystemDrive%\enova365",
    r"%ProgramData%\Soneta",
    r"%ProgramFiles(x86)%\Asseco Poland SA",
    r"%ProgramFiles%\Asseco Poland SA",
    r"%SystemDrive%\Platnik",
)


def usual_folders() -> list[Path]:
    """The places to look at on this system; those that exist."""
    listed = [expanded(one) for one in (_WINDOWS if sys.platform == "win32" else _UNIX)]
    return [one for one in listed if one.is_dir()]


def detect(roots: Iterable[Path] | None = None) -> list[Path]:
    """Folders that hold recognised exports, the narrowest that contains all of each place."""
    found: list[Path] = []
    for root in usual_folders() if roots is None else roots:
        holding = {path.parent for path in islice(_files(root), MOST_FILES) if is_ours(path)}
        if holding:
            found.append(Path(os.path.commonpath(holding)))
    return [one for one in dict.fromkeys(found) if not any(other in one.parents for other in found)]


def _files(root: Path) -> Iterator[Path]:
    for parent, directories, names in os.walk(root):
        if len(Path(parent).relative_to(root).parts) >= DEEPEST:
            directories.clear()
        directories[:] = sorted(one for one in directories if not one.startswith("."))
        yield from (Path(parent, name) for name in sorted(names))
