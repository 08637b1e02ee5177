"""Mixing: what the weights, γ and layer norm do to the vectors of a word's uses."""

import streamlit as st

from ui.mixing import bench as mixing_bench
from ui.mixing import effects as mixing_effects
from ui.mixing import pack as mixing_pack
from ui.mixing import tables as mixing_tables
from ui.mixing import trust as mixing_trust
from ui.mixing import uses as mixing_uses
from ui.mixing.analysis import analyse
from ui.shared import page, share

context = page.begin(
    "mixing",
    "ELMo gives each word one vector a layer. A task mixes them into one: γ · Σ sₗ · layer l. "
    "Drag the dot and see what the weights change. Which weights are best, and how sure is that?",
)
with page.guard():
    word, uses = mixing_uses.choose(context.seed)
    analysis = analyse(context.model, word, uses, context.seed)


@st.fragment
def follow() -> None:
    """The bench and all that follows from its weights; only this runs again when they change."""
    with page.guard():
        mix = mixing_bench.bench(analysis, mixing_bench.learned(analysis.n_layers))
        share.link(mixing_bench.link(mix))
        mixing_trust.trust(analysis, mix)
        mixing_trust.path(analysis, mix, context.seed)
        mixing_effects.gamma(analysis, mix)
        mixing_effects.layer_norm(analysis, mix)
        mixing_effects.concatenation(analysis, mix, context.seed)
        mixing_tables.tables(analysis, mix)
        mixing_pack.save(context, analysis, mix)


follow()
