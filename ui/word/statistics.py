"""Two tabs of Word in context: self-similarity beyond chance, and groups found without labels."""

import numpy as np
import pandas as pd
import streamlit as st

from elmo.views import sentences as word_text
from ui.shared import charts, choices, page
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
                "95% from": [s.low for s in found],
                "95% to": [s.high for s in found],
                "baseline (random pairs)": [b.mean for b in baselines],
                "less the baseline": [s.adjusted for s in found],
                "sentences": [s.n for s in found],
                "random pairs": [b.n_pairs for b in baselines],
            }
        ),
        f"{scene.chosen.word}-self-similarity",
    )


def groups(scene: Scene) -> None:
    """Clusters found without labels, their tree, and the labels against them."""
    uses = scene.chosen.uses
    labels = tuple(use.sense for use in uses)
    most = min(8, len(uses) - 1)
    asked = choices.one_of(
        "Number of groups",
        ["found for me", *map(str, range(2, most + 1))],
        default="found for me",
        key="word_groups",
        help="Found for me: the number with the highest mean silhouette, where the uses fall into groups at "
        "all. Or set it by hand.",
    )
    by_hand = None if asked == "found for me" else int(asked)
    found = word_analysis.clusters(scene.vectors, scene.choice.by, by_hand, scene.context.seed)
    groups = tuple(int(group) for group in found.labels)
    test = word_analysis.agreement(
        scene.vectors, scene.choice.by, labels, groups, scene.context.seed
    )
    told = word_text.clusters(
        found, test if any(labels) else None, scene.choice.label, by_hand is not None
    )
    charts.show(
        word_charts.dendrogram(
            found,
            [word_text.name(i, use) for i, use in enumerate(uses)],
            [use.text for use in uses],
            labels,
        ),
        key="word-tree",
        alt=told,
        name=f"{scene.chosen.word}-groups",
    )
    page.finding(told)
    if any(labels):
        page.finding(word_text.labels(test, scene.choice.label))
    st.caption(
        "Groups: average linkage over 1 - cosine. The test draws clouds without groups, with the same mean "
        "and covariance, and cuts them in the same way; it is cautious, so clear groups can fail it when "
        "there are few sentences."
    )
    page.table(
        pd.DataFrame(
            {
                "group": np.array(groups) + 1,
                "number": np.arange(1, len(uses) + 1),
                "sense": labels,
                "sentence": [use.text for use in uses],
            }
        ).sort_values("group", kind="stable"),
        f"{scene.chosen.word}-groups",
        "The sentences of each group",
    )
    if found.silhouettes:
        page.table(
            pd.DataFrame(
                {
                    "groups": list(found.silhouettes),
                    "mean silhouette": list(found.silhouettes.values()),
                }
            ),
            f"{scene.chosen.word}-silhouettes",
            "The silhouette of each number of groups",
        )
