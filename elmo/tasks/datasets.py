"""Labelled data for the tasks: the bundled sets, and a person's own files.

No row is left out without a message: a row that cannot be used is an error that names its line, and
`LabelledTexts.notice` has the number of copies of a text.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from elmo.corpus.lines import read_text
from elmo.corpus.tables import read_table
from elmo.errors import InputError
from elmo.limits import MAX_CLASSES, MAX_LABELLED_CHARACTERS, MAX_LABELLED_TEXTS
from elmo.normal_form import label_form
from elmo.paths import no_file

DATA = Path(__file__).parent / "data"
BUNDLED_TEXTS = {
    "intent": "What the writer wants: request, complaint, report or advice (400 texts)",
    "sentiment": "Opinions: positive or negative (200 texts)",
}
"""Name and description of each bundled set of labelled texts."""


@dataclass(frozen=True)
class LabelledTexts:
    """Texts and the class of each.

    Attributes:
        name: name of the set on screen.
        texts: the texts as written.
        labels: class of each text.
        notice: a remark on the data for readers, such as the number of copies; None without one.
    """

    name: str
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    notice: str | None = None

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def classes(self) -> tuple[str, ...]:
        """The distinct labels in alphabetical order."""
        return tuple(sorted(set(self.labels)))


@dataclass(frozen=True)
class Question:
    """A question about a passage.

    Attributes:
        text: the question.
        answer: number of the sentence that answers the question, from 0.
    """

    text: str
    answer: int


@dataclass(frozen=True)
class Passage:
    """A passage in sentences, with questions about it."""

    title: str
    sentences: tuple[str, ...]
    questions: tuple[Question, ...]


def read_bundled(name: str) -> LabelledTexts:
    """The bundled set of this name.

    Raises:
        InputError: there is no set of this name.
    """
    if name not in BUNDLED_TEXTS:
        raise InputError(f"there is no bundled set {name!r}; there are {', '.join(BUNDLED_TEXTS)}.")
    return read_labelled_csv((DATA / f"{name}.csv").read_bytes(), name)


def read_texts(source: str | Path) -> LabelledTexts:
    """The labelled texts of a bundled set, a CSV file, or a folder with one file for each class.

    Raises:
        InputError: there is no such set, file or folder, or its contents cannot be used; the message says why.
    """
    if str(source) in BUNDLED_TEXTS:
        return read_bundled(str(source))
    path = Path(source)
    if path.is_dir():
        return _read_folder(path)
    if path.is_file():
        return read_labelled_csv(path.read_bytes(), path.name)
    if path.exists():
        raise InputError(
            f"{no_file(path)} Give a table (CSV, TSV, XLSX), a folder or a bundled set."
        )
    raise InputError(
        f"{str(source)!r} is neither a bundled set ({', '.join(BUNDLED_TEXTS)}) nor a file or folder."
    )


def read_labelled_csv(content: bytes | str, name: str = "CSV") -> LabelledTexts:
    """Read a table with the columns `text` and `label`; other columns are ignored.

    The separator may be a comma, a semicolon, a tab or a bar; an .xlsx workbook is read, too.

    Raises:
        InputError: a column is missing, or rows cannot be used; the message names the lines.
        CorpusError: the content cannot be read as text.
    """
    table = read_table(content.encode() if isinstance(content, str) else content, name, header=True)
    columns = [column.casefold() for column in table.columns]
    if "text" not in columns or "label" not in columns:
        raise InputError(
            f"{name}: the columns are {', '.join(map(repr, table.columns[:8]))}, expected the "
            f"column names text and label among them ({table.format})."
        )
    at_text, at_label = columns.index("text"), columns.index("label")
    rows = [(row[at_text], label_form(row[at_label])) for row in table.rows]
    places = [f"line {line}" for line in table.lines]
    data = _labelled_texts(name, rows, places)
    notices = [notice for notice in (table.notice, data.notice) if notice]
    return replace(data, notice=" ".join(notices) or None)


def read_passages(
    content: bytes | str | None = None, name: str = "passages"
) -> tuple[Passage, ...]:
    """The bundled passages, or a JSON list of {"title", "sentences", "questions"}.

    Raises:
        InputError: the content has another format; the message names the passage.
    """
    text = _decode((DATA / "passages.json").read_bytes() if content is None else content, name)
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: not JSON ({error}).") from None
    if not isinstance(items, list) or len(items) < 5:
        raise InputError(f"{name}: expected a JSON list of at least 5 passages.")
    return tuple(
        _passage(item, f"{name}, passage {number}") for number, item in enumerate(items, 1)
    )


def _decode(content: bytes | str, name: str) -> str:
    if isinstance(content, str):
        return content
    return read_text(content, name)


def _labelled_texts(
    name: str, rows: Sequence[tuple[str, str]], places: Sequence[str]
) -> LabelledTexts:
    problems = []
    for (text, label), place in zip(rows, places, strict=True):
        if not isinstance(text, str) or not text.strip():
            problems.append(f"{place} has no text")
        elif len(text) > MAX_LABELLED_CHARACTERS:
            problems.append(
                f"{place} has {len(text):,} characters (at most {MAX_LABELLED_CHARACTERS:,})"
            )
        if not isinstance(label, str) or not label.strip():
            problems.append(f"{place} has no label")
    if problems:
        more = f" and {len(problems) - 10} more" if len(problems) > 10 else ""
        raise InputError(
            f"{name}: {'; '.join(problems[:10])}{more}. Complete or remove these rows."
        )
    if len(rows) > MAX_LABELLED_TEXTS:
        raise InputError(
            f"{name} has {len(rows):,} texts, at most {MAX_LABELLED_TEXTS:,} are measured at once; take a sample."
        )
    counts = Counter(label for _, label in rows)
    if not 2 <= len(counts) <= MAX_CLASSES:
        raise InputError(
            f"{name} has {len(counts)} different labels, expected 2 to {MAX_CLASSES}. Is the right "
            "column called label?"
        )
    copies = len(rows) - len({text for text, _ in rows})
    notice = (
        f"{copies} texts are copies of another one; copies are kept in the same fold, so that none is "
        "trained on and tested on."
        if copies
        else None
    )
    return LabelledTexts(name, tuple(t for t, _ in rows), tuple(c for _, c in rows), notice)


def _read_folder(folder: Path) -> LabelledTexts:
    """The texts of a folder with one file for each class and one text on each line.

    The class is the part in which the file names differ: the ending if all stems are equal, else the stem.
    """
    files = sorted(
        p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "README"))
    )
    same_stem = len({p.stem for p in files}) == 1
    rows, places = [], []
    for path in files:
        label = path.suffix.lstrip(".") if same_stem else path.stem
        for number, line in enumerate(_decode(path.read_bytes(), path.name).split("\n"), 1):
            if line.strip():
                rows.append((line.strip(), label))
                places.append(f"{path.name}, line {number}")
    return _labelled_texts(folder.name, rows, places)


def _passage(item: object, place: str) -> Passage:
    try:
        assert isinstance(item, dict)
        sentences = tuple(str(s) for s in item["sentences"])
        questions = tuple(Question(str(q["question"]), int(q["answer"])) for q in item["questions"])
        title = str(item.get("title", place))
    except (AssertionError, KeyError, TypeError, ValueError):
        raise InputError(
            f'{place}: expected {{"title", "sentences": [...], "questions": [{{"question", "answer"}}]}}.'
        ) from None
    if len(sentences) < 2 or not all(s.strip() for s in sentences):
        raise InputError(f"{place} ({title}): expected at least 2 sentences, none empty.")
    for question in questions:
        if not 0 <= question.answer < len(sentences) or not question.text.strip():
            raise InputError(
                f"{place} ({title}): the answer to {question.text!r} is sentence {question.answer}, "
                f"expected 0 to {len(sentences) - 1}, and a question that is not empty."
            )
    return Passage(title, sentences, questions)
