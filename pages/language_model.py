"""Language model: predictions in both directions, unknown words, training, carried state."""

import streamlit as st

from ui.language_model import predictions as language_model
from ui.language_model import state as language_model_state
from ui.language_model import words as language_model_words
from ui.language_model.training import begin as training
from ui.shared import page, share

# Each part's name in the address: its title, and the function that draws it.
PARTS = {
    "predict": ("Predict words", language_model.predictions_part),
    "words": ("Words never seen", language_model_words.words_part),
    "train": ("Train your own", training.training_part),
    "state": ("Carried state", language_model_state.state_part),
}

context = page.begin(
    "language_model",
    "ELMo is trained as a language model: it predicts the next word and the previous word. Which words does "
    "it expect, which surprise it, and which vector does it give to a word that it has never read?",
)
if "lm_part" not in st.session_state:
    asked = st.query_params.get("lm_part")
    st.session_state["lm_part"] = asked if asked in PARTS else "predict"
part = st.segmented_control(
    "What to look at",
    list(PARTS),
    format_func=lambda name: PARTS[name][0],
    required=True,
    key="lm_part",
    persist_state="session",
    label_visibility="collapsed",
)
share.link({"lm_part": part} | ({} if part == "predict" else {"place": None}))
assert part is not None  # the control is required
if part != "train":
    training.leave()
with page.guard():
    PARTS[part][1](context)
