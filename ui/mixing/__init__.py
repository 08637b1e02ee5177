"""Mixing: what the weights of the layers do."""
