"""Leaving: everything of an office as one file, and the removal of a firm whose years of keeping are over."""
