"""Step 10 of How it works: two uses, and the comparison of their halves when these are joined and when added."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float
from streamlit.delta_generator import DeltaGenerator

from elmo.representation.both_directions import halves
from elmo.representation.vectors import unit
from elmo.views.numbers import short
from elmo.views.sentences import plain
from ui.how import walk as how
from ui.how.sentence_pictures import four_halves
from ui.shared import charts, choices, model, page

FIRST, SECOND = "The spring dried up in the hot summer.", "They drank from the cold spring."
_MAX_CHARACTERS = 300


@dataclass(frozen=True)
class Halves:
    """The cosines of two uses and of their halves.

    Attributes:
        cosines: cosines of the first use's forward and backward half (rows) with the second's (columns).
        in_metric: the same cosines in the softmax's metric; equal to `cosines` without a softmax.
        joined: cosine of the uses' vectors with the halves end to end.
        added: cosine of the uses' vectors with the halves added, in the softmax's metric.
        has_metric: True if the model has a softmax.
    """

    cosines: Float[np.ndarray, "2 2"]
    in_metric: Float[np.ndarray, "2 2"]
    joined: float
    added: float
    has_metric: bool


def compare(
    top: Float[np.ndarray, "2 dim"], metric: Float[np.ndarray, "half half"] | None
) -> Halves:
    """The cosines of two uses, with joined and with added halves.

    Args:
        top: the two uses' vectors in the top layer.
        metric: the metric of the softmax (`Output.metric`); None for a model without a softmax.
    """
    wide = top.astype(np.float64)
    parts = np.stack(halves(wide), axis=1)  # (uses, directions, half)
    moved = parts if metric is None else parts @ metric
    between = [unit(p[0]) @ unit(p[1]).T for p in (parts, moved)]
    joined, added = (how.cosine(x[0], x[1]) for x in (wide, moved.sum(axis=1)))
    return Halves(between[0], between[1], joined, added, metric is not None)


def common_words(first: tuple[str, ...], second: tuple[str, ...]) -> list[str]:
    """The words of both sentences, in lower case, the longest first."""
    others = {word.casefold() for word in second}
    common = dict.fromkeys(word.casefold() for word in first if word.casefold() in others)
    return sorted((word for word in common if word.isalnum()), key=len, reverse=True)


def two_uses(place: DeltaGenerator, model_name: str) -> None:
    """Ask for two sentences with a common word, draw the halves of its two uses, and compare them."""
    with place:
        first, second = (
            how.words_of(st.text_input(label, max_chars=_MAX_CHARACTERS, key=key, persist_state="session"))
            for label, key in (("One sentence", "how_first_use"), ("Another one", "how_second_use"))
        )  # fmt: skip
        common = common_words(first, second)
        if not common:
            st.info(
                "Type two sentences with a common word; the two uses of this word are compared."
            )
            return
        word = choices.one_of(
            "Word",
            common[:5],
            default=common[0],
            format_func=plain,
            key=f"how_common_{'_'.join(common[:5])}",
            in_address=False,
        )
        uses = [(words, [w.casefold() for w in words].index(word)) for words in (first, second)]
        layers = model.vectors(model_name, (first, second))
        top = np.stack([sentence[-1][at] for sentence, (_, at) in zip(layers, uses, strict=True)])
        output = model.constants(model_name).output
        two = compare(top, None if output is None else output.metric)
        text = finding(two)
        charts.show(
            four_halves(uses, two.cosines, two.in_metric),
            key="how_halves",
            name="four-halves",
            alt=f"Two uses of {word} with the forward and the backward half of each. {text}",
        )
        page.finding(text)
        page.table(lambda: rows(two), "four-halves", key="how_table_halves")
        page.link("layers", "See many uses, halves added beside the layers: Layers", icon=":material/arrow_forward:")  # fmt: skip


NAMES = ("forward", "backward")


def rows(two: Halves) -> pd.DataFrame:
    """A row for each pair of halves: its cosines, and the ways of comparing that use it."""
    lines = [
        {
            "first use": f"{NAMES[i]} half",
            "second use": f"{NAMES[j]} half",
            "cosine": two.cosines[i, j],
            "cosine in the softmax's metric": two.in_metric[i, j],
            "compared when joined": i == j,
            "compared when added": True,
        }
        for i in (0, 1)
        for j in (0, 1)
    ]
    return pd.DataFrame(lines)


def finding(two: Halves) -> str:
    """The sentences on the halves that are compared when joined and when added, with the cosines of both."""
    i, j = (1, 0) if two.in_metric[1, 0] > two.in_metric[0, 1] else (0, 1)
    sides = ("left", "right")
    crossed = (
        f"the text {sides[i]} of the first use with the text {sides[j]} of the second "
        f"({short(two.in_metric[i, j])})"
    )
    metric = (
        "" if two.has_metric else ", without the softmax's metric, as this model has no softmax"
    )
    return (
        f"**Joined**, the two uses have cosine {short(two.joined)}: forward is compared with forward "
        f"({short(two.cosines[0, 0])}) and backward with backward ({short(two.cosines[1, 1])}). "
        f"**Added**{metric}, they have {short(two.added)}: this also compares {crossed}."
    )
