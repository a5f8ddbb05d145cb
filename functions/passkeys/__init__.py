"""Passkeys: adding, naming and removing them, signing in and confirming with one."""
