"""The tasks of Downstream. A new task is an entry of `TASKS` and an entry in `elmo.tasks.downstream`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from elmo.tasks.datasets import BUNDLED_TEXTS, read_bundled, read_labelled_csv, read_passages
from elmo.usages import example_names, read_examples


@dataclass(frozen=True)
class Task:
    """A task on screen.

    Attributes:
        title: its name on screen.
        about: the question of the task, and how vectors answer it.
        command: its name after `python -m elmo evaluate`.
        bundled: gives the bundled data sets: name -> description, "" for none.
        default: the data set shown first.
        endings: the allowed endings of a person's file. Empty if the file is a table whose columns are
            chosen on screen.
        asked: what the file must hold.
        preview: gives the rows of a data set for a table.
        check: (content, file name) -> a sentence about a person's file, or None.
            Raises InputError if the file cannot be used.
        folds: how the folds are made; "" for at random.
        items: what the bootstrap intervals draw again.
        has_curve: True if a learning curve can be measured.
    """

    title: str
    about: str
    command: str
    bundled: Callable[[], Mapping[str, str]]
    default: str
    endings: tuple[str, ...]
    asked: str
    preview: Callable[[str], list[dict[str, str | None]]]
    check: Callable[[bytes, str], str | None]
    folds: str = "stratified"
    items: str = "the texts"
    has_curve: bool = True


def _texts(name: str) -> list[dict[str, str | None]]:
    data = read_bundled(name)
    return [{"text": t, "label": c} for t, c in zip(data.texts, data.labels, strict=True)]


def _uses(name: str) -> list[dict[str, str | None]]:
    return [{"text": use.text, "sense": use.sense} for use in read_examples(name)]


def _questions(name: str) -> list[dict[str, str | None]]:
    return [
        {
            "question": question.text,
            "answer": passage.sentences[question.answer],
            "passage": " ".join(passage.sentences),
        }
        for passage in read_passages()
        for question in passage.questions
    ]


def _about_texts(content: bytes, name: str) -> str:
    data = read_labelled_csv(content, name)
    return f"{len(data):,} texts, {len(data.classes)} classes: {', '.join(data.classes[:8])}"


def _about_passages(content: bytes, name: str) -> None:
    read_passages(content, name)


TASKS = {
    "classification": Task(
        "Classify a text",
        "Which class does a text belong to? A text is the mean of its words' vectors; "
        "logistic regression learns the classes from labelled texts.",
        command="classification",
        bundled=lambda: BUNDLED_TEXTS,
        default="intent",
        endings=(),
        asked="A table (CSV, TSV or XLSX) with a column of texts and one of labels",
        preview=_texts,
        check=_about_texts,
    ),
    "sense tagging": Task(
        "Tag a word's sense",
        "Which sense does a word have in a sentence? The word's own vector is used; logistic "
        "regression learns the senses from labelled uses.",
        command="senses",
        bundled=lambda: dict.fromkeys(example_names(), ""),
        default="bank",
        endings=("tsv", "txt"),
        asked="A TSV file with the columns sentence, form, occurrence and sense",
        preview=_uses,
        check=lambda content, name: None,
    ),
    "question answering": Task(
        "Find the answer",
        "Which sentence of a passage answers the question? Each word of the question is compared with "
        "its nearest word in a sentence; the sentences are ranked by the mean of these cosines.",
        command="question-answering",
        bundled=lambda: {"passages": "60 passages, 3 questions each"},
        default="passages",
        endings=("json",),
        asked='A JSON list of {"title", "sentences", "questions": [{"question", "answer"}]}',
        preview=_questions,
        check=_about_passages,
        folds="",
        items="passages",
        has_curve=False,
    ),
}
"""Name in `elmo.tasks.downstream` -> task, in the order of the buttons."""
