"""The tasks of Downstream. A new task is an entry of `TASKS` and an entry in `elmo.tasks.downstream`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from elmo.errors import InputError
from elmo.inflections import inflections
from elmo.normal_form import comparison_form
from elmo.tasks.datasets import BUNDLED_TEXTS, read_bundled, read_labelled_csv, read_passages
from elmo.tokenizer import tokenize
from elmo.usages import Usage, example_names, find_usages, forms_of, read_examples


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
        of_a_word: True if the labels of such a table are senses of one word, which is asked for.
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
    of_a_word: bool = False
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


def labelled_uses(rows: Sequence[tuple[str, str]], word: str) -> tuple[list[Usage], int]:
    """The first use of a word in each sentence, with its sense; how many sentences have none.

    Args:
        rows: sentences and senses.
        word: in any of its forms and letter cases.

    Raises:
        InputError: no sentence has the word.
    """
    sentences = [tokenize(" ".join(text.split())) for text, _ in rows]
    forms = [
        form for form in forms_of(sentences, word) if comparison_form(form) in inflections(word)
    ]
    first_uses = [find_usages([sentence], forms)[:1] for sentence in sentences] if forms else []
    uses = [
        replace(use, sense=" ".join(sense.split()))
        for of_sentence, (_, sense) in zip(first_uses, rows, strict=False)
        for use in of_sentence
    ]
    if not uses:
        raise InputError(
            f"{word!r} stands in none of the {len(rows):,} sentences, in no letter case and in no other "
            "form; check the spelling and the column of sentences."
        )
    return uses, len(rows) - len(uses)


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
        endings=(),
        asked="A table (CSV, TSV or XLSX) with a column of sentences and one of senses",
        preview=_uses,
        check=lambda content, name: None,
        of_a_word=True,
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
