"""Layers: the same points in every layer, as maps, figures and statistics."""
