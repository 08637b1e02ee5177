"""The linked pictures of a word's uses on a page: made in two steps, and what is set in them.

The first exploration holds what can be computed at once, and the tests of the representation that is
seen first; the second one, with groups, intervals and tests of every representation, takes its place
when it is done.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from elmo.representation import by_name, mix
from elmo.usages import Usage
from elmo.views.exploration import LESS_MEAN, THE_WORD, Exploration
from elmo.views.numbers import short
from elmo.views.of_model import ReadingSettings, explore_reading, provenance
from elmo.views.request import Work
from ui.shared import inputs, model
from ui.shared.explorer import Address, Made
from ui.uses import first
from ui.uses import vectors as word_analysis


@dataclass
class _Kept:
    """What is done of the explorations of some uses."""

    work: Work = field(default_factory=Work)
    first: Made | None = None
    begin: str = ""
    thorough: Made | None = None


@dataclass(frozen=True)
class Recipe:
    """How an exploration is made.

    Attributes:
        key: the same for the same exploration.
        explore: makes it; thorough or not, with what is done of it already.
        begin: the representation that is seen first.
    """

    key: str
    explore: Callable[[bool, Work], Exploration]
    begin: str = ""

    @staticmethod
    def of_uses(
        model_name: str, uses: tuple[Usage, ...], word: str, seed: int, begin: str = ""
    ) -> "Recipe":
        """Of the uses of a word, in every representation that the model has.

        Args:
            begin: the representation that is seen first; it is tested before the others.
        """
        reference = first.reference(model_name)

        def explore(thorough: bool, work: Work) -> Exploration:
            words = word_analysis.vectors(model_name, uses, whole=False)
            whole = word_analysis.vectors(model_name, uses, whole=True)
            made = provenance(model.elmo(model_name), seed)
            settings = ReadingSettings(
                word, seed=seed, made=made, thorough=thorough, first=begin, reference=reference
            )
            patterns = word_analysis.patterns(model_name, uses)
            return explore_reading(uses, words.reading(), whole.layers, settings, work, patterns)

        told = repr((model.fingerprint(model_name), seed, word, uses, reference is None))
        return Recipe(hashlib.sha256(told.encode()).hexdigest(), explore, begin)


def made(recipe: Recipe) -> Made:
    """The exploration as far as it is done.

    Raises:
        ElmoError: the model cannot be used.
    """
    kept = _kept(recipe.key)
    if kept.thorough is None and (kept.first is None or kept.begin != recipe.begin):
        with st.spinner("Comparing the uses …"):
            kept.first = Made.of(recipe.explore(False, Work(kept.work.drawn)))
            kept.begin = recipe.begin
    found = kept.thorough or kept.first
    assert found is not None
    return found


def finish(recipe: Recipe) -> None:
    """Make the exploration with groups, intervals and tests, and draw the page again with it.

    Call it at the end of the page: the pictures are there and answer meanwhile. What is done stays
    where the page is left. Not where ELMO_WARM_UP is 0, as in tests.
    """
    kept = _kept(recipe.key)
    if kept.thorough is not None or os.environ.get("ELMO_WARM_UP") == "0":
        return
    place = st.empty()

    def tell(done: int, n_all: int) -> None:
        place.caption(f"Groups, intervals and tests: {done} of {n_all} representations.")

    kept.thorough = Made.of(recipe.explore(True, Work(kept.work.drawn, tell)))
    st.rerun()


@st.cache_resource(max_entries=16, show_spinner=False)
def _kept(key: str) -> _Kept:
    """A place for the explorations of some uses (progress cannot be shown within a cache)."""
    return _Kept()


def chosen(
    shown: Made, address: Address, state: Mapping[str, Any], n_layers: int
) -> tuple[str, inputs.Choice]:
    """What is compared, and the representation that is shown: as told, else as in the address."""
    drawn = {one.name: one for one in shown.exploration.drawn}
    name = state.get("representation") if isinstance(state.get("representation"), str) else None
    if name is None:
        compared, label = address.text("compared"), address.text("representation").lower()
        families = {one.compared for one in shown.exploration.drawn}
        compared = compared if compared in families else THE_WORD
        same = (one for one in drawn.values() if one.compared == compared)
        name = next((o.name for o in same if label in (o.label.lower(), o.label[6:])), None)
    if name in drawn:
        one = drawn[name]
        by = by_name(name.removesuffix(f", {one.compared}"), n_layers)
        return one.compared, inputs.Choice(by.in_words, by)
    compared = LESS_MEAN if str(name).endswith(LESS_MEAN) else THE_WORD
    told_weights = state.get("weights")
    weights = (
        inputs.weights_of(",".join(map(str, told_weights)))
        if isinstance(told_weights, list)
        else None
    ) or inputs.current_weights(n_layers)
    if weights is not None and len(weights) == n_layers:
        numbers = ", ".join(short(weight) for weight in weights)
        own = mix(weights, "your mix", f"mix {weights}", "The weights set in the pictures.")
        return compared, inputs.Choice(f"your mix ({numbers})", own)
    top = by_name(f"layer {n_layers - 1}", n_layers)
    return compared, inputs.Choice(top.in_words, top)
