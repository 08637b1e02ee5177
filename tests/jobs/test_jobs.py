"""The runner of long work, with real processes and work made for the test (`job_runner`)."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from elmo.errors import BusyError, JobError
from elmo.jobs import jobs
from elmo.jobs.files import read_json
from elmo.jobs.worker import Report
from tests import job_runner

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def runner(tmp_path, monkeypatch):
    monkeypatch.setenv("ELMO_HOME", str(tmp_path))
    monkeypatch.setattr("elmo.jobs.job.COMMAND", (sys.executable, "-m", "tests.job_runner"))
    yield
    for job in jobs._active():
        job.stop()
    monkeypatch.setattr("elmo.jobs.job.STOP_SECONDS", 0.5)
    for job in jobs._active():
        job.wait(60)


def until(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_a_job_finishes_with_its_result_and_is_found_again_by_its_token():
    job = jobs.start("count", {"n": 8, "pause": 0.5}, files={"text.txt": "Übung"})
    seen = []
    assert job.wait(60, seen.append) == "finished"
    again = jobs.get(job.token)
    assert again.result() == {"counted": 8}
    assert again.kind == "count" and again.args == {"n": 8, "pause": 0.5}
    assert (again.folder / "text.txt").read_text(encoding="utf-8") == "Übung"
    last = again.progress()
    assert (last.fraction, last.message, last.extra) == (1.0, "counted to 8", {"last": 8})
    assert {p.fraction for p in seen} - {0.0, 1.0}, "progress was seen on the way"
    assert again.error() is None


def test_stop_is_heard_and_what_was_made_stays():
    job = jobs.start("count", {"n": 100_000})
    until(lambda: job.progress().fraction > 0)
    job.stop()
    assert job.wait(60) == "stopped"
    counted = job.result()["counted"]
    assert 0 < counted < 100_000
    assert len((job.folder / "counted.txt").read_text().splitlines()) == counted


def test_a_worker_that_does_not_stop_is_ended_with_its_children(monkeypatch):
    monkeypatch.setattr("elmo.jobs.job.STOP_SECONDS", 0.3)
    job = jobs.start("deaf", {})
    child = job.folder / "child.txt"
    until(lambda: child.exists() and child.read_text())
    job.stop()
    assert job.wait(60) == "stopped"
    until(lambda: not _runs(int(child.read_text())))
    with pytest.raises(JobError, match="stopped; it has no result"):
        job.result()


def test_a_killed_worker_is_seen_to_be_dead_and_can_begin_again():
    job = jobs.start("count", {"n": 100_000})
    until(lambda: job.progress().fraction > 0)
    os.kill(job._pid(), signal.SIGKILL)
    until(lambda: job.status() == "failed")
    assert "The saved files are still there" in job.error()
    with pytest.raises(JobError, match="something else ended the process"):
        job.result()
    assert job.restart({"n": 1}).wait(60) == "finished"
    assert jobs.get(job.token).result() == {"counted": 1}


def test_one_runs_at_a_time_in_the_order_they_came():
    first = jobs.start("count", {"n": 100_000})
    until(lambda: first.status() == "running" and first.progress().fraction > 0)
    second, third = (jobs.start("count", {"n": 2}) for _ in range(2))
    until(
        lambda: (second.folder / "state.json").exists() and (third.folder / "state.json").exists()
    )
    assert [jobs.position(job) for job in (first, second, third)] == [0, 1, 2]
    assert (second.status(), third.status()) == ("waiting", "waiting")
    assert not (second.folder / "counted.txt").exists()
    first.stop()
    assert second.wait(60) == "finished" and third.wait(60) == "finished"
    ends = [(job.folder / "counted.txt").stat().st_mtime for job in (first, second, third)]
    assert ends == sorted(ends)


def test_a_dead_job_does_not_block_the_queue_and_a_waiting_one_can_be_stopped():
    first = jobs.start("vanish", {})
    second = jobs.start("count", {"n": 100_000})
    third = jobs.start("count", {"n": 1})
    until(lambda: second.status() == "running")
    assert first.status() == "failed"
    third.stop()
    assert third.wait(60) == "stopped"
    assert not (third.folder / "counted.txt").exists()


def test_a_job_outlives_the_program_that_started_it():
    program = (
        "from tests import job_runner\nfrom elmo.jobs import job, jobs\nimport sys\n"
        "job.COMMAND = (sys.executable, '-m', 'tests.job_runner')\n"
        "print(jobs.start('count', {'n': 20, 'pause': 0.1}).token, flush=True)\n"
        "import os; os.kill(os.getpid(), 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == -9
    job = jobs.get(done.stdout.strip())
    assert not job.is_over()
    assert job.wait(60) == "finished"
    assert job.result() == {"counted": 20}


def test_errors_for_the_person_are_told_and_ours_without_any_text():
    told, ours = jobs.start("refuse", {}), jobs.start("break_down", {"text": "my secret"})
    assert told.wait(60) == "failed" and ours.wait(60) == "failed"
    assert told.error() == "n is -1, expected 1 up."
    assert ours.error().startswith("RuntimeError in tests.job_runner")
    log = "\n".join(ours.log())
    assert "break_down" in log and "secret" not in log
    assert "secret" not in ours.error()


@pytest.mark.parametrize("token", ["", "../../etc", "x" * 22, "a/b", "é" * 22])
def test_no_job_without_its_token(token):
    with pytest.raises(JobError, match="no job under this token"):
        jobs.get(token)


def test_only_known_kinds_and_plain_values():
    with pytest.raises(JobError, match="no job of kind 'os.system'"):
        jobs.start("os.system", {})
    with pytest.raises(JobError, match="values for JSON"):
        jobs.start("count", {"n": object()})
    with pytest.raises(JobError, match="not a plain file name"):
        jobs.start("count", {"n": 1}, files={"../x": "y"})
    assert jobs._jobs() == []


def test_tokens_cannot_be_guessed_and_owners_see_their_own():
    mine = [jobs.start("count", {"n": 1}, owner="me") for _ in range(2)]
    jobs.start("count", {"n": 1}, owner="you")
    assert [job.token for job in jobs.owned_by("me")] == [job.token for job in mine]
    assert len({job.token for job in mine}) == 2 and all(len(job.token) == 22 for job in mine)


def test_nobody_fills_the_queue_alone():
    for _ in range(jobs.MAX_JOBS_EACH):
        jobs.start("count", {"n": 100_000}, owner="me")
    with pytest.raises(BusyError, match=f"{jobs.MAX_JOBS_EACH} of them yours"):
        jobs.start("count", {"n": 1}, owner="me")
    jobs.start("count", {"n": 1}, owner="you")


def test_time_left_follows_from_the_share_done(tmp_path, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("elmo.jobs.worker.time.monotonic", lambda: now[0])
    report = Report(tmp_path)
    now[0] = 110.0
    report(0.25, "quarter", {"a": 1})
    now[0] = 120.0
    report(0.5, extra={"b": 2})
    said = read_json(tmp_path / "progress.json")
    assert said["seconds_left"] == pytest.approx(20)
    assert said["message"] == "quarter" and said["extra"] == {"a": 1, "b": 2}
    report(7)
    report.flush()
    assert read_json(tmp_path / "progress.json")["fraction"] == 1.0


def test_old_jobs_are_deleted_and_running_ones_are_not(monkeypatch):
    old, running = jobs.start("count", {"n": 1}), jobs.start("count", {"n": 100_000})
    assert old.wait(60) == "finished"
    until(lambda: running.status() == "running")
    monkeypatch.setattr(jobs, "JOB_KEPT_DAYS", -3)
    jobs._prune()
    assert old.folder.exists(), "it must be seen as old on two days"
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 1.1 * 86_400)
    jobs._prune()
    assert not old.folder.exists() and running.folder.exists()
    with pytest.raises(JobError, match="stop it first"):
        running.delete()


def _runs(pid: int) -> bool:
    try:
        return (
            f"{pid} (" in Path(f"/proc/{pid}/stat").read_text()
            and ") Z " not in Path(f"/proc/{pid}/stat").read_text()
        )
    except FileNotFoundError:
        return False


def test_a_place_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with monkeypatch.context() as inside:
        inside.setenv("ELMO_HOME", str(tmp_path / "file"))
        with pytest.raises(JobError, match="cannot be written .*Set ELMO_HOME"):
            jobs.start("count", {"n": 1})


def test_every_kind_of_work_exists_and_the_tests_kinds_are_not_the_apps():
    assert "count" in job_runner.jobs.KINDS
    code = (
        "from importlib import import_module; from elmo.jobs.jobs import KINDS; print(sorted(KINDS));"
        "[getattr(import_module(f.rpartition('.')[0]), f.rpartition('.')[2]) for f in KINDS.values()]"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == str(["download", "embed", "evaluate", "train"])
