"""The tab “Beyond chance” of Word in context: self-similarity compared with that of random words."""

import pandas as pd
import streamlit as st

from elmo.views import sentences as word_text
from ui.shared import charts, page
from ui.uses import vectors as word_analysis
from ui.word import charts as word_charts
from ui.word.scene import Scene


def beyond_chance(scene: Scene) -> None:
    """Show the self-similarity of the uses in each layer, beside the mean cosine of random words."""
    if scene.vectors.centred:
        st.caption(
            "Computed from the word's vectors without the subtraction: self-similarity is not defined for vectors "
            "minus their average."
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
    figures = [
        word_analysis.self_similarity(uncentred, by, b.mean, scene.context.seed)
        for by, b in zip(every, baselines, strict=True)
    ]
    shown = len(figures) - 1 if scene.choice.layer is None else scene.choice.layer
    text = word_text.self_similarity(
        scene.chosen.word,
        figures[shown],
        scene.choice.label,
        baselines[shown].n_pairs,
        uncentred.whole,
    )
    charts.show(
        word_charts.self_similarity(figures, names),
        key="word-self",
        alt=text,
        name=f"{scene.chosen.word}-self-similarity",
    )
    page.finding(text)
    n_sentences = len(word_analysis.reference_sentences())
    what = "sentences" if uncentred.whole else "words of different sentences"
    st.caption(
        f"Random pairs: two different {what} of the {n_sentences} example sentences, with the same model. The "
        "vectors of any two words have similar directions (anisotropy), so a cosine has a meaning only beside "
        "the mean cosine of random pairs. The interval is over sentences."
    )
    page.table(
        pd.DataFrame(
            {
                "layer": names,
                "self-similarity": [s.value for s in figures],
                "95 % from": [s.low for s in figures],
                "95 % to": [s.high for s in figures],
                "baseline (random pairs)": [b.mean for b in baselines],
                "minus the baseline": [s.adjusted for s in figures],
                "sentences": [s.n for s in figures],
                "random pairs": [b.n_pairs for b in baselines],
            }
        ),
        f"{scene.chosen.word}-self-similarity",
    )
