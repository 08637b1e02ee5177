"""A task by its name, from reading the data to the ladder, for the command line and the app."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elmo.corpus.uses import read_usages
from elmo.errors import InputError
from elmo.paths import no_file
from elmo.tasks import classification, sense_tagging
from elmo.tasks.datasets import LabelledTexts, Passage, read_passages, read_texts
from elmo.tasks.ladder.features import Stop, TaskProgress, VectorSource, silent
from elmo.tasks.ladder.results import Ladder, LadderRow, Settings
from elmo.tasks.pack import write_pack
from elmo.tasks.questions import question_answering
from elmo.tasks.questions.question_pack import write_question_pack
from elmo.tasks.static_vectors import WordVectors, read_bundled_vectors, read_text_vectors
from elmo.tokenizer import tokenize
from elmo.usages import Usage, example_names, read_examples
from elmo.whole_files import write_json

if TYPE_CHECKING:
    from elmo.embedder import Elmo

TASKS = ("classification", "sense tagging", "question answering")

READING = 0.15
"""Share of the progress bar for reading the texts; measuring has the rest."""


@dataclass(frozen=True)
class Data:
    """The data of a task."""

    task: str
    name: str
    content: LabelledTexts | tuple[Usage, ...] | tuple[Passage, ...]

    def words(self) -> set[str]:
        """Every distinct word, as written."""
        return {word for text in self._texts() for word in tokenize(text).forms}

    def _texts(self) -> Iterable[str]:
        if isinstance(self.content, LabelledTexts):
            return self.content.texts
        texts: list[str] = []
        for item in self.content:
            texts += (
                [item.text]
                if isinstance(item, Usage)
                else [*item.sentences, *(question.text for question in item.questions)]
            )
        return texts


def read_data(task: str, source: str | Path) -> Data:
    """Read the data of a task.

    Args:
        task: one of `TASKS`.
        source: for classification a bundled set, a CSV file or a folder; for sense tagging an example
            word or a table of uses; for question answering "passages" or a JSON file.

    Raises:
        InputError: there is no such task or data, or the data cannot be used.
    """
    path = Path(source)
    if task == "classification":
        texts = read_texts(source)
        return Data(task, texts.name, texts)
    if task == "sense tagging":
        if not path.is_file() and str(source) not in example_names():
            if path.exists():
                raise InputError(f"{no_file(path)} Give an example word, or a table of uses (TSV).")
            raise InputError(
                f"{str(source)!r} is neither an example word ({', '.join(example_names())}) nor a table of uses."
            )
        usages = read_usages(path) if path.is_file() else read_examples(str(source))
        return Data(task, path.stem, tuple(usage for usage in usages if usage.sense is not None))
    if task == "question answering":
        if str(source) != "passages" and not path.is_file():
            raise InputError(f"{no_file(path)} Give a JSON file, or passages for the bundled ones.")
        content = None if str(source) == "passages" else path.read_bytes()
        return Data(task, path.stem, read_passages(content, path.name))
    raise InputError(f"there is no task {task!r}; there are {', '.join(TASKS)}.")


def read_static(source: str | Path | None, data: Data) -> WordVectors | None:
    """The static vectors of the data's words.

    Args:
        source: "bundled", a word2vec or GloVe text file, or None for no vectors.

    Raises:
        InputError: the file is missing, or cannot be used.
    """
    if source is None:
        return None
    return (
        read_bundled_vectors() if source == "bundled" else read_text_vectors(source, data.words())
    )


def run_task(
    data: Data,
    elmo: "Elmo",
    static: WordVectors | None = None,
    settings: Settings | None = None,
    cache: VectorSource | None = None,
    progress: TaskProgress = silent,
    on_ladder: Callable[[Ladder], None] | None = None,
) -> tuple[Ladder, Callable[[], bytes]]:
    """Read the texts of a task and measure every representation.

    Returns:
        The ladder, and a function that returns its reproduction pack as the bytes of a zip.
    """

    def reading(fraction: float, message: str) -> None:
        progress(READING * fraction, message)

    def measuring(fraction: float, message: str) -> None:
        progress(READING + (1 - READING) * fraction, message)

    content: Any = data.content
    if data.task == "question answering":
        questions = question_answering.samples(content, elmo, static, cache, reading, data.name)
        ladder = question_answering.run(questions, settings, measuring, on_ladder)
        return ladder, lambda: write_question_pack(content, ladder)
    if data.task == "sense tagging":
        items = sense_tagging.samples(content, elmo, static, cache, reading, data.name)
        ladder = sense_tagging.run(items, settings, measuring, on_ladder)
    else:
        items = classification.samples(content, elmo, static, cache, reading)
        ladder = classification.run(items, settings, measuring, on_ladder)
    return ladder, lambda: write_pack(items, ladder)


def run_job(args: dict[str, Any], report: Any, folder: Path) -> dict[str, Any]:
    """Measure a task as a job; see `elmo.jobs.jobs`.

    Args:
        args: "task"; "data" (a bundled set or a file in `folder`); "model", a name in the store, or
            "files", options and weights; "static" ("bundled", a file in `folder`, or None);
            "settings"; "title", name of the data; "private", True for uploads, whose vectors are kept apart from other
            people's.

    Returns:
        {"ladder": ...}, and pack.zip in the folder; {} if the job was stopped.
    """
    from elmo.vectors.cache import VectorCache

    report(0.0, "Loading the model")
    elmo = _model(args)
    data = read_data(args["task"], _in_folder(args["data"], folder))
    if title := args.get("title"):
        content = (
            replace(data.content, name=title)
            if isinstance(data.content, LabelledTexts)
            else data.content
        )
        data = Data(data.task, title, content)
    source = args.get("static")
    static = read_static(source if source in (None, "bundled") else folder / source, data)
    cache = VectorCache.for_session() if args.get("private") else VectorCache()
    done = 0.0

    def progress(fraction: float, message: str) -> None:
        nonlocal done
        done = fraction
        report(fraction, message)
        if report.should_stop():
            raise Stop

    def on_ladder(ladder: Ladder) -> None:
        # The file is written after every row, so that a stopped or killed process loses at most one row.
        write_json(folder / "result.json", {"ladder": ladder.to_dict()})
        report(done, "", {"rows": [_short(row, ladder.measure) for row in ladder.rows]})

    try:
        settings = Settings.from_dict(args.get("settings", {}))
        ladder, pack = run_task(data, elmo, static, settings, cache, progress, on_ladder)
    except Stop:
        return {}
    (folder / "pack.zip").write_bytes(pack())
    return {"ladder": ladder.to_dict()}


def _short(row: LadderRow, measure: str) -> dict[str, Any]:
    value = row.measures[measure]
    return {
        "label": row.label,
        "group": row.group,
        "value": value.value,
        "low": value.low,
        "high": value.high,
    }


def _in_folder(name: str, folder: Path) -> str | Path:
    return folder / name if Path(name).name == name and (folder / name).is_file() else name


def _model(args: Mapping[str, Any]) -> "Elmo":
    if files := args.get("files"):
        from elmo.embedder import Elmo

        loaded = Elmo(*files)
        loaded.name = args.get("model", loaded.name)
        return loaded
    from elmo.store.store import Store

    return Store().load(args.get("model", "bundled"))
