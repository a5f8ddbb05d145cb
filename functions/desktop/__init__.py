"""First pages: what waits for the office; for the client what to pay now and the published tables."""
