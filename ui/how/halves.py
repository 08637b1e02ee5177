"""Step 10 of How it works: two uses and their four halves, which are compared when joined and which when added."""

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
from ui.how.pictures import four_halves
from ui.shared import charts, choices, model, page

FIRST, SECOND = "The spring dried up in the hot summer.", "They drank from the cold spring."
_MAX_CHARACTERS = 300


@dataclass(frozen=True)
class Halves:
    """What the two comparisons of two uses are made of.

    Attributes:
        cosines: of the first use's forward and backward half (rows) with those of the second (columns).
        in_metric: the same after the softmax's metric; equal to `cosines` for a model without a softmax.
        joined, added: the cosine of the uses' vectors with the halves end to end, and added up.
        has_metric: whether the model has a softmax.
    """

    cosines: Float[np.ndarray, "2 2"]
    in_metric: Float[np.ndarray, "2 2"]
    joined: float
    added: float
    has_metric: bool


def compare(
    top: Float[np.ndarray, "2 dim"], metric: Float[np.ndarray, "half half"] | None
) -> Halves:
    """Both comparisons of two uses.

    Args:
        top: the two uses' vectors in the top layer.
        metric: of the softmax's space (`Output.metric`), None for a model without a softmax.
    """
    wide = top.astype(np.float64)
    parts = np.stack(halves(wide), axis=1)  # (uses, directions, half)
    moved = parts if metric is None else parts @ metric
    between = [unit(p[0]) @ unit(p[1]).T for p in (parts, moved)]
    joined, added = (how.cosine(x[0], x[1]) for x in (wide, moved.sum(axis=1)))
    return Halves(between[0], between[1], joined, added, metric is not None)


def common_words(first: tuple[str, ...], second: tuple[str, ...]) -> list[str]:
    """Words that stand in both sentences, letter case aside, the longest first."""
    others = {word.casefold() for word in second}
    found = dict.fromkeys(word.casefold() for word in first if word.casefold() in others)
    return sorted((word for word in found if word.isalnum()), key=len, reverse=True)


def two_uses(place: DeltaGenerator, model_name: str) -> None:
    """Ask for two sentences, draw their four halves, and say which comparison sees what."""
    with place:
        first, second = (
            how.words_of(st.text_input(label, max_chars=_MAX_CHARACTERS, key=key, persist_state="session"))
            for label, key in (("One sentence", "how_first_use"), ("Another one", "how_second_use"))
        )  # fmt: skip
        common = common_words(first, second)
        if not common:
            st.info("Type two sentences that have a word in common: its two uses are compared.")
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
        top = np.stack([found[-1][at] for found, (_, at) in zip(layers, uses, strict=True)])
        output = model.constants(model_name).output
        found = compare(top, None if output is None else output.metric)
        told = finding(found, uses)
        charts.show(
            four_halves(uses, found.cosines, found.in_metric),
            key="how_halves",
            name="four-halves",
            alt=f"Two uses of {word} with the forward and the backward half of each. {told}",
        )
        page.finding(told)
        page.table(lambda: rows(found), "four-halves", key="how_table_halves")
        page.link("layers", "See many uses, halves added beside the layers: Layers", icon=":material/arrow_forward:")  # fmt: skip


NAMES = ("forward", "backward")


def rows(found: Halves) -> pd.DataFrame:
    """The four pairs of halves, and the two comparisons."""
    lines = [
        {
            "first use": f"{NAMES[i]} half",
            "second use": f"{NAMES[j]} half",
            "cosine": found.cosines[i, j],
            "cosine in the softmax's metric": found.in_metric[i, j],
            "compared when joined": i == j,
            "compared when added": True,
        }
        for i in (0, 1)
        for j in (0, 1)
    ]
    return pd.DataFrame(lines)


def finding(found: Halves, uses: list[tuple[tuple[str, ...], int]]) -> str:
    """Which halves each comparison sees, and what that does to the cosine of these two uses."""
    i, j = (1, 0) if found.in_metric[1, 0] > found.in_metric[0, 1] else (0, 1)
    sides = ("left", "right")
    crossed = (
        f"what stands {sides[i]} of the first use with what stands {sides[j]} of the second "
        f"({short(found.in_metric[i, j])})"
    )
    metric = (
        "" if found.has_metric else ", without the softmax's metric, as this model has no softmax"
    )
    return (
        f"**Joined**, the two uses have cosine {short(found.joined)}: forward is compared with forward "
        f"({short(found.cosines[0, 0])}) and backward with backward ({short(found.cosines[1, 1])}), and "
        f"nothing else. **Added**{metric}, they have {short(found.added)}: this also compares {crossed}."
    )
