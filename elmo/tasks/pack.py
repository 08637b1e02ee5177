"""A reproduction pack of a ladder: a zip from which all numbers of the ladder can be computed again.

The pack has the texts, the labels, the seeds of the folds, the vectors of every text, the versions, the results as JSON
and as tables, a picture, and a script. `rerun` computes the ladder again from the vectors in the pack;
`differences` compares two ladders number by number.
"""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from elmo.errors import DAMAGED, InputError
from elmo.limits import MAX_PACK_BYTES
from elmo.reproduce import versions, zip_bytes
from elmo.tasks import classification, sense_tagging
from elmo.tasks.ladder.features import Samples, TaskProgress, silent
from elmo.tasks.ladder.picture import svg
from elmo.tasks.ladder.results import Ladder, LadderRow

_RUN = {"classification": classification.run, "sense tagging": sense_tagging.run}

RERUN = '''\
"""Compute the numbers of this pack again and compare: `python rerun.py`, in the folder of the pack.

Needs the ELMo Explorer's package `elmo` (run it with the project's folder in PYTHONPATH). The same from
the command line: python -m elmo evaluate classification --pack PACK.zip
"""

from pathlib import Path

from elmo.tasks.pack import differences, read_pack, rerun

HERE = Path(__file__).parent
again = rerun(HERE)
wrong = differences(read_pack(HERE)[1], again)
print(again.summary())
print("\\n".join(wrong) if wrong else "All numbers are the same.")
raise SystemExit(1 if wrong else 0)
'''


def write_pack(items: Samples, ladder: Ladder) -> bytes:
    """The bytes of the zip; the same arguments give the same bytes.

    Args:
        items: the data on which `ladder` was measured.
    """
    about = {
        "task": items.task,
        "name": items.name,
        "model": items.model,
        "fingerprint": items.fingerprint,
        "static": items.static_name,
        "notices": items.notices,
        "versions": versions(),
    }
    arrays = {"layers": items.layers} | ({} if items.static is None else {"static": items.static})
    vectors = io.BytesIO()
    np.savez(vectors, **arrays)  # type: ignore[arg-type]
    guessed = [row for row in ladder.rows if row.predictions]
    files: dict[str, str | bytes] = {
        "README.txt": _readme(items, ladder),
        "rerun.py": RERUN,
        "about.json": json.dumps(about, ensure_ascii=False, indent=1),
        "texts.csv": _csv(
            ["text", "label", "words", *(row.name for row in guessed)],
            zip(
                items.texts,
                items.labels,
                items.bags,
                *(row.predictions for row in guessed),
                strict=True,
            ),
        ),
        "results.json": json.dumps(ladder.to_dict(), ensure_ascii=False),
        "ladder.csv": _table(ladder),
        "learning_curve.csv": _csv(
            ["row", "training texts", ladder.measure, "low", "high"],
            [
                (r.name, p.n_training, p.measure.value, p.measure.low, p.measure.high)
                for r in ladder.rows
                for p in r.curve
            ],
        ),
        "ladder.svg": svg(ladder),
        "vectors.npz": vectors.getvalue(),
    }
    return zip_bytes(files)


