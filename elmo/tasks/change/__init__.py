"""Change of a word's use between two sets of texts: sides, one word, a list of words, the formats of the field."""
