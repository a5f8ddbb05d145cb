"""Everything that looks into a file. Knows nothing of AWS."""
