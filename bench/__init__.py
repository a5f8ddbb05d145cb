"""Measurements beside peers: ratios in one run, never a test. `python -m bench [NAME] [--json]`."""
