"""The part of the page with the predictions of the language model for a sentence."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from elmo.errors import InputError
from elmo.limits import MAX_SENTENCE_TOKENS
from elmo.representation import MODELS_WITH_SOFTMAX
from elmo.tokenizer import tokenize
from elmo.views.numbers import short, significant
from elmo.whole_number import whole_number
from ui.language_model.figures import (
    BACKWARD,
    FORWARD,
    SPECIAL,
    guesses_figure,
    plain,
    summary,
    surprisal_figure,
    table,
)
from ui.shared import charts, keys, model, page, share, visit

if TYPE_CHECKING:
    from elmo.predict import Place, Prediction, Predictions

EXAMPLES = (
    "We sat on the bank of the river and watched the boats .",
    "The bank raised its interest rates again last week .",
    "The old man the boats .",
    "She poured the milk into her coffee and stirred it with a fork .",
)
"""In the third sentence "the old" are people and "man" is a verb (a garden-path sentence); the last ends unexpectedly."""

_MAX_PILLS = 80


def predictions_part(context: page.Context) -> None:
    """Show the part: the sentence, surprisal along the sentence, and both predictions of one word."""
    if not predicts(context.model):
        return
    sentence = _sentence_input()
    share.offer([sentence])
    tokens = tokenize(sentence).forms
    if not tokens:
        st.info("Type a sentence; the model then predicts each of its words.")
        return
    options = st.container(horizontal=True, vertical_alignment="bottom")
    unit = options.segmented_control(
        "Surprisal in",
        ["nats", "bits"],
        default="nats",
        required=True,
        key="lm_unit",
        persist_state="session",
        help="Surprisal is minus the logarithm of the word's probability: 0 for a word that was "
        "certain. Nats use the natural logarithm, bits base 2; 1 nat is 1.44 bits.",
    )
    top = options.segmented_control(
        "Words listed",
        [5, 10, 20],
        default=10,
        required=True,
        key="lm_top",
        persist_state="session",
    )
    predicted = predictions(context.model, tokens, int(top))
    _surprisal_picture(predicted, unit)
    place = _place_choice(predicted)
    _both_directions(predicted, place)
    st.caption("The same predictions on the command line:")
    model_part = "" if context.model == "bundled" else f" --model {context.model}"
    quoted = sentence.replace("'", "'\\''")
    if not context.model.startswith(model.OWN):
        st.code(f"python -m elmo predict '{quoted}' --top {top}{model_part}", language="bash")
    share.link({"place": place})


def predicts(name: str) -> bool:
    """True if a model can predict words; if not, the page says so and offers models that can."""
    if model.entry(name).softmax_file is not None:
        return True
    st.info(
        f"**{plain(model.title(name))}** gives vectors but cannot predict words, as no softmax and "
        f"vocabulary are stored with it. {MODELS_WITH_SOFTMAX}"
    )
    able = [other for other in model.names() if model.entry(other).softmax_file is not None]
    for other in able[:3]:
        st.button(
            f"Use {plain(model.title(other))} here",
            key=f"lm_use_{other}",
            on_click=lambda chosen=other: st.session_state.update({keys.MODEL: chosen}),
        )
    return False


def predictions(name: str, tokens: Sequence[str], top: int) -> "Predictions":
    """The predictions of a model for a sentence; those of the last sentences are cached.

    Raises:
        InputError: the sentence has more than 400 words.
    """
    if len(tokens) > 400:
        raise InputError(
            f"the sentence has {len(tokens):,} words, at most 400 are drawn here; "
            f"`python -m elmo predict` takes {MAX_SENTENCE_TOKENS:,}."
        )
    size = len(model.softmax(name).words)
    return _predictions(model.fingerprint(name), tuple(tokens), min(top, size), name)


@st.cache_data(max_entries=100, show_spinner=False)
def _predictions(fingerprint: str, tokens: tuple[str, ...], top: int, _name: str) -> "Predictions":
    from elmo.predict import predict

    with model.turn():
        return predict(model.elmo(_name), model.softmax(_name), tokens, top)


def _sentence_input() -> str:
    shared = share.sentences()
    visit.start_with("lm_sentence", shared[0] if shared else EXAMPLES[0])
    sentence = st.text_input(
        "A sentence", key="lm_sentence", persist_state="session", max_chars=2_000
    )
    chosen = st.pills(
        "Or one of these",
        range(len(EXAMPLES)),
        format_func=lambda i: EXAMPLES[i].removesuffix(" .") + ".",
        key="lm_example",
        on_change=_take_example,
    )
    del chosen
    return sentence


def _take_example() -> None:
    if (number := st.session_state["lm_example"]) is not None:
        st.session_state["lm_sentence"] = EXAMPLES[number]
        st.session_state["lm_example"] = None
        st.session_state.pop("lm_place", None)


def _surprisal_picture(predicted: "Predictions", unit: str) -> None:
    words = [place.token for place in predicted.places]
    directions = {
        "forward: from the words on its left": [place.forward for place in predicted.places],
        "backward: from the words on its right": [place.backward for place in predicted.places],
    }
    fig = surprisal_figure(words, directions, unit)
    charts.show(
        fig,
        key="lm_surprisal",
        name="surprisal",
        alt=f"Surprisal of each of {len(words)} words, forward and backward. {summary(predicted, unit)}",
        on_select=lambda rows: _set_place(rows, len(words)),
    )
    page.finding(summary(predicted, unit))
    page.table(table(predicted), "predictions")


def _set_place(rows: list[int], n_words: int) -> None:
    if rows:
        st.session_state["lm_place"] = rows[0] % n_words


def _place_choice(predicted: "Predictions") -> int:
    """The number of the word that was chosen in the picture or in the row of words."""
    n = len(predicted.places)
    if "lm_place" not in st.session_state:
        from_link = st.query_params.get("place", "")
        surprise = [place.forward.surprisal_nats for place in predicted.places]
        place = whole_number(from_link, n)
        st.session_state["lm_place"] = int(np.argmax(surprise)) if place is None else place
    st.session_state["lm_place"] = min(st.session_state["lm_place"] or 0, n - 1)
    label = "Choose a word, here or in the picture"

    def name(place: int) -> str:
        return plain(predicted.places[place].token) or "(empty)"

    if n <= _MAX_PILLS:
        place = st.pills(label, range(n), format_func=name, key="lm_place", required=True)
        assert place is not None
        return place
    return st.selectbox(label, range(n), format_func=name, key="lm_place")


def _both_directions(predicted: "Predictions", chosen: int) -> None:
    words = [place.token for place in predicted.places]
    place = predicted.places[chosen]
    left, right = st.columns(2, gap="large")
    before = " ".join(words[:chosen]) or SPECIAL["<S>"]
    after = " ".join(words[chosen + 1 :]) or SPECIAL["</S>"]
    with left:
        st.markdown(f"**Forward**: which word comes next?  \n{plain(_end(before))} **▁▁▁**")
        _one_direction(place, place.forward, "forward", FORWARD)
    with right:
        st.markdown(f"**Backward**: which word came before?  \n**▁▁▁** {plain(_start(after))}")
        _one_direction(place, place.backward, "backward", BACKWARD)


def _one_direction(place: "Place", prediction: "Prediction", name: str, colour: str) -> None:
    finding = (
        f"“{place.token}” stands here: rank {prediction.rank:,}, probability "
        f"{significant(np.exp(-prediction.surprisal_nats))}, surprisal {short(prediction.surprisal_nats)} nats "
        f"= {short(prediction.surprisal_bits)} bits."
    )
    if not place.in_vocabulary:
        finding += (
            " It is not in the vocabulary; these are the numbers of all rarer words together."
        )
    charts.show(
        guesses_figure(place, prediction, colour),
        key=f"lm_{name}",
        name=f"{name}-predictions",
        alt=f"The {len(prediction.top)} most probable words, {name}. {finding}",
    )
    page.finding(plain(finding))


def _end(text: str) -> str:
    return text if len(text) <= 70 else "… " + text[-68:]


def _start(text: str) -> str:
    return text if len(text) <= 70 else text[:68] + " …"
