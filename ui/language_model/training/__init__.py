"""Train a small language model in the browser and watch it learn."""
