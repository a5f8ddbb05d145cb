"""KonektoSync: reads what an accounting program exports and sends what changed."""

from importlib.metadata import version

__version__ = version("konektosync")
