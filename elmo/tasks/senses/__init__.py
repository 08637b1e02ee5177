"""Word senses: how well vectors tell the senses of a word apart, by several measures."""
