"""The start of a training: word vectors, and a token layer that is fitted to them."""
