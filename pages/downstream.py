"""Downstream: what the vectors are good for, measured layer by layer, with word vectors joined in."""

import streamlit as st

from ui.downstream import cases as downstream_cases
from ui.downstream import measure as downstream
from ui.downstream import request as downstream_request
from ui.downstream import results as downstream_results
from ui.shared import page

context = page.begin(
    "downstream",
    "What are the vectors good for? The same task is learned from each layer, from their mixes, and from "
    "what was there before ELMo. The ladder shows what each step brings, and how sure that is.",
)
with page.guard():
    outcome = downstream.run(downstream_request.choose(context))
    if outcome is None and not downstream.is_running():
        outcome = downstream.bundled_outcome()
        if outcome is None:
            st.info(
                "Press Measure. Every row is trained and tested on the same folds; rows appear as they are measured."
            )
        else:
            downstream_results.say_which_model(outcome, context)
    if outcome is not None:
        downstream_results.ladder_part(outcome)
        downstream_cases.cases_part(outcome.ladder)
        downstream_cases.reproduce(outcome)
