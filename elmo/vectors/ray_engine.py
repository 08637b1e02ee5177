"""Embed a file of sentences on a Ray cluster: `python -m elmo embed … --engine ray`.

OUT is a folder here. The lines are written to OUT/lines.txt (UTF-8, LF at the line ends) and cut into shards of about
`SHARD_WORDS` words. Ray Data gives the shards to actors; an actor loads the model once, and writes each shard to
OUT/shard-00000.hdf5 (data set "i" for line i of the whole file, as in `elmo.vectors.file`) under a temporary name, which
is changed when the shard is whole. So a killed worker loses no sentence and doubles none: Ray gives the shard to another
actor. manifest.json lists the finished shards; a second call embeds the missing ones. The workers get offsets, not text,
so that memory does not grow with the file.

Every machine must have the sentences, the model's files and OUT under the same paths.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import h5py

from elmo.corpus.lines import read_lines
from elmo.errors import InputError
from elmo.store.checksum import sha256_of
from elmo.store.entry import ModelEntry
from elmo.vectors.file import split_line
from elmo.vectors.selection import select
from elmo.whole_files import whole_file, write_json

SHARD_WORDS = 20_000
_MANIFEST = "manifest.json"
_LINES = "lines.txt"


@dataclass(frozen=True)
class Shard:
    """Successive lines of the file that one actor embeds.

    Attributes:
        number: number of the shard, from 0.
        first_line, n_lines: number of the first line, from 0, and number of lines.
        offset: place of the first line in the file, in bytes.
        n_words: parts between spaces, for progress.
    """

    number: int
    first_line: int
    n_lines: int
    offset: int
    n_words: int

    @property
    def file_name(self) -> str:
        """Name of the file with the shard's vectors, in OUT."""
        return f"shard-{self.number:05}.hdf5"


def embed_on_ray(
    entry: ModelEntry,
    sentences_file: str | Path,
    out_folder: str | Path,
    layers: str = "all",
    *,
    batch_tokens: int = 4096,
    text: bool = False,
    encoding: str | None = None,
    boundaries: bool = False,
    address: str | None = None,
    shard_words: int = SHARD_WORDS,
    progress: Callable[[int], None] = lambda n_words: None,
) -> int:
    """Embed each line of a file on a cluster.

    Args:
        entry: the model.
        boundaries: read the words <S> and </S> as boundaries of sentences.
        address: address of the cluster ("ray://…", "auto"); None starts a cluster on this machine.
        progress: called with the number of words finished since the last call.

    Returns:
        The number of lines.

    Raises:
        InputError: Ray is not installed, a path is wrong, or OUT was begun with other options.
        CorpusError: the sentences cannot be read.
    """
    try:
        # Ray sends usage statistics unless told not to; on a busy machine its agent starts slowly.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_agent_register_timeout_ms", "120000")
        import ray  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise InputError(
            "--engine ray needs Ray: pip install -r requirements/ray.txt. The default engine needs "
            "nothing more."
        ) from None
    sentences_file, out_folder = Path(sentences_file).absolute(), Path(out_folder).absolute()
    asked = {
        "model": sha256_of(entry.weight_file),
        "layers": layers,
        "text": text,
        "sentences": sha256_of(sentences_file),
        "shard_words": shard_words,
    } | {
        name: value for name, value in (("encoding", encoding), ("boundaries", boundaries)) if value
    }
    manifest = Manifest(out_folder, asked)
    lines_file = out_folder / _LINES
    write_lines(sentences_file, lines_file, encoding)
    shards = list(cut(lines_file, shard_words))
    missing = [shard for shard in shards if not manifest.has(shard)]
    progress(sum(shard.n_words for shard in shards) - sum(shard.n_words for shard in missing))
    if missing:
        ray.init(
            address=address,
            include_dashboard=False if address is None else None,
            log_to_driver=False,
        )
        try:
            worker = {
                "options_file": str(entry.options_file.absolute()),
                "weight_file": str(entry.weight_file.absolute()),
                "sentences_file": str(lines_file),
                "name": sentences_file.name,
                "out_folder": str(out_folder),
                "layers": layers,
                "text": text,
                "boundaries": boundaries,
                "batch_tokens": batch_tokens,
            }
            for done in _run(ray, missing, worker):
                manifest.add(done["file"], done["sha256"])
                progress(done["n_words"])
        finally:
            ray.shutdown()
    manifest.finish(sum(shard.n_lines for shard in shards))
    lines_file.unlink(missing_ok=True)
    return sum(shard.n_lines for shard in shards)


