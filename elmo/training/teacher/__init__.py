"""A teacher's vectors, and the losses that they add to the language model's."""
