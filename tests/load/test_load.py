"""Load, for ELMO_SOAK_MINUTES (10): see tests/load/run.py, which prints the same figures."""

import os
import re
import shutil

import pytest

from tests.load.compare import differences
from tests.load.run import run
from tests.load.session import Seen


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_eighteen_sessions_and_two_browsers():
    n_browsers = 2 if shutil.which("chromium") else 0
    report = run(float(os.environ.get("ELMO_SOAK_MINUTES", "10")), n_browsers=n_browsers)
    figures = report.figures()
    assert report.problems == [], figures
    assert {"word", "layers", "mixing"} <= set(report.steps)
    assert report.n_busy > 0
    assert re.search(r"Busy, \d+ before you", report.busy_message)
    _, middle, last = figures["memory_mb_first_middle_last_third"]
    assert last < 1.15 * middle + 100, "memory does not level off"


@pytest.mark.parametrize(
    ("shown", "n_differences"),
    [
        ('{"x": [0.5, 1.00001], "key": "a", "t": "cosine .74"}', 0),
        ('{"x": [0.5, 1.001], "key": "b", "t": "cosine .74"}', 1),
        ('{"x": [0.5, 1.0], "key": "b", "t": "cosine .79"}', 1),
        ('{"x": [0.5, 1.0], "key": "b", "t": "other .74"}', 1),
        ('{"x": [0.5], "key": "b", "t": "cosine .74"}', 1),
    ],
)
def test_a_difference_is_seen(shown, n_differences):
    """The comparison can fail: numbers, words, and how many there are."""
    alone = Seen([("bidi_component chart", '{"x": [0.5, 1.0], "key": "b", "t": "cosine .74"}')])
    assert len(differences(Seen([("bidi_component chart", shown)]), alone)) == n_differences
    assert differences(Seen([]), alone) and differences(
        Seen([("markdown", "AUC .71")]), Seen([("markdown", "AUC .75")])
    )
