"""Training on a person's own text, and what is watched while a model trains."""
