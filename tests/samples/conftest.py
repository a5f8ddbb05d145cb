"""Where the official schemas are."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def schemas() -> Path:
    """The official schemas, which lie outside the repository and may be missing."""
    folder = ROOT.parent / "shared" / "schemas"
    if not folder.is_dir():
        pytest.skip("the official schemas are not on this machine (../shared/schemas)")
    return folder
