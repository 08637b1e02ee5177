"""Question answering: the sentence of a passage that answers a question."""
