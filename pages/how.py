"""How it works: the values of every step of the model, for a sentence that the reader types."""

import streamlit as st

from elmo.views.sentences import plain
from ui.how import halves as how_halves
from ui.how import sentence_steps as how_sentence_steps
from ui.how import text as how_text
from ui.how import walk as how
from ui.how import word_steps as how_word_steps
from ui.shared import page, share, visit

context = page.begin(
    "how",
    "Follow a sentence of yours from letters to vectors. The model in use computes every number below.",
)
with page.guard():
    how.tour()
    own = ("how_sentence", "how_first_use", "how_second_use")
    usual = (how.SENTENCE, how_halves.FIRST, how_halves.SECOND)
    shared = share.sentences() or []
    for key, text in zip(own, (*shared[:3], *usual[len(shared[:3]) :]), strict=True):
        visit.start_with(key, text)
    sentence = st.text_input(
        "Your sentence",
        max_chars=400,
        key="how_sentence",
        persist_state="session",
    )
    words = how.words_of(sentence)
    word = st.pills(
        "Follow this word",
        range(len(words)),
        format_func=lambda i: plain(words[i]),
        required=True,
        default=how.start_word(words, st.query_params.get("word")),
        key=f"how_word_{len(words)}",
    )
    share.link({"word": word})
    typed = [str(st.session_state[key]) for key in own]
    share.offer([] if typed == list(usual) else typed)
    values = how.option_values(context.model)
    walk = how.Walk(context.model, words, word, how.inspection(context.model, words), values)
    pictures = (
        how_word_steps.words_and_characters,
        how_word_steps.character_cnn,
        how_word_steps.highway,
        how_word_steps.token_layer,
        how_word_steps.language_model,
        how_sentence_steps.lstm,
        how_sentence_steps.all_layers,
    )
    for number, draw in enumerate(pictures, 1):
        draw(how.step(number, how_text.STEPS[number - 1], values), walk)
    mixed = how_sentence_steps.mix(how.step(8, how_text.MIX_STEP, values), walk)
    how_sentence_steps.join(how.step(9, how_text.JOIN_STEP, values), walk, mixed)
    how_halves.two_uses(how.step(10, how_text.HALVES_STEP, values), context.model)
    st.caption(
        "Source: Peters et al. 2018, Deep contextualized word representations, arXiv:1802.05365; the "
        "equation of the mix is its eq. 1."
    )
