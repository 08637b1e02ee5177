"""Get vectors, the inputs: the sentences, the kind of vectors, and the format."""

import shlex
from dataclasses import dataclass

import streamlit as st

from elmo.errors import InputError
from elmo.limits import MAX_VECTOR_FILE_BYTES
from elmo.representation import representations
from elmo.tokenizer import split_lines
from elmo.vectors.export import FORMATS
from elmo.views.numbers import whole
from ui.shared import choices, inputs, model, share, uploads
from ui.shared.page import Context

PASTED, FILE = "Pasted text", "A file"
WORDS, SENTENCES = "each word", "each sentence (mean)"
ALL = "all"
_PUNCTUATION = 1.2
"""Tokens (words and punctuation marks) for each part of a text between blanks, on average."""


@dataclass(frozen=True)
class Request:
    """The choices for a file of vectors.

    Attributes:
        sentences: the sentences, none empty.
        layers: as in `elmo.vectors.file.embed_file`.
        means: True for one vector a sentence (the mean), False for one vector a word.
        format: a key of `FORMATS`.
        name: the file's name without its ending.
    """

    sentences: tuple[str, ...]
    layers: str
    means: bool
    format: str
    name: str

    @property
    def n_words(self) -> int:
        """An estimate of the number of words, punctuation marks included."""
        return round(_PUNCTUATION * sum(len(sentence.split()) for sentence in self.sentences))

    def n_bytes(self, n_layers: int, dim: int) -> float:
        """An estimate of the file's size in bytes."""
        n_vectors = len(self.sentences) if self.means else self.n_words
        times = n_layers if self.layers == ALL else 1
        return n_vectors * times * dim * FORMATS[self.format].bytes_a_number

    def command(self, model_name: str) -> str:
        """The command line that writes the same vectors of words as HDF5, without a limit on size."""
        parts = ["python", "-m", "elmo", "embed", "sentences.txt", "vectors.hdf5", "--text"]
        parts += ["--layers", self.layers]
        if model_name != "bundled" and not model_name.startswith(model.OWN):
            parts += ["--model", model_name]
        return shlex.join(parts)


def choose(context: Context) -> Request | None:
    """Ask for sentences, vectors and format; None while there is no sentence.

    Raises:
        ElmoError: the file cannot be read.
    """
    sentences, name = _sentences()
    left, middle, right = st.columns([3, 3, 3], gap="medium")
    with left:
        layers = _layers(context)
    with middle:
        of = choices.one_of("One vector for", [WORDS, SENTENCES], default=WORDS, key="vectors_of")
    with right:
        format = choices.one_of(
            "Format",
            list(FORMATS),
            default="hdf5",
            format_func=lambda key: FORMATS[key].title,
            key="vectors_format",
        )
    if not sentences:
        return None
    return Request(sentences, layers, of == SENTENCES, format, name)


def check_size(request: Request, context: Context) -> None:
    """Check that the file is not too large for a browser.

    Raises:
        InputError: the file would be too large; the message has the command without this limit.
    """
    options = model.entry(context.model).options
    size = request.n_bytes(options.n_representations, options.representation_dim)
    if size > MAX_VECTOR_FILE_BYTES:
        raise InputError(
            f"This file would have about {whole(size / 1024**2)} MB; this page makes at most "
            f"{whole(MAX_VECTOR_FILE_BYTES / 1024**2)} MB. Choose one layer, one vector a sentence or fewer "
            f"sentences; or use `{request.command(context.model)}`, which has no such limit."
        )


def _sentences() -> tuple[tuple[str, ...], str]:
    """Ask for the sentences; gives them and the name of the file to make."""
    source = choices.one_of("Sentences", [PASTED, FILE], default=PASTED, key="vectors_source")
    if source == FILE:
        upload = uploads.ask_table(
            "vectors_file", label="A file of sentences, up to 50 MB", labels=False
        )
        if upload is None:
            return (), ""
        share.offer(lacks="the file that you gave")
        return _clean(upload.sentences), f"{upload.name}-vectors"
    shared = share.sentences()
    if shared is not None:
        st.session_state.setdefault("vectors_text", "\n".join(shared))
    text = st.text_area(
        "One sentence a line",
        key="vectors_text",
        height=190,
        persist_state="session",
        placeholder="The bank raised its rates.\nWe sat on the bank of the river.",
    )
    sentences = _clean(split_lines(text))
    share.offer(sentences[:1000])
    return sentences, "vectors"


def _clean(lines: list[str]) -> tuple[str, ...]:
    """The texts, each on one line, without empty texts."""
    return tuple(line for line in (" ".join(text.split()) for text in lines) if line)


def _layers(context: Context) -> str:
    """Ask for the kind of vectors: a representation, all layers, or the mix that was set on Mixing."""
    n = model.n_representations(context.model)
    every = {
        each.name: each.label
        for each in representations(n)
        if each.reads != "softmax"  # these vectors have a number for each word of the vocabulary
    }
    own = inputs.current_weights(n)
    if own is not None:
        weights = ",".join(f"{weight:.4g}" for weight in own)
        every[weights] = f"Your mix ({weights})"
    every[ALL] = "All layers"
    help = "\n\n".join(f"**{each.label}**: {each.help}" for each in representations(n))
    chosen = st.selectbox(
        "Vectors",
        list(every),
        index=list(every).index(f"layer {n - 1}"),
        format_func=every.__getitem__,
        key=f"vectors_layers_{n}_{len(every)}",
        help=help,
    )
    return str(chosen)
