"""What a training starts from: word vectors, and a token layer that has learned them."""
