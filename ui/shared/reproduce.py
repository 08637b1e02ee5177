"""The button that saves a page's reproduction pack; see `elmo.reproduce`."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from elmo import reproduce
from elmo.normal_form import normal_forms
from ui.shared import model


def button(
    *,
    page: str,
    model_name: str,
    sentences: Sequence[tuple[str, ...]],
    settings: Mapping[str, Any],
    recipe: reproduce.Recipe,
    name: str,
    key: str = "reproduction-pack",
    constants: bool = False,
) -> None:
    """A download of one zip with which anybody computes the page's numbers again.

    The pack is made when the button is pressed.

    Args:
        page: the page's title.
        model_name: as `ui.shared.model` knows it.
        sentences: the words of each sentence that the page worked on; their normal forms are saved.
        settings: plain JSON: positions, weights, seed, whatever the recipe needs.
        recipe: results(vectors, settings) -> arrays. A function that imports what it needs inside
            itself, as its source goes into the pack; let the page call the same one.
        name: of the file, without ending.
        constants: whether the recipe takes the model's constants and the sentences too.
    """
    rows = tuple(map(normal_forms, sentences))
    known = model.elmo(model_name)
    made = partial(
        reproduce.pack,
        page=page,
        model=model_name,
        fingerprint=known.fingerprint,
        options=known.options.to_dict(),
        sentences=rows,
        vectors=model.vectors(model_name, rows),
        settings=settings,
        recipe=recipe,
        constants=model.constants(model_name) if constants else None,
    )
    st.download_button(
        "Reproduction pack (ZIP)",
        made,
        f"{name}.zip",
        "application/zip",
        key=key,
        icon=":material/inventory_2:",
        on_click="ignore",
        help="Sentences, settings, seed, versions, vectors and results, with a Python script and a "
        "command that give the same numbers. Your sentences are in it.",
    )
