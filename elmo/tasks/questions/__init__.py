"""Question answering: which sentence of a passage answers a question."""
