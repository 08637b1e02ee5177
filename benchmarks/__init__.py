"""The scripts behind every figure that this project states."""
