"""The settings: every environment variable of template.yaml is a field here, and the other way round (tested)."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between environments. Field names are the variables' names in lower case."""

    table_name: str
    stage: str
    domain: str
    mail_sender: str
    release: str
    white_list_url: str
    exchange_rates_url: str
    export_bucket: str
    documents_bucket: str
    malware_scan: str
    origin_secret: str
    configuration_set: str

    @property
    def base_url(self) -> str:
        """Where people reach the portal; plain HTTP on this machine only."""
        local = self.domain.startswith(("127.0.0.1", "localhost"))
        return f"{'http' if local else 'https'}://{self.domain}"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once. A missing variable is a defect of the deployment: it stops the start."""
    return Settings(**{field.name: os.environ[field.name.upper()] for field in fields(Settings)})
