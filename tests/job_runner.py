"""A worker process like `elmo.jobs.worker`, with kinds of work made for tests. Run by test_jobs."""

import os
import subprocess
import sys
import time
from pathlib import Path

from elmo.corpus.build import build_index
from elmo.errors import InputError
from elmo.jobs import jobs
from elmo.jobs import worker as job_worker


def count(args: dict, report: job_worker.Report, folder: Path) -> dict:
    """Count to `n` with a pause each; leave a line for each number."""
    done = 0
    for done in range(1, args["n"] + 1):
        if report.should_stop():
            return {"counted": done - 1}
        with (folder / "counted.txt").open("a") as file:
            file.write(f"{done}\n")
        report(done / args["n"], f"counted to {done}", {"last": done})
        time.sleep(args.get("pause", 0.05))
    return {"counted": done}


def deaf(args: dict, report: job_worker.Report, folder: Path) -> None:
    """Never look at the wish to stop, and have a child that does not either."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (folder / "child.txt").write_text(str(child.pid))
    time.sleep(60)


def refuse(args: dict, report: job_worker.Report, folder: Path) -> None:
    """Fail with an error for the person."""
    raise InputError("n is -1, expected 1 up.")


def break_down(args: dict, report: job_worker.Report, folder: Path) -> None:
    """Fail with an error of ours, whose message holds a person's text."""
    raise RuntimeError(args["text"])


def vanish(args: dict, report: job_worker.Report, folder: Path) -> None:
    """Be ended from outside."""
    os.kill(os.getpid(), 9)


def index(args: dict, report: job_worker.Report, folder: Path) -> dict:
    """Write a file that grows with its input."""
    with build_index([folder / "a.txt"], folder / "corpus.index") as made:
        return {"n_tokens": made.n_tokens}


jobs.KINDS |= {
    f.__name__: f"tests.job_runner.{f.__name__}"
    for f in (count, deaf, refuse, break_down, vanish, index)
}

if __name__ == "__main__":
    job_worker.main(sys.argv[1:])
