"""Durations in words."""

import pytest

from elmo.views.duration import duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 second"),
        (15, "15 seconds"),
        (59.6, "60 seconds"),
        (60, "1 minute"),
        (90, "1.5 minutes"),
        (719, "12 minutes"),
        (3600, "1 hour"),
        (7200, "2 hours"),
        (9000, "2.5 hours"),
        (47 * 3600, "47 hours"),
        (72 * 3600, "3 days"),
    ],
)
def test_a_duration_has_its_largest_fitting_unit(seconds, words):
    assert duration(seconds) == words
