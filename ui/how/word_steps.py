"""Steps 1 to 5 of How it works, for the followed word: pictures, their sentences and tables."""

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from elmo.views.numbers import percent, short, significant
from elmo.views.sentences import plain
from ui.how import pictures as how_pictures
from ui.how import walk as how
from ui.how import word_pictures
from ui.how.walk import Walk, vector_table
from ui.shared import charts, model, page


def words_and_characters(place: DeltaGenerator, walk: Walk) -> None:
    """Draw the characters of the followed word with their ids."""
    with place:
        st.caption(f"“{plain(walk.form)}” as the model reads it")
        st.html(
            word_pictures.characters_html(
                walk.trace.characters, walk.trace.char_ids.tolist(), walk.trace.n_characters
            )
        )
        n_bytes = len(walk.form.encode())
        page.finding(
            f"“{plain(walk.form)}” is {n_bytes} byte{'s' * (n_bytes != 1)} between two marks; "
            f"{len(walk.trace.char_ids) - walk.trace.n_characters} places are padding."
        )
        page.table(
            pd.DataFrame({"character": walk.trace.characters, "id": walk.trace.char_ids}),
            "character-ids",
            key="how_table-characters",
        )


def character_cnn(place: DeltaGenerator, walk: Walk) -> None:
    """Draw the strongest filters, and the letters at which each has its largest value."""
    rows = how.strongest_filters(walk.trace)
    with place:
        if not rows:
            st.caption("No filter has a value above 0 for this word.")
            return
        charts.show(
            word_pictures.filters(rows, walk.trace.characters),
            key="how_filters",
            name="filters",
            alt=f"The three strongest filters of each width, and the letters of {walk.form} at which they are largest.",
        )
        width, number, value, at = max(rows, key=lambda row: row[2])
        silent = sum(int((bank.values <= 0).sum()) for bank in walk.trace.filters)
        page.finding(
            f"The strongest is filter {number} of width {width}: its value is {short(value)}, at "
            f"“{plain(walk.trace.letters(width, at))}”. {silent} of {walk.values['n_filters']} filters have no "
            "value above 0 for this word."
        )
        page.table(
            pd.DataFrame(
                [
                    {
                        "width": bank.width,
                        "filter": i,
                        "value": v,
                        "letters": walk.trace.letters(bank.width, p),
                    }
                    for bank in walk.trace.filters
                    for i, (v, p) in enumerate(zip(bank.values, bank.places, strict=True))
                ]
            ),
            "filters",
        )


def highway(place: DeltaGenerator, walk: Walk) -> None:
    """Draw the histogram of the highway gates."""
    with place:
        if not walk.trace.highways:
            st.caption("This model has no highway layer.")
            return
        gates = [layer.gate for layer in walk.trace.highways]
        charts.show(
            word_pictures.gates_histogram(gates),
            key="how_highway",
            name="highway-gates",
            alt="Histogram of the highway gates of all filters.",
        )
        gates_text = "; ".join(
            f"in highway layer {number} it is {short(np.mean(gate))} ({(gate > 0.5).sum():,} of "
            f"{len(gate):,} gates more than half open), so that on average {percent(1 - np.mean(gate))} of a "
            "filter's value passes unchanged"
            for number, gate in enumerate(gates, 1)
        )
        page.finding(f"The mean gate of “{plain(walk.form)}”: {gates_text}.")
        page.table(
            pd.DataFrame({f"gate {i}": gate for i, gate in enumerate(gates, 1)}), "highway-gates"
        )


def token_layer(place: DeltaGenerator, walk: Walk) -> None:
    """Draw layer 0 of every word, and compare the followed word's vector alone and in the sentence."""
    half = walk.inspection.layers.shape[2] // 2
    with place:
        charts.show(
            how_pictures.barcode(walk.inspection.layers[0, :, :half], walk.words),
            key="how_tokens",
            name="layer-0",
            alt="Layer 0 of each word, a row of coloured columns.",
        )
        (alone,) = model.vectors(walk.model, ((walk.form,),))
        page.finding(
            f"“{plain(walk.form)}” alone, without the sentence, has cosine "
            f"{short(how.cosine(alone[0, 0], walk.inspection.layers[0, walk.word]))} with “{plain(walk.form)}” in the "
            f"sentence at layer 0, and {short(how.cosine(alone[-1, 0], walk.inspection.layers[-1, walk.word]))} at layer "
            f"{walk.values['n_layers']}."
        )
        page.table(vector_table(walk.inspection.layers[0, :, :half], walk.words), "layer-0")


def language_model(place: DeltaGenerator, walk: Walk) -> None:
    """Draw the predictions of each direction in the place of the followed word."""
    with place:
        guessed = how.predictions(walk.model, walk.words)
        if guessed is None:
            st.caption(
                "This model has no softmax and no vocabulary, so it cannot predict words. "
                "The bundled model can."
            )
            return
        at = guessed.places[walk.word]
        name = at.token if at.in_vocabulary else "<UNK>"
        sides = [
            (
                title,
                [(g.word, g.probability) for g in side.top],
                name,
                float(np.exp(-side.surprisal_nats)),
            )
            for title, side in (("from the left", at.forward), ("from the right", at.backward))
        ]
        charts.show(
            word_pictures.guesses(sides),
            key="how_guesses",
            name="guesses",
            alt="The five most probable words in this place, for each direction.",
        )
        (_, _, _, p), (_, _, _, q) = sides
        page.finding(
            f"The word here is “{plain(walk.form)}”"
            + ("" if at.in_vocabulary else ", which is not in the vocabulary and counts as unknown")
            + f". From the left its probability is {significant(p)} (rank {at.forward.rank:,}), from the right "
            f"{significant(q)} (rank {at.backward.rank:,}). This word adds −{short(-np.log(p))} − {short(-np.log(q))} "
            f"= −{short(-np.log(p) - np.log(q))} to the sum."
        )
        page.table(
            pd.DataFrame(
                [
                    {"direction": s, "word": w, "probability": x}
                    for s, best, _, _ in sides
                    for w, x in best
                ]
            ),
            "guesses",
        )
