"""The version of the library, stated here alone; pyproject.toml reads it."""

__version__ = "0.1.0"
