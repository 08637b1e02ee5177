"""Get vectors: a file of vectors for a person's sentences."""
