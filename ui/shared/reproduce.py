"""The button that saves the reproduction pack of a page (`elmo.reproduce`)."""

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
    """Draw the button; the ZIP, which computes the page's numbers again, is made at the press.

    Args:
        page: the page's title.
        model_name: as `ui.shared.model` knows it.
        sentences: the words of each sentence of the page; their normal forms are saved.
        settings: the recipe's other inputs, as plain JSON: positions, weights, seed.
        recipe: results(vectors, settings) -> arrays. Its source goes into the pack, so it imports all
            that it uses inside itself; the page calls the same function.
        name: name of the file, without its ending.
        constants: whether the recipe takes the model's constants and the sentences too.
    """
    rows = tuple(map(normal_forms, sentences))
    elmo = model.elmo(model_name)
    make = partial(
        reproduce.pack,
        page=page,
        model=model_name,
        fingerprint=elmo.fingerprint,
        options=elmo.options.to_dict(),
        sentences=rows,
        vectors=model.vectors(model_name, rows),
        settings=settings,
        recipe=recipe,
        constants=model.constants(model_name) if constants else None,
    )
    st.download_button(
        "Reproduction pack (ZIP)",
        make,
        f"{name}.zip",
        "application/zip",
        key=key,
        icon=":material/inventory_2:",
        on_click="ignore",
        help="Sentences, settings, seed, versions, vectors and results, with a Python script and a "
        "command that give the same numbers. Your sentences are in it.",
    )
