"""Downstream: measure what the vectors are good for."""
