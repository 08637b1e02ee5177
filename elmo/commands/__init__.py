"""The commands that have no package of their own; `elmo.cli` finds them."""
