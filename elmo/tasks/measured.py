"""A task measured with the bundled model and stored in the model's folder, which the page Downstream shows first.

python -m elmo.tasks.measured      after a change of the bundled model; part of `make start-data`
"""

import json
from dataclasses import asdict
from typing import Any

from elmo.errors import InputError
from elmo.home import BUNDLED
from elmo.tasks.ladder.results import Ladder, Settings
from elmo.whole_files import write_json

FILE = BUNDLED / "downstream.json"
_TASK, _DATA = "classification", "intent"
_SETTINGS = Settings(n_folds=5, seeds=(13, 14, 15), curve=(0.1, 0.3))


def read() -> Ladder | None:
    """The stored result; None if the file is missing or damaged."""
    try:
        return Ladder.from_dict(json.loads(FILE.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InputError):
        return None


def request(ladder: Ladder) -> dict[str, Any]:
    """The arguments of a job that measures the same task again; see `elmo.tasks.downstream.run_job`."""
    return {
        "task": ladder.task,
        "data": _DATA,
        "model": "bundled",
        "static": "bundled",
        "settings": json.loads(json.dumps(asdict(ladder.settings))),
    }


def measure() -> Ladder:
    """Measure the task with the bundled model, which takes about five minutes on two processor cores."""
    from elmo.embedder import Elmo
    from elmo.tasks.downstream import read_data, read_static, run_task

    data = read_data(_TASK, _DATA)
    ladder, _ = run_task(data, Elmo(), read_static("bundled", data), _SETTINGS)
    return ladder


if __name__ == "__main__":
    write_json(FILE, measure().to_dict(), indent=None)
