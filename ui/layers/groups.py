"""Whether the maps' clusters are more than chance, in words, where the dots are coloured by them."""

from collections.abc import Sequence

import streamlit as st

from elmo.explore.senses import MIN_USES, Clusters, Verdict
from elmo.views.numbers import chance
from elmo.views.sentences import plain
from ui.layers import data as layers_data
from ui.layers.controls import Drawing
from ui.layers.data import Layers
from ui.layers.source import Source
from ui.shared import page
from ui.uses import first

COLOURING = "cluster"


def tell(model_name: str, source: Source, layers: Layers, how: Drawing, seed: int) -> None:
    """Say which maps have clusters; nothing where the dots are coloured by something else."""
    if how.colour != COLOURING:
        return
    found = [layers_data.clusters(layers, index, seed) for index in range(len(layers.names))]
    page.finding(finding(layers.names, found))
    reference = None if source.whole_text else first.reference(model_name)
    if reference is not None and all(each.n_clusters == 1 for each in found):
        name = layers.beside.name
        grouped = reference.grouped.get(name)
        if grouped is not None:
            st.caption(
                f"No clusters are no sign of one sense: by {plain(name)} the same test finds clusters in "
                f"{grouped or 'none'} of {reference.n_words} reference words, which have several senses."
            )


def finding(names: Sequence[str], found: Sequence[Clusters]) -> str:
    """In which maps the vectors fall into clusters, and how sure that is.

    Args:
        names: of the maps.
        found: the clusters of each.
    """
    if found[0].verdict is Verdict.TOO_FEW:
        return (
            f"**Too few dots for clusters**: at least {MIN_USES} are needed. All have one colour."
        )
    with_ = [
        f"{plain(name.lower())}: {each.n_clusters} clusters (random data without groups splits this well in "
        f"{chance(each.p)} of trials)"
        for name, each in zip(names, found, strict=True)
        if each.n_clusters > 1
    ]
    without = [
        plain(name.lower()) for name, each in zip(names, found, strict=True) if each.n_clusters == 1
    ]
    smallest = min(each.p for each in found)
    if not with_:
        return (
            "**No clusters in any map**, so all dots of a map have one colour: random data without groups splits "
            f"as well in {chance(smallest)} of trials or more."
        )
    rest = f" None at {', '.join(without)}." if without else ""
    return f"**Clusters found without labels** at {'; '.join(with_)}.{rest}"
