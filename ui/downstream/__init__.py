"""Downstream: tasks with labels, measured for every representation."""
