"""Representations of a word: the layers, their mixes, and what is made of them."""
