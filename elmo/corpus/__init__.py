"""Corpora on disk: lines of text files, an index of them, and the uses of a word in it."""
