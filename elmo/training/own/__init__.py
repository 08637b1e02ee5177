"""Training on a person's own text, and the words and sentences that are watched while a model trains."""
