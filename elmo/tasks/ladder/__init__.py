"""The ladder: every representation measured by one protocol, from features to rows with intervals."""
