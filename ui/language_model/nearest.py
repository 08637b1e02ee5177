"""The words nearest to a form by its letters alone, and the uses nearest to its use in a sentence."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float

from elmo.explore.similarity import nearest_rows
from elmo.usages import Usage, example_names, read_examples
from elmo.views.numbers import percent, short
from elmo.views.sentences import plain
from ui.shared import charts, inputs, model, page

_NEAREST = 12


def by_letters(name: str, form: str, vocabulary: tuple[str, ...]) -> None:
    """Show the words of the vocabulary that are nearest to a form at layer 0."""
    st.subheader("By its letters alone", anchor=False)
    st.caption(f"Of {len(vocabulary):,} words, those nearest at layer 0 (the character CNN).")
    table = _word_table(model.fingerprint(name), vocabulary, name)
    half = model.elmo(name).token_vectors([form])[0]
    rows, cosines = nearest_rows(table, half, _NEAREST + 1)
    others = [
        (vocabulary[r], c) for r, c in zip(rows, cosines, strict=True) if vocabulary[r] != form
    ]
    words, values = zip(*others[:_NEAREST], strict=True)
    finding = (
        f"Nearest to “{form}” by letters: {', '.join(f'“{w}”' for w in words[:3])} "
        f"({', '.join(short(v) for v in values[:3])})."
    )
    charts.show(_figure(words, values), key="lm_letters", name="nearest-by-letters", alt=finding)
    page.finding(plain(finding))


def _figure(words: Sequence[str], cosines: Sequence[float]) -> charts.Figure:
    """The picture with a bar for each word, the nearest on top."""
    bars = {
        "type": "bar",
        "x": list(cosines),
        "y": list(range(len(words))),
        "orientation": "h",
        "marker": {"color": charts.layer_colour(0)},
        "text": [short(cosine) for cosine in cosines],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [charts.escape(word) for word in words],
        "hoverinfo": "text",
    }
    layout = {
        "xaxis": {"range": [0, 1.12], "title": {"text": "cosine"}, "zeroline": False},
        "yaxis": charts.bar_axis([f"{word} " for word in words]),
        "height": 70 + 27 * len(words),
        "bargap": 0.3,
        "dragmode": False,
    }
    return {"data": [bars], "layout": layout}


@st.cache_resource(max_entries=2, show_spinner=False)
def _word_table(
    fingerprint: str, _vocabulary: tuple[str, ...], _name: str
) -> Float[np.ndarray, "words dim"]:
    """The token vectors of all words of the vocabulary; takes some seconds, once for each model."""
    bar = st.progress(0.0, "Reading the letters of the whole vocabulary…")
    elmo = model.elmo(_name)
    parts = []
    with model.turn():
        for start in range(0, len(_vocabulary), 2_000):
            parts.append(elmo.token_vectors(_vocabulary[start : start + 2_000]))
            done = min(1.0, (start + 2_000) / len(_vocabulary))
            bar.progress(
                done, f"Reading the letters of {len(_vocabulary):,} words: {percent(done)}"
            )
    bar.empty()
    return np.concatenate(parts)


def uses(name: str, form: str, layers: Float[np.ndarray, "layers dim"]) -> None:
    """Show the uses in the example sentences that are nearest to a use of a form, at a layer or mix."""
    st.subheader("In this sentence", anchor=False)
    choice = inputs.layer_or_mix(len(layers), key="lm_uses_layer", weighted_only=True)
    usages = _example_words()
    sentences = tuple(dict.fromkeys(usage.tokens for usage in usages))
    st.caption(
        f"Of {len(usages):,} words in the {len(sentences):,} example sentences, the uses nearest "
        f"to this “{plain(form)}” at {choice.label}."
    )
    vectors = dict(zip(sentences, model.vectors(name, sentences), strict=True))
    table = np.concatenate([choice.by.of_layers(vectors[s]) for s in sentences])
    (target,) = choice.by.of_layers(layers[:, None])
    rows, cosines = nearest_rows(table, target, _NEAREST)
    df = pd.DataFrame(
        [
            {
                "cosine": round(float(c), 2),
                "left": _clip(usages[r].left, left=True),
                "word": usages[r].form,
                "right": _clip(usages[r].right),
            }
            for r, c in zip(rows, cosines, strict=True)
        ]
    )
    st.dataframe(
        df,
        hide_index=True,
        height="content",
        column_config={"left": st.column_config.TextColumn(alignment="right")},
    )
    same = sum(usages[r].form.casefold() == usages[rows[0]].form.casefold() for r in rows)
    page.finding(
        f"The nearest use is of “{plain(usages[rows[0]].form)}” (cosine {short(cosines[0])}); {same} "
        f"of the {len(rows)} nearest are uses of that word."
    )


@st.cache_data(max_entries=1, show_spinner=False)
def _example_words() -> list[Usage]:
    """The use of every word in every example sentence, sentence by sentence."""
    sentences = {
        usage.tokens: usage.text for name in example_names() for usage in read_examples(name)
    }
    return [
        Usage(text, tokens, position)
        for tokens, text in sentences.items()
        for position in range(len(tokens))
    ]


def _clip(text: str, left: bool = False, size: int = 38) -> str:
    if len(text) <= size:
        return text
    return "…" + text[-size:] if left else text[:size] + "…"
