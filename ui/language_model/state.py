"""The part of the page on carried state: a sentence read from the zero state, and read after another text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float

from elmo.explore.similarity import paired_cosine
from elmo.tokenizer import process, tokenize
from elmo.views.numbers import short, significant
from elmo.views.sentences import plain
from ui.language_model.figures import BACKWARD, FORWARD
from ui.shared import charts, choices, model, page, share, visit

SENTENCE = "The bank was closed ."
BEFORE = "The river had flooded the whole valley . The water was brown and fast ."
_SAME, _OTHER = "the same sentence", "another text"


@dataclass(frozen=True)
class StateEffect:
    """The differences between a sentence read from the zero state ("fresh") and after another text ("warm").

    Attributes:
        moved: 1 - cosine between the warm and the fresh vector of each word, in layers 1 and up;
            forward half first, then backward half.
        fresh_difference: largest difference of any number between two fresh readings.
        surprisal: mean surprisal in nats a word, fresh and warm, forward and backward; None without a
            softmax.
    """

    moved: Float[np.ndarray, "directions layers tokens"]
    fresh_difference: float
    surprisal: tuple[tuple[float, float], tuple[float, float]] | None


def state_part(context: page.Context) -> None:
    """Show the part: the text before, the sentence, and the change of its vectors."""
    st.markdown(
        "An LSTM carries a state from word to word. Here it starts from zero with every sentence, "
        "so the same words always give the same vectors. The original programs (bilm-tf, AllenNLP) "
        "kept the state from one batch to the next: then a sentence's vectors depend on what "
        "was read before. The picture shows the effect."
    )
    shared = share.sentences() or []
    first = shared if len(shared) == 2 else [SENTENCE, BEFORE]
    for key, value in zip(("lm_state_sentence", "lm_state_before"), first, strict=True):
        visit.start_with(key, value)
    left, right = st.columns([1, 2])
    sentence = left.text_input(
        "The sentence", key="lm_state_sentence", persist_state="session", max_chars=2_000
    )
    kind = choices.one_of(
        "Read before it",
        [_SAME, _OTHER],
        default=_SAME,
        key="lm_state_kind",
        place=right,
        persist_state="session",
    )
    before = sentence
    if kind == _OTHER:
        before = right.text_area(
            "The text before", key="lm_state_before", persist_state="session", max_chars=5_000
        )
    share.offer([sentence, before])
    tokens = tokenize(sentence).forms
    earlier = [s.forms for s in process(before)]
    if not tokens or not earlier:
        st.info("Type a sentence, and something to read before it.")
        return
    change = _read(context.model, tokens, tuple(earlier))
    text = summary(change, tokens)
    charts.show(
        figure(change, tokens),
        key="lm_state",
        name="carried-state",
        alt=f"How far each word's vector moves when the state is carried. {text}",
    )
    page.finding(text)
    page.table(_table(change, tokens), "carried-state")
    with st.expander("Why the default is fresh"):
        st.markdown(
            "- **The same input gives the same vector.** With carried state, running a script twice, "
            "shuffling the sentences or changing the batch size gives other vectors. It was the most "
            "frequent complaint of ELMo's users.\n"
            "- **Sentences are independent** in most data: the review before yours says nothing "
            "about yours.\n"
            "- **Where the order does matter**, in running text, carry the state yourself: "
            "`embedded, state = elmo.embed_batch([sentence], state)`. It is an argument and a "
            "result, never hidden in the model."
        )


def _read(name: str, tokens: tuple[str, ...], earlier: tuple[tuple[str, ...], ...]) -> StateEffect:
    has_softmax = model.entry(name).softmax_file is not None
    return _change(model.fingerprint(name), tokens, earlier, has_softmax, name)


@st.cache_data(max_entries=50, show_spinner=False)
def _change(
    fingerprint: str,
    tokens: tuple[str, ...],
    earlier: tuple[tuple[str, ...], ...],
    has_softmax: bool,
    _name: str,
) -> StateEffect:
    elmo = model.elmo(_name)
    with model.turn():
        state = None
        for sentence in earlier:
            _, state = elmo.embed_batch([sentence], state)
        ((fresh,), _), ((again,), _) = elmo.embed_batch([tokens]), elmo.embed_batch([tokens])
        (warm,), _ = elmo.embed_batch([tokens], state)
        half = fresh.layers.shape[2] // 2
        moved = np.stack(
            [
                1 - paired_cosine(warm.layers[1:, :, part], fresh.layers[1:, :, part])
                for part in (slice(half), slice(half, None))
            ]
        )
        surprisal = None
        if has_softmax:
            from elmo.predict import predict

            softmax = model.softmax(_name)
            means = [
                (
                    float(np.mean([place.forward.surprisal_nats for place in read.places])),
                    float(np.mean([place.backward.surprisal_nats for place in read.places])),
                )
                for read in (
                    predict(elmo, softmax, tokens, 1),
                    predict(elmo, softmax, tokens, 1, state),
                )
            ]
            surprisal = (means[0], means[1])
    return StateEffect(moved, float(np.abs(fresh.layers - again.layers).max()), surprisal)


def figure(change: StateEffect, tokens: Sequence[str]) -> charts.Figure:
    """The picture of 1 - cosine along the sentence; colour and dash show the direction, symbols the layer."""
    places = list(range(len(tokens)))
    data = [
        {
            "type": "scatter",
            "x": places,
            "y": values,
            "name": f"{name}, layer {layer}",
            "mode": "lines+markers",
            "line": {"color": colour, "width": 1.5, "dash": dash},
            "marker": {"symbol": charts.symbol(layer - 1), "size": 10},
            "hovertext": [
                charts.escape(f"{token}<br>{name}, layer {layer}: {short(value, 3)}")
                for token, value in zip(tokens, values, strict=True)
            ],
            "hoverinfo": "text",
        }
        for direction, (name, colour, dash) in enumerate(
            (("forward", FORWARD, "solid"), ("backward", BACKWARD, "dot"))
        )
        for layer, values in enumerate(change.moved[direction], 1)
    ]
    layout = {
        "xaxis": {
            "tickvals": places,
            "ticktext": [charts.escape(token) for token in tokens],
            "tickangle": 0 if len(tokens) <= 9 else -45,
            "zeroline": False,
            "showgrid": False,
        },
        "yaxis": {
            "title": {"text": "1 − cosine, warm against fresh"},
            "rangemode": "tozero",
            "zeroline": False,
        },
        "height": 400,
        "legend": charts.LEGEND_ABOVE,
        "dragmode": False,
    }
    return {"data": data, "layout": layout}


def summary(change: StateEffect, tokens: Sequence[str]) -> str:
    """Sentences that say how the vectors and the surprisal change."""
    parts = [
        f"Read fresh twice, the largest difference of any number is {significant(change.fresh_difference, 1)}."
    ]
    top = change.moved.shape[1]
    for name, values in zip(("forward", "backward"), change.moved[:, -1], strict=True):
        most, least = int(np.argmax(values)), int(np.argmin(values))
        parts.append(
            f"Read warm, the {name} half of layer {top} moves most at “{plain(tokens[most])}” "
            f"(1 − cosine {short(values[most])}) and least at “{plain(tokens[least])}” "
            f"({short(values[least])})."
        )
    if change.surprisal is not None:
        (fresh_f, fresh_b), (warm_f, warm_b) = change.surprisal
        parts.append(
            f"Mean surprisal goes from {short(fresh_f)} to {short(warm_f)} nats a word forward, and from "
            f"{short(fresh_b)} to {short(warm_b)} backward."
        )
    return " ".join(parts)


def _table(change: StateEffect, tokens: Sequence[str]) -> pd.DataFrame:
    rows = []
    for place, token in enumerate(tokens):
        row: dict[str, object] = {"place": place + 1, "word": token}
        for direction, name in enumerate(("forward", "backward")):
            for layer, values in enumerate(change.moved[direction], 1):
                row[f"{name}, layer {layer}: 1 − cosine"] = round(float(values[place]), 4)
        rows.append(row)
    return pd.DataFrame(rows)
