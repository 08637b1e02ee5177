"""The fast parts of a training step, each held to its definition by tests."""
