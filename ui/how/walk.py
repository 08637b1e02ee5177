"""How it works: the values of the model for the sentence, and the frame of a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float

from elmo.errors import InputError
from elmo.explore.similarity import paired_cosine
from elmo.tasks.static_vectors import read_bundled_vectors
from elmo.tokenizer import tokenize
from elmo.views.numbers import short
from elmo.whole_number import whole_number
from ui.how import code as how_code
from ui.how.text import MISTAKES, TOUR, Step
from ui.shared import model

if TYPE_CHECKING:
    from elmo.model.trace import Inspection, WordTrace
    from elmo.tasks.static_vectors import WordVectors

SENTENCE = "We watched the boats from the bank of the river."
MAX_WORDS = 40
"""The most words that the pictures can show."""


@dataclass(frozen=True)
class Walk:
    """One sentence, and the values of one model for it.

    Attributes:
        model: the model's name.
        words: the words of the sentence.
        word: the place of the followed word.
        inspection: every value inside the model, see `elmo.model.trace`.
        values: the model's sizes, for the texts.
    """

    model: str
    words: tuple[str, ...]
    word: int
    inspection: "Inspection"
    values: dict[str, Any]

    @property
    def form(self) -> str:
        """The followed word, as written."""
        return self.words[self.word]

    @property
    def trace(self) -> "WordTrace":
        """The values of the followed word, from its letters to its token vector."""
        return self.inspection.words[self.word + 1]  # after <S>


def words_of(sentence: str) -> tuple[str, ...]:
    """The words of the sentence.

    Raises:
        InputError: the sentence has no word, or more than `MAX_WORDS`.
    """
    words = tokenize(sentence).forms
    if not words:
        raise InputError("The sentence is empty; type at least one word.")
    if len(words) > MAX_WORDS:
        raise InputError(
            f"The sentence has {len(words)} words, at most {MAX_WORDS} fit into these pictures; "
            "shorten the sentence, or use Word in context."
        )
    return words


def start_word(words: Sequence[str], asked: str | None) -> int:
    """The place of the word to follow first: that of the link, else "bank", else the longest."""
    place = None if asked is None else whole_number(asked, len(words))
    if place is not None:
        return place
    return (
        words.index("bank")
        if "bank" in words
        else max(range(len(words)), key=lambda i: len(words[i]))
    )


def inspection(model_name: str, words: tuple[str, ...]) -> "Inspection":
    """Every value inside the model while it reads the sentence."""
    return _inspection(model.fingerprint(model_name), words, model_name)


@st.cache_resource(max_entries=16, show_spinner="Reading your sentence…")
def _inspection(fingerprint: str, words: tuple[str, ...], _name: str) -> "Inspection":
    from elmo.model.trace import inspect_sentence

    with model.turn():
        return inspect_sentence(model.elmo(_name).model, words)


@st.cache_resource(max_entries=32, show_spinner="Computing with the mistakes…")
def _mistakes(fingerprint: str, words: tuple[str, ...], _name: str) -> dict[str, np.ndarray]:
    """The top layer of all words, computed with each mistake."""
    from elmo.model.trace import MISTAKES, inspect_sentence

    with model.turn():
        elmo = model.elmo(_name)
        return {
            name: inspect_sentence(elmo.model, words, equations).layers[-1]
            for name, equations in MISTAKES.items()
        }


def mistakes(model_name: str, words: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The top layer of all words, computed with each common mistake."""
    return _mistakes(model.fingerprint(model_name), words, model_name)


def predictions(model_name: str, words: tuple[str, ...]):
    """The predictions of both directions at each word; None for a model without a softmax."""
    if model.entry(model_name).softmax_file is None:
        return None
    return _predictions(model.fingerprint(model_name), words, model_name)


@st.cache_resource(max_entries=32, show_spinner="Predicting the words…")
def _predictions(fingerprint: str, words: tuple[str, ...], _name: str):
    from elmo.predict import predict

    with model.turn():
        return predict(model.elmo(_name), model.softmax(_name), words, top=5)


