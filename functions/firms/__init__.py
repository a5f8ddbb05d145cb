"""The office's firms: list, settings, status, and the people of a firm."""
