"""Mixing: the effects of weights, γ and layer norm on the vectors of a word's uses."""

import streamlit as st

from ui.mixing import bench as mixing_bench
from ui.mixing import mix as mixing_mix
from ui.mixing import questions as mixing_questions
from ui.mixing import trust as mixing_trust
from ui.mixing import uses as mixing_uses
from ui.mixing.analysis import analyse
from ui.shared import page, share

context = page.begin(
    "mixing",
    "ELMo gives each word one vector a layer. A task mixes them into one: γ · Σ sₗ · layer l. "
    "Drag the dot and see what the weights change.",
)
SHOWN = "mixing_shown"
# Both places are always there: a late call of a fragment, after the inputs have changed, must find its own.
inputs, results = st.container(), st.container()
st.session_state[SHOWN] = None
mixing_questions.begin()
with inputs, page.guard():
    word, uses = mixing_uses.choose(context.seed)
    analysis = analyse(context.model, word, uses, context.seed)
    st.session_state[SHOWN] = analysis.key


@st.fragment
def bench() -> None:
    """The bench. A mix that is set in it runs this alone again, unless an answer below depends on the mix."""
    if st.session_state[SHOWN] != analysis.key:
        return
    with page.guard():
        learned = mixing_mix.learned_mixes(analysis.n_layers)
        mix = mixing_bench.bench(context, analysis, learned)
        share.link(mixing_mix.link(mix))
    if mixing_questions.is_behind(mix):
        st.rerun()


@st.fragment
def answers() -> None:
    """The verdict and the questions; only this runs again when one is unfolded."""
    if st.session_state[SHOWN] != analysis.key:
        return
    with page.guard():
        mix = mixing_bench.current(analysis)
        mixing_trust.short_answer(analysis, mix)
        mixing_questions.folds(context, analysis, mix)


with results:
    bench()
    answers()
