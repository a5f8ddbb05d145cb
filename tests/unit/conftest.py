"""How Hypothesis works here: the same examples in every run, no time limit on a busy machine, nothing kept on disk."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unit", derandomize=True, deadline=None, database=None, max_examples=50)
settings.load_profile("unit")
