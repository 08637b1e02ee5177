"""Downstream: the accuracy of tasks with each layer, mix and baseline."""

import streamlit as st

from ui.downstream import cases as downstream_cases
from ui.downstream import measure as downstream
from ui.downstream import request as downstream_request
from ui.downstream import results as downstream_results
from ui.shared import page

context = page.begin(
    "downstream",
    "How useful are the vectors for a task? The same task is learned from each layer, from mixes of the "
    "layers, and from older methods (word counts, static vectors). The ladder shows the figure of each, "
    "with its interval.",
)
with page.guard():
    outcome = downstream.run(downstream_request.choose(context))
    if outcome is None and not downstream.is_running():
        outcome = downstream.bundled_outcome()
        if outcome is None:
            st.info(
                "Press Measure. Every row is trained and tested on the same folds, and is shown when it is measured."
            )
        else:
            downstream_results.say_which_model(outcome, context)
    if outcome is not None:
        downstream_results.ladder_part(outcome)
        downstream_cases.cases_part(outcome.ladder)
        downstream_cases.reproduce(outcome)
