"""The scripts that measure the figures in this project's documents."""
