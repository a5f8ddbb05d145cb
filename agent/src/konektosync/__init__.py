"""KonektoSync: reads what an accounting program exports and sends what changed."""
