"""Word in context: concordance, matrix, pairs, groups, minimal pairs, two models."""
