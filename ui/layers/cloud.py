"""A map of up to 100,000 uses from a corpus, drawn on a canvas in the browser.

Vectors are read in parts; memory holds two coordinates for each use and layer. The sentences stay on the server until a
person chooses dots.
"""

import base64
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float
from streamlit.components.v2 import component

from elmo.explore import neighbours
from elmo.explore.cloud import fit_axes
from elmo.limits import MAX_MAP_POINTS
from elmo.representation import Reading, Representation, layer
from elmo.views.numbers import percent
from ui.layers import data as layers_data
from ui.shared import charts, downloads, model, page, share
from ui.uses import corpus
from ui.uses.corpus import CorpusSample

SAMPLE = 3_000
"""Size of the sample on which the axes are computed and the kept neighbours are counted."""

PART = 4_000
N_NEAR = 30
MAX_GROUPS = 6
_component = component(
    "cloud",
    html='<div class="cloud"><div class="row layers" role="group" aria-label="Layer"></div>'
    '<canvas tabindex="0" role="img"></canvas><div class="row"><span class="note" role="status">'
    '</span><span class="save"></span></div>'
    '<div class="row groups" role="group" aria-label="Documents"></div></div>',
    css=share.stylesheet("cloud"),
    js=share.script("cloud"),
)


@dataclass(frozen=True)
class Cloud:
    """The map of every layer and of a mix.

    Attributes:
        key: different for each model, uses and representation.
        names: names of the layers and of the other representation.
        places: the points in [-1, 1], aligned over all maps.
        shares: share of the variance that each map shows.
        kept: share of the nearest neighbours that each map keeps, in the sample.
    """

    key: str
    names: tuple[str, ...]
    places: Float[np.ndarray, "layers points axes"]
    shares: tuple[float, ...]
    kept: tuple[float | None, ...]


def is_needed(sample: CorpusSample) -> bool:
    """True if there are more uses than the linked maps can draw."""
    return len(sample.uses) > MAX_MAP_POINTS


def cloud_map(model_name: str, sample: CorpusSample, seed: int) -> None:
    """Read the vectors, with progress, and draw their maps.

    Raises:
        ElmoError: the model cannot be read, or too many people wait.
    """
    draw(_compute(model_name, sample, seed), sample)


def draw(cloud: Cloud, sample: CorpusSample) -> None:
    """Draw the maps, the sentences of the chosen dots, and the table of coordinates."""
    names, groups = _groups(sample)
    state = _component(
        key="layers_cloud",
        data={
            "key": cloud.key,
            "name": f"{sample.word}-map",
            "alt": f"Map of {len(sample.uses):,} uses of {sample.word} in {len(cloud.names)} layers. "
            "Arrow keys move, plus and minus zoom, Enter chooses the dots at the cross.",
            "names": list(cloud.names),
            "start": len(cloud.names) - 2,
            "layers": [_base64(np.round(places * 32_000), "<i2") for places in cloud.places],
            "groups": _base64(groups, "u1"),
            "groupNames": names,
            "colours": [
                charts.colour(i) if name != _OTHERS else "#8C8C8C" for i, name in enumerate(names)
            ],
            "notes": [_note(cloud, i) for i in range(len(cloud.names))],
            "nNear": N_NEAR,
        },
        on_near_change=lambda: None,
    )
    near = (state or {}).get("near")
    if near and near.get("key") == cloud.key:
        rows = [i for i in near["points"] if isinstance(i, int) and 0 <= i < len(sample.uses)]
        st.markdown(f"The {len(rows)} dots nearest to the place that was pressed:")
        st.dataframe(
            pd.DataFrame(
                {
                    "left": [sample.uses[i].left[-80:] for i in rows],
                    "word": [sample.uses[i].form for i in rows],
                    "right": [sample.uses[i].right[:80] for i in rows],
                    "document": [sample.uses[i].genre for i in rows],
                }
            ),
            hide_index=True,
        )
    best = max(range(len(cloud.names) - 1), key=lambda i: cloud.kept[i] or 0)
    kept = cloud.kept[best]
    if kept is not None:
        page.finding(
            f"Of the maps of {len(sample.uses):,} uses, that of {cloud.names[best].lower()} is the most reliable: "
            f"it keeps {percent(kept)} of the ten nearest neighbours (counted among "
            f"{min(SAMPLE, len(sample.uses)):,} uses drawn at random)."
        )
    with st.expander(
        "The numbers behind this picture", on_change="rerun", key="layers_cloud-table"
    ) as box:
        if box.open:
            _table(cloud, sample)


