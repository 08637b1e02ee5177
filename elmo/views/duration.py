"""Durations in words, the same on pages and on the command line."""

_UNITS = (("day", 86400, 48 * 3600), ("hour", 3600, 3600), ("minute", 60, 60))
"""Name of each unit, its seconds, and the shortest duration in seconds that is written in the unit."""


def duration(seconds: float) -> str:
    """A duration in its largest fitting unit: "1 second", "45 seconds", "1.5 minutes", "12 hours", "3 days".

    Seconds are whole, at least 1; larger units have one decimal below 10.
    """
    unit, size = next(((n, s) for n, s, least in _UNITS if seconds >= least), ("second", 1))
    value = max(1, seconds / size)
    number = f"{value:.0f}" if size == 1 or value >= 9.95 else f"{value:.1f}".removesuffix(".0")
    return f"{number} {unit}{'' if number == '1' else 's'}"
