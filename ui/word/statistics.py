"""A tab of Word in context: self-similarity beyond chance."""

import pandas as pd
import streamlit as st

from elmo.views import sentences as word_text
from ui.shared import charts, page
from ui.uses import vectors as word_analysis
from ui.word import charts as word_charts
from ui.word.scene import Scene


def beyond_chance(scene: Scene) -> None:
    """Self-similarity in each layer, beside what random words get."""
    if scene.vectors.centred:
        st.caption(
            "Of the word's vectors as they are: minus their average there is no self to be similar to."
        )
    uncentred = scene.vectors.as_they_are
    every = uncentred.single_layers
    names = [each.name for each in every]
    if scene.choice.layer is None:
        every, names = [*every, scene.choice.by], [*names, scene.choice.label]
    baselines = [
        word_analysis.random_words(scene.context.model, by, uncentred.whole, scene.context.seed)
        for by in every
    ]
    found = [
        word_analysis.self_similarity(uncentred, by, b.mean, scene.context.seed)
        for by, b in zip(every, baselines, strict=True)
    ]
    shown = len(found) - 1 if scene.choice.layer is None else scene.choice.layer
    told = word_text.self_similarity(
        scene.chosen.word,
        found[shown],
        scene.choice.label,
        baselines[shown].n_pairs,
        uncentred.whole,
    )
    charts.show(
        word_charts.self_similarity(found, names),
        key="word-self",
        alt=told,
        name=f"{scene.chosen.word}-self-similarity",
    )
    page.finding(told)
    n_sentences = len(word_analysis.reference_sentences())
    what = "sentences" if uncentred.whole else "words of different sentences"
    st.caption(
        f"Random pairs: two different {what} out of the {n_sentences} example sentences, under the same "
        "model. Vectors of any two words point in like directions (anisotropy), so a cosine says little "
        "until theirs is taken off. The interval is over sentences."
    )
    page.table(
        pd.DataFrame(
            {
                "layer": names,
                "self-similarity": [s.value for s in found],
                "95 % from": [s.low for s in found],
                "95 % to": [s.high for s in found],
                "baseline (random pairs)": [b.mean for b in baselines],
                "less the baseline": [s.adjusted for s in found],
                "sentences": [s.n for s in found],
                "random pairs": [b.n_pairs for b in baselines],
            }
        ),
        f"{scene.chosen.word}-self-similarity",
    )