def _table(cloud: Cloud, sample: CorpusSample) -> None:
    """Draw the first rows of the coordinates, with a download of all."""
    columns: dict[str, object] = {"word": [use.form for use in sample.uses]}
    columns["document"] = [use.genre for use in sample.uses]
    for name, places in zip(cloud.names, cloud.places, strict=True):
        columns |= {f"{name} x": places[:, 0], f"{name} y": places[:, 1]}
    table = pd.DataFrame(columns)
    st.dataframe(table.head(1000), hide_index=True)
    downloads.table(table, f"{sample.word}-map", key="layers_cloud-csv")
    if len(table) > 1000:
        st.caption(f"The first 1,000 of {len(table):,} rows; the file has all rows.")


def _note(cloud: Cloud, index: int) -> str:
    kept = cloud.kept[index]
    trust = "" if kept is None else f" The map keeps {percent(kept)} of the ten nearest neighbours."
    return f"{cloud.names[index]}: PCA, {percent(cloud.shares[index])} of the variance.{trust}"


def _compute(model_name: str, sample: CorpusSample, seed: int) -> Cloud:
    by = layers_data.beside(model_name, whole_text=False)
    if by.reads == "softmax":
        top = layer(model.n_representations(model_name) - 1, model.n_representations(model_name))
        st.info(
            f"The vectors of {by.in_words} have too many numbers for so many dots; the page shows {top.name} instead."
        )
        by = top
    key = f"{model.fingerprint(model_name)} {sample.key} {by.key} {seed}"
    known = _slot(key)
    if not known:
        known.append(_cloud(key, by, model_name, sample, seed))
    return known[0]


@st.cache_resource(max_entries=4, show_spinner=False)
def _slot(key: str) -> list[Cloud]:
    """A list for one cloud, empty until it is computed (a cached function cannot show progress)."""
    return []


def _cloud(
    key: str,
    by: Representation,
    model_name: str,
    sample: CorpusSample,
    seed: int,
) -> Cloud:
    names = (*(f"Layer {i}" for i in range(model.n_representations(model_name))), by.label)
    n = len(sample.uses)
    rng = np.random.default_rng(seed)
    sampled = np.sort(rng.choice(n, min(SAMPLE, n), replace=False))
    places = np.empty((len(names), n, 2), np.float32)
    kept: list[float | None] = []
    with corpus.reader(model_name, sample, n + len(sampled)) as read:
        first_rows = _rows(read(sampled), by)
        axes, before = [], None
        for part in first_rows:
            axes.append(fit_axes(part, before))
            before = axes[-1].place(part)
            of_layer = neighbours.neighbour_preservation(part, before, seed=seed)
            kept.append(None if of_layer is None else of_layer.share)
        del first_rows
        for start in range(0, n, PART):
            rows = np.arange(start, min(start + PART, n))
            for index, part in enumerate(_rows(read(rows), by)):
                places[index, rows] = axes[index].place(part)
    # Each map is scaled to its own size, except where all dots are equal but for rounding. The outermost
    # thousandth of the dots may be at the edge.
    for index, part in enumerate(places):
        reach = float(np.quantile(np.abs(part), 0.999))
        reach = reach if reach > 1e-3 else 1.0
        places[index] = np.clip(part / reach, -1.02, 1.02)
    shares = tuple(a.share for a in axes)
    return Cloud(str(abs(hash(key))), names, places, shares, tuple(kept))


def _rows(reading: Reading, by: Representation) -> list[Float[np.ndarray, "points dim"]]:
    """The uses in each layer, and in the representation beside them."""
    return [*reading.layers, by.vectors(reading, fixed=True)]


_OTHERS = "other documents"


def _groups(sample: CorpusSample) -> tuple[list[str], np.ndarray]:
    """Names and numbers of the groups: the documents with most uses, and all others together."""
    documents = [use.genre or "" for use in sample.uses]
    names, ids = np.unique(documents, return_inverse=True)
    counts = np.bincount(ids)
    top = np.argsort(-counts, kind="stable")[:MAX_GROUPS]
    group = np.full(len(names), len(top), np.uint8)
    group[top] = np.arange(len(top))
    shown = [str(names[i]) for i in top] + ([_OTHERS] if len(names) > len(top) else [])
    return shown, group[ids]


def _base64(values: np.ndarray, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values.astype(kind)).tobytes()).decode()