def _run(ray: Any, shards: list[Shard], worker: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Embed the shards with Ray Data, each shard a block that any actor may get; yields the result of each."""
    import ray.data  # pyright: ignore[reportMissingImports]

    ray.data.DataContext.get_current().enable_progress_bars = False
    rows = ray.data.from_items([asdict(shard) for shard in shards], override_num_blocks=len(shards))
    n_actors = max(1, min(len(shards), int(ray.cluster_resources().get("CPU", 1))))
    done = rows.map(
        EmbedShard,
        fn_constructor_kwargs=worker,
        compute=ray.data.ActorPoolStrategy(size=n_actors),
        num_cpus=1,
    )
    yield from done.iter_rows()


class EmbedShard:
    """An actor: loads the model once, and embeds one shard a call."""

    def __init__(
        self,
        options_file: str,
        weight_file: str,
        sentences_file: str,
        name: str,
        out_folder: str,
        layers: str,
        text: bool,
        boundaries: bool,
        batch_tokens: int,
    ) -> None:
        import torch

        from elmo.embedder import Elmo

        torch.set_num_threads(1)
        self.elmo = Elmo(options_file, weight_file)
        self.sentences_file, self.out_folder = Path(sentences_file), Path(out_folder)
        self.name = name
        self.layers: str = layers
        self.text, self.boundaries, self.batch_tokens = text, boundaries, batch_tokens

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        shard = Shard(**{name: int(value) for name, value in row.items()})
        lines = list(_lines(self.sentences_file, shard))
        words = [
            split_line(line, self.text, shard.first_line + i, self.name)
            for i, line in enumerate(lines)
        ]
        target = self.out_folder / shard.file_name
        with whole_file(target, shared=True) as part, h5py.File(part, "w") as file:
            embedded = self.elmo.embed(words, self.batch_tokens, boundaries=self.boundaries)
            for number, result in enumerate(embedded, shard.first_line):
                item = file.create_dataset(str(number), data=select(self.elmo, result, self.layers))
                if self.text:
                    item.attrs["tokens"] = json.dumps(result.tokens)
        return {"file": target.name, "sha256": sha256_of(target), "n_words": shard.n_words}


def write_lines(sentences_file: Path, lines_file: Path, encoding: str | None) -> None:
    """Write the lines of a file as UTF-8 with LF, so that an offset in bytes finds a shard.

    Raises:
        CorpusError: the file cannot be read as text.
        InputError: the lines cannot be written.
    """
    try:
        with whole_file(lines_file) as part, part.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(
                f"{line.text}\n" for line in read_lines(sentences_file, encoding=encoding)
            )
    except OSError as error:
        raise InputError(f"{lines_file} cannot be written: {error.strerror}.") from None


def cut(lines_file: Path, shard_words: int) -> Iterator[Shard]:
    """Yield shards of at least `shard_words` words, or as many lines; the last shard may be smaller."""
    number = n_lines = n_words = first_line = offset = begin = 0
    with lines_file.open("rb") as file:
        for line in file:
            offset += len(line)
            n_lines += 1
            n_words += len(line.decode().split())
            if n_words >= shard_words or n_lines >= shard_words:
                yield Shard(number, first_line, n_lines, begin, n_words)
                number, first_line, begin = number + 1, first_line + n_lines, offset
                n_lines = n_words = 0
    if n_lines:
        yield Shard(number, first_line, n_lines, begin, n_words)


def _lines(lines_file: Path, shard: Shard) -> Iterator[str]:
    with lines_file.open("rb") as file:
        file.seek(shard.offset)
        for _ in range(shard.n_lines):
            yield file.readline().decode().removesuffix("\n")


class Manifest:
    """OUT/manifest.json: the model, the options, and the finished shards with their checksums."""

    def __init__(self, folder: Path, asked: dict[str, Any]) -> None:
        self.folder = folder
        try:
            folder.mkdir(exist_ok=True)
            known = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            known = {}
        except (OSError, ValueError) as error:
            raise InputError(
                f"{folder} cannot be used: {error}. With --engine ray OUT is a folder; name a new "
                "one, or the one to go on with."
            ) from None
        self.data = known or {"asked": asked, "finished": False, "n_lines": None, "shards": {}}
        if self.data.get("asked") != asked:
            raise InputError(
                f"{folder} was begun with another model, other sentences or other options. Name "
                "another output, or delete it."
            )

    def has(self, shard: Shard) -> bool:
        """True if a shard is finished and its file has the noted checksum."""
        file = self.folder / shard.file_name
        expected = self.data["shards"].get(shard.file_name)
        return expected is not None and file.is_file() and sha256_of(file) == expected

    def add(self, file_name: str, sha256: str) -> None:
        """Add a finished shard to the manifest."""
        self.data["shards"][file_name] = sha256
        self._write()

    def finish(self, n_lines: int) -> None:
        """Mark all shards as finished, and delete the unfinished files of killed workers."""
        for part in self.folder.glob("shard-*.part"):
            part.unlink(missing_ok=True)
        self.data |= {"finished": True, "n_lines": n_lines}
        self._write()

    def _write(self) -> None:
        write_json(self.folder / _MANIFEST, self.data)
