"""What agents send (docs/sync-protocol.md), and the office's page about its agents."""