def is_pack(path: Path) -> bool:
    """True if a file is a pack that this module wrote."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {"about.json", "results.json", "rerun.py"} <= set(archive.namelist())
    except DAMAGED:
        return False


def read_pack(path: str | Path) -> tuple[Samples, Ladder]:
    """The data and the ladder of a pack, which is a zip or a folder.

    Raises:
        InputError: the file or folder is no pack, or lacks a part.
    """
    path = Path(path)
    try:
        about = json.loads(_read(path, "about.json"))
        ladder = Ladder.from_dict(json.loads(_read(path, "results.json")))
        text = _read(path, "texts.csv").decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        with np.load(io.BytesIO(_read(path, "vectors.npz")), allow_pickle=False) as arrays:
            layers = arrays["layers"]
            static = arrays.get("static")
        texts, labels, bags = (tuple(row[c] for row in rows) for c in ("text", "label", "words"))
        if len(layers) != len(texts):
            raise ValueError(f"{len(texts)} texts and {len(layers)} vectors")
        task = about["task"]
        if task not in _RUN:
            raise ValueError(f"its task is {task!r}")
        notices = tuple(about["notices"])
    except DAMAGED as error:
        raise InputError(f"{path.name} is not a reproduction pack of a ladder ({error}).") from None
    items = Samples(
        task, about["name"], texts, labels, bags, layers, static, notices,
        about["model"], about["fingerprint"], about["static"],
    )  # fmt: skip
    return items, ladder


def rerun(path: str | Path, progress: TaskProgress = silent) -> Ladder:
    """Compute the ladder of a pack again from the texts, labels and vectors in the pack."""
    items, ladder = read_pack(path)
    return _RUN[items.task](items, ladder.settings, progress)


def differences(one: Ladder, other: Ladder, tolerance: float = 1e-9) -> list[str]:
    """A line for each difference between two ladders; empty if all numbers are the same."""
    lines = []
    names = [row.name for row in one.rows]
    if names != [row.name for row in other.rows]:
        return [f"the rows differ: {names} and {[row.name for row in other.rows]}"]
    for first, second in zip(one.rows, other.rows, strict=True):
        for (name, a), (_, b) in zip(_numbers(first), _numbers(second), strict=True):
            if abs(a - b) > tolerance:
                lines.append(f"{first.label}, {name}: {a:.6f} and {b:.6f}")
        if first.predictions != second.predictions:
            n = sum(a != b for a, b in zip(first.predictions, second.predictions, strict=True))
            lines.append(f"{first.label}: {n} predictions differ")
    return lines


def _numbers(row: LadderRow) -> list[tuple[str, float]]:
    intervals = [
        *row.measures.items(),
        *((f"{p.n_training} training texts", p.measure) for p in row.curve),
    ]
    numbers = [
        (f"{name} ({part})", getattr(interval, part))
        for name, interval in intervals
        for part in ("value", "low", "high")
    ]
    return numbers + [(f"seed number {i}", value) for i, value in enumerate(row.by_seed)]


def _read(path: Path, name: str) -> bytes:
    if path.is_dir():
        return (path / name).read_bytes()
    with zipfile.ZipFile(path) as archive:
        if sum(info.file_size for info in archive.infolist()) > MAX_PACK_BYTES:
            raise ValueError(f"it holds more than {MAX_PACK_BYTES // 1024**2} MB")
        return archive.read(name)


def _csv(header: list[str], rows: Any) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _table(ladder: Ladder) -> str:
    lines = ladder.table()
    header = list(dict.fromkeys(key for line in lines for key in line))
    return _csv(header, ([line.get(key, "") for key in header] for line in lines))


def _readme(items: Samples, ladder: Ladder) -> str:
    settings = ladder.settings
    return f"""\
A ladder of representations, made by the ELMo Explorer: {items.task} on {items.name}.

{ladder.summary()}

Model: {items.model} (fingerprint {items.fingerprint}). Static vectors: {items.static_name or "none"}.
{settings.n_folds} stratified folds, seeds {", ".join(map(str, settings.seeds))}. Intervals are 95 % bootstrap
intervals over the texts.

Compute everything again and compare, from the vectors in this pack:
    python -m elmo evaluate classification --pack PACK.zip
or unpack it and run rerun.py.

In this pack:
    about.json          task, model, versions
    texts.csv           texts, labels, their words, and what each row predicted under the first seed
    vectors.npz         layers (texts, layers, dim) and static (texts, dim), float32
    results.json        everything that was found; ladder.csv and learning_curve.csv: the same as tables
    ladder.svg          the picture
    rerun.py            computes the numbers again

Your texts are in this pack: whoever gets it can read them.
"""
