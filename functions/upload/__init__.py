"""Intake of files: what arrived is looked into before anyone can open it."""
