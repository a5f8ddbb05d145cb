"""The official exports that the agent reads: one module per family of formats."""
