"""Mixing: the effects of the weights of the layers."""
