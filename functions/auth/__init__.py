"""Signing in by an e-mailed link or code, and choosing the office or firm to work in."""
