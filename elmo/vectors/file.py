"""Embed a file of sentences into an HDF5 file, in bounded memory; an interrupted run can be continued.

The layout is AllenNLP's: data set "i" for line i (from 0), and `sentence_to_index`, one string that is a JSON object
from the text of a line to i. `elmo.vectors.part` writes the file.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from elmo.corpus.lines import read_lines
from elmo.embedder import Elmo
from elmo.errors import ElmoError, InputError
from elmo.limits import MAX_SENTENCE_TOKENS
from elmo.vectors.part import Part, is_embedded
from elmo.vectors.selection import representation_named, select
from elmo.vectors.tokens import words_of
from elmo.whole_files import check_output


def embed_file(
    elmo: Elmo,
    sentences_file: str | Path,
    out_file: str | Path,
    layers: str = "all",
    *,
    batch_tokens: int = 4096,
    text: bool = False,
    overwrite: bool = False,
    encoding: str | None = None,
    boundaries: bool = False,
    progress: Callable[[int], None] = lambda n_words: None,
) -> int:
    """Embed each line of a file.

    Args:
        sentences_file: one sentence on a line, words separated by any blanks of Unicode; an empty line is an empty
            sentence.
        out_file: written as OUT.part, which a later call continues, and renamed at the end.
        layers: as in `select`.
        text: True if lines are plain text: the tokenizer splits them into words, the model reads the words in normal
            form, and each data set has the words in the attribute `tokens`, a JSON list.
        overwrite: replace an existing file that `embed_file` did not write; a file of `embed_file` is replaced in any
            case.
        encoding: encoding of the sentences; None finds the encoding.
        boundaries: True if the words "<S>" and "</S>" mean the boundaries of the sentence.
        progress: called with the number of words (parts between spaces) finished since the last call.

    Returns:
        The number of sentences.

    Raises:
        CorpusError: the sentences cannot be read; the message has the line.
        InputError: there is no such representation, OUT cannot be written (see `check_output`), a line has too many
            words, or OUT.part belongs to other options, another model or other sentences.
    """
    if layers != "all":
        representation_named(elmo, layers)
    sentences_file, out_file = Path(sentences_file), Path(out_file)
    check_output(out_file, [sentences_file], overwrite=overwrite, is_own=is_embedded)
    options = {"model": elmo.fingerprint, "layers": layers, "text": text, "boundaries": boundaries}
    with Part(out_file, options) as part:
        return _embed_lines(
            elmo, sentences_file, part, layers, batch_tokens, text, encoding, boundaries, progress
        )


def _embed_lines(
    elmo: Elmo,
    sentences_file: Path,
    part: Part,
    layers: str,
    batch_tokens: int,
    text: bool,
    encoding: str | None,
    boundaries: bool,
    progress: Callable[[int], None],
) -> int:
    """Embed the lines that OUT.part does not have yet, and rename OUT.part; returns the number of lines."""
    lines = (line.text for line in read_lines(sentences_file, encoding=encoding))
    digest = hashlib.sha256()
    for _ in range(part.n_done):
        line = next(lines, None)
        if line is None:
            break
        digest.update(line.encode() + b"\n")
        progress(len(line.split()))
    part.check_lines(digest.hexdigest(), sentences_file)

    waiting: list[tuple[str, list[str]]] = []
    failure: list[ElmoError] = []

    def words() -> Iterator[list[str]]:
        try:
            for number, line in enumerate(lines, part.n_done):
                tokens = split_line(line, text, number, sentences_file.name)
                waiting.append((line, tokens))
                yield tokens
        except (
            ElmoError
        ) as error:  # raised below, after the lines before the wrong one are embedded
            failure.append(error)

    finished: list[tuple[np.ndarray, list[str] | None]] = []
    n_tokens = n_words = 0
    for embedded in elmo.embed(words(), batch_tokens, boundaries=boundaries):
        line, tokens = waiting.pop(0)
        digest.update(line.encode() + b"\n")
        finished.append((select(elmo, embedded, layers), tokens if text else None))
        n_tokens += len(tokens)
        n_words += len(line.split())
        if n_tokens >= batch_tokens or len(finished) >= 1000:
            part.add(finished, digest.hexdigest())
            progress(n_words)
            finished, n_tokens, n_words = [], 0, 0
    part.add(finished, digest.hexdigest())
    progress(n_words)
    if failure:
        raise failure[0]
    part.finish(sentences_file, encoding)
    return part.n_done


def split_line(line: str, text: bool, number: int, file_name: str) -> list[str]:
    """The words of a line.

    Raises:
        InputError: the line has more than `MAX_SENTENCE_TOKENS` words.
    """
    tokens = [word.text for word in words_of(line, text)]
    if len(tokens) > MAX_SENTENCE_TOKENS:
        raise InputError(
            f"{file_name}, line {number + 1} has {len(tokens):,} words, at most "
            f"{MAX_SENTENCE_TOKENS:,} are read at once; split it into sentences (nothing was cut "
            "off, and the lines before it are kept)."
        )
    return tokens
