"""The linked pictures of a word's uses on a page: their computation in two stages, and the chosen representation.

The first exploration has the figures that take little time, and the tests of the representation that is seen first. The
second, with groups, intervals and tests of every representation, replaces it when it is computed.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from elmo.representation import by_name, mix, representations
from elmo.usages import Usage
from elmo.views.exploration import LESS_MEAN, THE_WORD, Exploration
from elmo.views.numbers import short
from elmo.views.of_model import ReadingSettings, explore_reading, provenance
from elmo.views.request import Work
from ui.shared import inputs, model
from ui.shared.explorer import Address, EncodedExploration
from ui.uses import first
from ui.uses import vectors as word_analysis


@dataclass
class _Stages:
    """The stages of the exploration of some uses that are computed.

    Attributes:
        work: intermediate results, which both stages share.
        first: the first exploration.
        begin: the representation that `first` has tested.
        thorough: the second exploration.
    """

    work: Work = field(default_factory=Work)
    first: EncodedExploration | None = None
    begin: str = ""
    thorough: EncodedExploration | None = None


@dataclass(frozen=True)
class Recipe:
    """The computation of an exploration.

    Attributes:
        key: equal for equal explorations.
        explore: (thorough, earlier work) -> the exploration.
        begin: the representation that is seen first.
    """

    key: str
    explore: Callable[[bool, Work], Exploration]
    begin: str = ""

    @staticmethod
    def of_uses(
        model_name: str, uses: tuple[Usage, ...], word: str, seed: int, begin: str = ""
    ) -> "Recipe":
        """The recipe for a word's uses, in every representation of the model.

        Args:
            begin: the representation that is seen first, which is tested before the others.
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

        names = [each.name for each in representations(model.n_representations(model_name))]
        inputs_text = repr(
            (model.fingerprint(model_name), names, seed, word, uses, reference is None)
        )
        return Recipe(hashlib.sha256(inputs_text.encode()).hexdigest(), explore, begin)


def current(recipe: Recipe) -> EncodedExploration:
    """The second exploration if it is computed, else the first.

    Raises:
        ElmoError: the model cannot be used.
    """
    stages = _stages(recipe.key)
    if stages.thorough is None and (stages.first is None or stages.begin != recipe.begin):
        with st.spinner("Comparing the uses …"):
            stages.first = EncodedExploration.of(recipe.explore(False, stages.work))
            stages.begin = recipe.begin
    newest = stages.thorough or stages.first
    assert newest is not None
    return newest


def finish(recipe: Recipe) -> None:
    """Compute the second exploration, and draw the page again with it; not if ELMO_WARM_UP is 0, as in tests.

    The page calls this at its end; meanwhile its pictures can be used. Finished parts stay if the person leaves the page.
    """
    stages = _stages(recipe.key)
    if stages.thorough is not None or os.environ.get("ELMO_WARM_UP") == "0":
        return
    place = st.empty()

    def tell(done: int, n_all: int) -> None:
        place.caption(f"Groups, intervals and tests: {done} of {n_all} representations.")

    work = replace(stages.work, tell=tell)
    stages.thorough = EncodedExploration.of(recipe.explore(True, work))
    st.rerun()


@st.cache_resource(max_entries=16, show_spinner=False)
def _stages(key: str) -> _Stages:
    """The stages of a recipe, empty at first (a cached function cannot show progress)."""
    return _Stages()


def choice_of(
    shown: EncodedExploration, address: Address, state: Mapping[str, Any], n_layers: int
) -> tuple[str, inputs.Choice]:
    """The kind of vectors and the representation on screen: from the browser's state, else from the address."""
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
    sent_weights = state.get("weights")
    weights = (
        inputs.weights_of(",".join(map(str, sent_weights)))
        if isinstance(sent_weights, list)
        else None
    ) or inputs.current_weights(n_layers)
    if weights is not None and len(weights) == n_layers:
        numbers = ", ".join(short(weight) for weight in weights)
        own = mix(weights, "your mix", f"mix {weights}", "The weights set in the pictures.")
        return compared, inputs.Choice(f"your mix ({numbers})", own)
    top = by_name(f"layer {n_layers - 1}", n_layers)
    return compared, inputs.Choice(top.in_words, top)
