"""The history of an office and its firms: who did what, when and from where."""
