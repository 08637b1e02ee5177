"""A reproduction pack of question answering: passages, questions, results and versions.

The vectors of all words would make a large file, so they are computed again from the model after a comparison of its
fingerprint.
"""

import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from elmo.embedder import Elmo
from elmo.errors import DAMAGED, InputError
from elmo.reproduce import versions, zip_bytes
from elmo.tasks.datasets import Passage, read_passages
from elmo.tasks.ladder.features import TaskProgress, silent
from elmo.tasks.ladder.picture import svg
from elmo.tasks.ladder.results import Ladder
from elmo.tasks.questions import question_answering
from elmo.tasks.static_vectors import WordVectors

_README = """\
Which sentence of a passage answers the question? Made by the ELMo Explorer.

{summary}

Model: {model} (fingerprint {fingerprint}). Static vectors: {static}.
Intervals are 95 % bootstrap intervals over the passages.

Compute everything again and compare (with the same model):
    python -m elmo evaluate question-answering --pack PACK.zip

In this pack: passages.json (the data), results.json (everything found), about.json (versions), ladder.svg.
Your passages are in this pack: whoever gets it can read them.
"""


def write_question_pack(passages: Sequence[Passage], ladder: Ladder) -> bytes:
    """The bytes of the zip; the same arguments give the same bytes."""
    items = [
        {
            "title": p.title,
            "sentences": p.sentences,
            "questions": [{"question": q.text, "answer": q.answer} for q in p.questions],
        }
        for p in passages
    ]
    readme = _README.format(
        summary=ladder.summary(),
        model=ladder.model,
        fingerprint=ladder.fingerprint,
        static=ladder.static_name or "none",
    )
    files = {
        "README.txt": readme,
        "passages.json": json.dumps(items, ensure_ascii=False, indent=1),
        "results.json": json.dumps(ladder.to_dict(), ensure_ascii=False),
        "about.json": json.dumps(
            {"versions": versions(), "settings": asdict(ladder.settings)}, indent=1
        ),
        "ladder.svg": svg(ladder),
    }
    return zip_bytes(files)


def rerun_questions(
    path: str | Path, elmo: Elmo, static: WordVectors | None, progress: TaskProgress = silent
) -> tuple[Ladder, Ladder]:
    """Compute the ladder of a pack again.

    Returns:
        The ladder in the pack, and the new one.

    Raises:
        InputError: the file is no such pack, or `elmo` is another model than the pack's.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            ladder = Ladder.from_dict(json.loads(archive.read("results.json")))
            passages = read_passages(archive.read("passages.json"), Path(path).name)
    except DAMAGED as error:
        raise InputError(
            f"{Path(path).name} is not a pack of question answering ({error})."
        ) from None
    if elmo.fingerprint != ladder.fingerprint:
        raise InputError(
            f"the pack was made with {ladder.model} ({ladder.fingerprint}), this model is "
            f"{elmo.fingerprint}; give the same one with --model."
        )
    items = question_answering.samples(passages, elmo, static, None, progress)
    return ladder, question_answering.run(items, ladder.settings, progress)
