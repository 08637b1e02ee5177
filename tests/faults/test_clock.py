"""A clock that jumps: nothing that was made is lost."""

import time

import pytest

from elmo.jobs import jobs
from elmo.vectors.cache import VectorCache


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """Jobs in a folder of the test's own, run by the tests' worker."""
    import sys

    monkeypatch.setenv("ELMO_HOME", str(tmp_path))
    monkeypatch.setattr("elmo.jobs.job.COMMAND", (sys.executable, "-m", "tests.job_runner"))
    monkeypatch.setitem(jobs.KINDS, "count", "tests.job_runner.count")


@pytest.mark.parametrize("days", [-400, 400])
def test_a_jump_deletes_no_finished_job(monkeypatch, days):
    job = jobs.start("count", {"n": 1})
    assert job.wait(60) == "finished"
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + days * 86_400)
    jobs.start("count", {"n": 1}).wait(60)
    assert job.status() == "finished"


def test_a_running_job_outlives_a_jump(monkeypatch):
    job = jobs.start("count", {"n": 100_000})
    end = time.monotonic() + 60
    while job.progress().fraction == 0 and time.monotonic() < end:
        time.sleep(0.05)
    now = time.time
    for hours in (-48, 48):
        monkeypatch.setattr(time, "time", lambda hours=hours: now() + hours * 3600)
        assert job.status() == "running"
    monkeypatch.setattr(time, "time", now)
    job.stop()
    assert job.wait(60) == "stopped" and job.result()["counted"] > 0


def test_kept_vectors_do_not_depend_on_the_time(monkeypatch, tmp_path, small_model_files):
    from elmo import Elmo

    elmo, cache = Elmo(*small_model_files), VectorCache(tmp_path)
    first = cache.embed(elmo, [["a", "bank"]])
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - 10**8)
    computed = []
    monkeypatch.setattr(elmo, "embed", lambda rows, *_: computed.extend(rows) or iter(()))
    assert (cache.embed(elmo, [["a", "bank"]])[0] == first[0]).all() and computed == []
    cache.close()