@st.cache_resource(max_entries=1, show_spinner=False)
def static_vectors() -> "WordVectors | None":
    """The static word vectors of the bundled model; None if it has none."""
    try:
        return read_bundled_vectors()
    except InputError:
        return None


def strongest_filters(word: "WordTrace", per_width: int = 3) -> list[tuple[int, int, float, int]]:
    """(width, number, value, place) of the strongest filters of each width with a value above 0."""
    rows = []
    for bank in word.filters:
        for number in np.argsort(-bank.values, kind="stable")[:per_width]:
            if bank.values[number] > 0:
                rows.append(
                    (bank.width, int(number), float(bank.values[number]), int(bank.places[number]))
                )
    return rows


def cosine(x: np.ndarray, y: np.ndarray) -> float:
    """Cosine of two vectors; 0 if one is a zero vector."""
    return float(paired_cosine(np.asarray(x, float)[None], np.asarray(y, float)[None])[0])


def tour() -> None:
    """Draw five steps that explain language models to beginners."""
    with st.expander(
        "Never seen a language model? A tour in five steps", icon=":material/signpost:"
    ):
        for column, (number, (title, explanation)) in zip(
            st.columns(5), enumerate(TOUR, 1), strict=True
        ):
            with column:
                st.markdown(f"**{number}. {title}**")
                st.caption(explanation)


def step(number: int, of: Step, values: dict[str, Any]):
    """Draw a step's heading, text, equations, symbols and code; gives the place for its picture."""
    if number == 1:
        st.html(f"<style>{_CSS}</style>")
    st.divider()
    st.subheader(f"{number}. {of.title}", anchor=f"step-{number}")
    left, right = st.columns([5, 6], gap="large")
    with left:
        st.markdown(of.text.format(**values))
        for equation in of.equations:
            st.latex(equation)
        st.markdown(
            "\n".join(f"- ${symbol}$: {meaning.format(**values)}" for symbol, meaning in of.symbols)
        )
        for arguments in of.sources:
            shown = how_code.source(*arguments)
            with st.expander(
                f"{shown.file}, line {shown.line:d}", icon=":material/code:", type="compact"
            ):
                st.code(shown.code)
    return right


def mistakes_table(model_name: str, words: tuple[str, ...], word: int, right: np.ndarray) -> str:
    """A table of the mistakes and the effect of each on the word's top layer, as Markdown."""
    wrong = mistakes(model_name, words)
    lines = ["| mistake | correct | reason | cosine with the correct vector |", "|---|---|---|---|"]
    for name, (often, correct, why) in MISTAKES.items():
        lines.append(
            f"| {often} | {correct} | {why} | {short(cosine(wrong[name][word], right[word]), 3)} |"
        )
    return "\n".join(lines)


def option_values(model_name: str) -> dict[str, Any]:
    """The model's sizes, for the texts."""
    o = model.entry(model_name).options
    clip = {
        name: "none" if (v := getattr(o, name)) is None else f"{v:g}"
        for name in ("cell_clip", "proj_clip")
    }
    widths = [width for width, _ in o.filters]
    return (
        vars(o)
        | clip
        | {
            "activation_is": "max(0, ·), “relu”" if o.activation == "relu" else "tanh",
            "skip_is": "skip connections" if o.use_skip_connections else "no skip connections",
            "n_filters": o.n_filters,
            "representation_dim": o.representation_dim,
            "widths": f"{min(widths)} to {max(widths)}",
        }
    )


def vector_table(rows: Float[np.ndarray, "rows dim"], names: Sequence[str]) -> pd.DataFrame:
    """A table with a column for each vector, since a browser takes seconds for hundreds of columns."""
    unique = len(set(names)) == len(names)
    columns = [name if unique else f"{i}: {name}" for i, name in enumerate(names, 1)]
    table = pd.DataFrame(np.asarray(rows).T, columns=columns)
    table.insert(0, "number", np.arange(len(table)))
    return table


_CSS = """
li .katex { font-size: 1.05em; }
.katex-display { overflow-x: auto; overflow-y: hidden; padding: .1rem 0; }
.stMarkdown table { display: block; overflow-x: auto; }
@media (max-width: 640px) { .katex-display { font-size: .82em; } }
"""
