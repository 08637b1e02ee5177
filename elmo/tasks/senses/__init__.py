"""Word senses: measures of how well vectors separate the senses of a word."""
