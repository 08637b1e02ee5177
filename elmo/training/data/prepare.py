"""Tokenise text files and write the folder of word ids that `corpus.Corpus` reads."""

import json
import os
import shutil
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from elmo.errors import CorpusError
from elmo.training.data.corpus import Corpus, held_out_sentences
from elmo.training.data.documents import check_there, read_documents

CACHED_CHUNKS = 1_500_000  # largest number of remembered space-separated strings in a process; about 300 MB of memory
PIECE = 4_000_000  # tokens rewritten at a time when the files' own ids become the corpus's ids


class WordNumbers:
    """Numbers for words, in the order in which the words are first seen."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def number(self, word: str) -> int:
        return self.ids.setdefault(word, len(self.ids))


class ChunkTokenizer:
    """The app's tokenisation in normal form, with the word ids of each space-separated string remembered.

    spaCy first splits a text at white space and then each string alone, so the words of a known string can be reused.
    This is some ten times faster on running text, with the same words.
    """

    def __init__(self, words: WordNumbers) -> None:
        from elmo.tokenizer import tokenize

        self._tokenize = tokenize
        self._words = words
        self._known: dict[str, list[int]] = {}

    def __call__(self, sentence: str) -> list[int]:
        known = self._known
        ids: list[int] = []
        for chunk in sentence.split():
            numbers = known.get(chunk)
            if numbers is None:
                numbers = [self._words.number(token) for token in self._tokenize(chunk).forms]
                if len(known) >= CACHED_CHUNKS:
                    known.clear()
                known[chunk] = numbers
            ids += numbers
        return ids


def _tokenize_file(
    path: str,
    stem: str,
    encoding: str | None,
    report: Callable[[float], None] = lambda done: None,
) -> None:
    """Writes the tokens of one file with word ids of this file; `_merge` replaces them by ids of the corpus."""
    words = WordNumbers()
    tokenizer = ChunkTokenizer(words)
    sentences, documents = array("I"), array("I")
    with open(f"{stem}.tokens", "wb") as out:
        for document in read_documents(path, encoding, report):
            n_sentences = 0
            for sentence in document:
                ids = tokenizer(sentence)
                if ids:
                    np.asarray(ids, dtype=np.uint32).tofile(out)
                    sentences.append(len(ids))
                    n_sentences += 1
            if n_sentences:
                documents.append(n_sentences)
    np.asarray(sentences, dtype=np.uint32).tofile(f"{stem}.sentences")
    np.asarray(documents, dtype=np.uint32).tofile(f"{stem}.documents")
    with open(f"{stem}.words", "w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{word}\n" for word in words.ids)


def prepare(
    paths: Sequence[str | os.PathLike],
    folder: str | os.PathLike,
    held_out_every: int = 500,
    processes: int = 2,
    report: Callable[[float], None] = lambda done: None,
    encoding: str | None = None,
) -> Corpus:
    """Tokenises the files and writes the folder of word ids, whole or not at all.

    An existing folder of the same files (names and sizes) and the same `held_out_every` is used without a change.

    Args:
        paths: text files, read in the order of their names.
        folder: folder of the word ids.
        held_out_every: with 500, the documents number 500, 1000, ... of all files together are held out.
        processes: number of files that are tokenised at a time.
        report: called with the tokenised share of the text.
        encoding: encoding of the files, as in `read_lines`.

    Raises:
        CorpusError: a file is missing or cannot be read, no sentence was found, or the folder cannot be written.
    """
    if not paths:
        raise CorpusError("no corpus was named; give one or more text files (.txt, .xz or .gz).")
    files = sorted((str(path) for path in paths), key=lambda path: Path(path).name)
    for path in files:
        check_there(Path(path))
    source = {
        "files": [[Path(path).name, os.path.getsize(path)] for path in files],
        "held_out_every": held_out_every,
    }
    if encoding is not None:
        source["encoding"] = encoding
    folder = Path(folder)
    if (folder / "corpus.json").is_file():
        corpus = Corpus(folder)
        if corpus.info["source"] == source:
            return corpus
    part = folder.with_name(folder.name + ".part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        _write(part, files, source, processes, report)
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    except OSError as error:
        reason = (
            error.strerror or "No space left on device"
        )  # NumPy's error states only the number of written items
        shutil.rmtree(part, ignore_errors=True)
        raise CorpusError(
            f"{folder} cannot be written: {reason}. Free space, or name another output."
        ) from None
    return Corpus(folder)


def _write(
    part: Path, files: list[str], source: dict, processes: int, report: Callable[[float], None]
) -> None:
    """Writes the word ids of the files into an empty folder."""
    encoding = source.get("encoding")
    stems = [str(part / f"{number:03d}") for number in range(len(files))]
    sizes = [os.path.getsize(path) for path in files]
    total, done = max(1, sum(sizes)), 0
    largest_first = sorted(zip(sizes, files, stems, strict=True), key=lambda job: -job[0])
    if processes > 1 and len(files) > 1:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            jobs = {
                pool.submit(_tokenize_file, path, stem, encoding): size
                for size, path, stem in largest_first
            }
            for job in as_completed(jobs):
                job.result()
                done += jobs[job]
                report(done / total)
    else:
        for size, path, stem in largest_first:
            _tokenize_file(
                path,
                stem,
                encoding,
                lambda share, size=size, done=done: report((done + share * size) / total),
            )
            done += size
    _merge(part, stems, source)


def _merge(folder: Path, stems: list[str], source: dict) -> None:
    """Joins the files' tokens under one set of word ids, counts the training words, and sorts the ids by count."""
    sentences = np.concatenate(
        [np.fromfile(f"{stem}.sentences", dtype=np.uint32) for stem in stems]
    )
    documents = np.concatenate(
        [np.fromfile(f"{stem}.documents", dtype=np.uint32) for stem in stems]
    )
    if not len(documents):
        raise CorpusError(
            f"no sentence was found in {', '.join(name for name, _ in source['files'])}."
        )
    words = WordNumbers()
    tables = []
    for stem in stems:
        with open(f"{stem}.words", encoding="utf-8", newline="\n") as lines:
            tables.append(np.array([words.number(line[:-1]) for line in lines], dtype=np.uint32))
    token_is_held_out = np.repeat(
        held_out_sentences(documents, source["held_out_every"]), sentences
    )
    counts = np.zeros(len(words.ids), dtype=np.int64)
    n_tokens = 0
    for stem, table in zip(stems, tables, strict=True):
        for piece in _pieces(f"{stem}.tokens"):
            ids = table[piece]
            training = ~token_is_held_out[n_tokens : n_tokens + len(ids)]
            counts += np.bincount(ids[training], minlength=len(counts))
            n_tokens += len(ids)
    by_count = np.argsort(-counts, kind="stable")
    rank = np.empty(len(counts), dtype=np.uint32)
    rank[by_count] = np.arange(len(counts), dtype=np.uint32)
    with open(folder / "tokens.u32", "wb") as out:
        for stem, table in zip(stems, tables, strict=True):
            for piece in _pieces(f"{stem}.tokens"):
                rank[table[piece]].tofile(out)
    sentences.tofile(folder / "sentences.u32")
    documents.tofile(folder / "documents.u32")
    counts[by_count].astype(np.uint64).tofile(folder / "counts.u64")
    in_order = list(words.ids)
    with open(folder / "words.txt", "w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{in_order[word]}\n" for word in by_count)
    info = {
        "source": source,
        "tokens": n_tokens,
        "training_tokens": int(counts.sum()),
        "sentences": len(sentences),
        "documents": len(documents),
        "words": len(counts),
    }
    (folder / "corpus.json").write_text(json.dumps(info, indent=1) + "\n", encoding="utf-8")
    for stem in stems:
        for end in ("tokens", "sentences", "documents", "words"):
            os.remove(f"{stem}.{end}")


def _pieces(path: str) -> Iterator[np.ndarray]:
    """Yields the numbers in a file of uint32, a few million at a time."""
    with open(path, "rb") as source:
        while len(piece := np.fromfile(source, dtype=np.uint32, count=PIECE)):
            yield piece
