"""Start: one word in eight sentences, in every layer."""
