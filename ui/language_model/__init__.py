"""Language model: predictions, words never seen, carried state, training."""
