"""Write a file beside its place, then rename it."""
