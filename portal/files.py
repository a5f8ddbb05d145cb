"""Keys of objects in the storage: nobody else writes one, so each begins with its office."""

from __future__ import annotations


def export(office: str, export_id: str, attempt: int) -> str:
    """The file of an export; each attempt has its own, so that a dead one overwrites nothing."""
    return f"exports/{office}/{export_id}-{attempt}.zip"
