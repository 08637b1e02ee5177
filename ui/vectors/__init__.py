"""Get vectors: sentences in, a file of their vectors out."""
