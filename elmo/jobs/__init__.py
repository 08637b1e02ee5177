"""Long work in a process of its own: start, follow, stop, result."""
