"""The linked pictures of Word in context, and the parameters of their state in the address."""

import streamlit as st

from elmo.representation import FEWEST_FOR_MEAN, representations
from elmo.views import sentences as word_text
from elmo.views.exploration import LESS_MEAN, THE_WORD, WHOLE
from ui.shared import explorer, inputs, model, page
from ui.uses import choose as word_uses
from ui.uses import first, pictures
from ui.uses import vectors as word_analysis
from ui.uses.choose import Chosen
from ui.word.scene import Scene

KEY = "word_pictures"
NAMES = {
    "compared": "word_compare",
    "representation": "word_layer",
    "order": "word_order_by",
    "under": "word_under",
    "matrixOrder": "word_matrix_order",
    "colour": "word_colour",
    "method": "word_map",
    "selection": "selected",
    "weights": "weights",
}
"""Field of the engine's state -> parameter of the address."""


OTHERS = {
    "compared": {"minus the word's average": LESS_MEAN, "less its mean": LESS_MEAN},
    "representation": {"Your mix": "A mix"},
}
"""Other texts that the address may have."""


def address(model_name: str, n_uses: int) -> explorer.Address:
    """The pictures' parameters. They start with the model's best representation on the reference words; a mix has the
    weights set on Mixing."""
    best = first.first(model_name, can_centre=n_uses >= FEWEST_FOR_MEAN)
    start = {"word_layer": best.by.label, "word_compare": LESS_MEAN if best.centred else THE_WORD}
    own = inputs.current_weights(model.n_representations(model_name))
    if own is not None:
        start["weights"] = ",".join(f"{weight:.4g}" for weight in own)
    return explorer.Address(NAMES, start, OTHERS)


def recipe(context: page.Context, chosen: Chosen) -> pictures.Recipe:
    """The recipe of the pictures."""
    where = address(context.model, len(chosen.uses))
    compared, label = where.text("compared"), where.text("representation")
    begin = label[:1].lower() + label[1:] + ("" if compared == THE_WORD else f", {compared}")
    return pictures.Recipe.of_uses(context.model, chosen.uses, chosen.word, context.seed, begin)


def scene(context: page.Context, chosen: Chosen) -> Scene:
    """The uses in the representation on screen: that of the browser's state, else of the link, else the first one.

    Raises:
        ElmoError: the model cannot be used.
    """
    n_layers = model.n_representations(context.model)
    where = address(context.model, len(chosen.uses))
    shown = pictures.current(recipe(context, chosen))
    compared, choice = pictures.choice_of(
        shown, where, explorer.browser_state(KEY, shown), n_layers
    )
    vectors = word_analysis.vectors(context.model, chosen.uses, compared == WHOLE)
    if compared == LESS_MEAN:
        vectors = vectors.less_the_mean()
    return Scene(context, chosen, vectors, choice, word_analysis.cosines(vectors, choice.by))


def show(context: page.Context, chosen: Chosen, follow: bool) -> None:
    """Draw the answers and the linked pictures; a change in them needs no server.

    Args:
        follow: send each change to the server, since an open part of the page depends on it.
    """
    where = address(context.model, len(chosen.uses))
    _say_what_cannot_be(context.model, chosen, where)
    first.ask_to_measure(context.model, "word_measure_reference")
    explorer.show(
        pictures.current(recipe(context, chosen)),
        key=KEY,
        address=where,
        uses=chosen.key,
        follow=follow,
        relabel=lambda senses: word_uses.relabel(chosen, senses),
    )


def _say_what_cannot_be(model_name: str, chosen: Chosen, where: explorer.Address) -> None:
    """Say why the page does not show the representation of a link, if it does not exist here."""
    n, compared = len(chosen.uses), where.text("compared")
    if compared == LESS_MEAN and n < FEWEST_FOR_MEAN:
        st.info(
            f"The page shows the word's vectors without the subtraction of their average: with {n} sentences the "
            f"average is mostly those sentences themselves. Give at least {FEWEST_FOR_MEAN} sentences."
        )
    every = representations(model.n_representations(model_name))
    by = next((each for each in every if each.label == where.text("representation")), None)
    if by is None:
        return
    why = by.missing(model.constants(model_name))
    if by.reads and compared == WHOLE:
        why = f"{by.name} exists for words, not for whole sentences."
    if why is not None:
        st.info(f"{word_text.plain(why)} The page shows another representation instead.")
    elif by.note and compared != WHOLE and not model.entry(model_name).has_softmax:
        st.caption(f"{by.label} {by.note}.")
