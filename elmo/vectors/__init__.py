"""Vectors of many sentences: in a file, in a cache on disk, on a Ray cluster."""
