"""Steps 6 to 9 of How it works, on the whole sentence: pictures, their sentences and tables."""

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float
from streamlit.delta_generator import DeltaGenerator

from elmo.views.numbers import percent, short
from elmo.views.sentences import plain
from ui.how import pictures as how_pictures
from ui.how import sentence_pictures
from ui.how import walk as how
from ui.how.walk import Walk, vector_table
from ui.shared import charts, choices, page


def lstm(place: DeltaGenerator, walk: Walk) -> None:
    """Draw one cell over the sentence, its equations at the followed word, and the effect of common mistakes."""
    with place:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            direction = choices.one_of(
                "Direction",
                ["Forward", "Backward"],
                default="Forward",
                key="how_direction",
            )
            layer = choices.one_of(
                "LSTM layer",
                list(range(1, walk.values["n_layers"] + 1)),
                default=1,
                key="how_lstm_layer",
            )
            trace = (
                walk.inspection.forward if direction == "Forward" else walk.inspection.backward
            )[layer - 1]
            at = walk.word + 1  # after <S>
            change = np.abs(trace.cell[at] - trace.cell_before[at])
            cell = st.number_input(
                "Cell",
                0,
                len(change) - 1,
                int(change.argmax()),
                width=150,
                key=f"how_cell-{direction}-{layer}-{walk.word}-{len(walk.words)}",
                help="The first choice is the cell that this word changes most.",
            )
        order = slice(None) if direction == "Forward" else slice(None, None, -1)
        tokens = walk.inspection.tokens[order]
        gates = [
            (title, values_[order, cell], values_[order].mean(axis=1))
            for title, values_ in (("input", trace.i), ("forget", trace.f), ("output", trace.o))
        ]
        place_read = at if direction == "Forward" else len(tokens) - 1 - at
        charts.show(
            sentence_pictures.cell_over_time(tokens, gates, trace.cell[order, cell], place_read),
            key="how_lstm",
            name="lstm-cell",
            alt=f"Gates and value of cell {cell} over the sentence, in the order of reading.",
        )
        i, f, o, j = (float(v[at, cell]) for v in (trace.i, trace.f, trace.o, trace.candidate))
        before, now = float(trace.cell_before[at, cell]), float(trace.cell[at, cell])
        st.latex(
            rf"c_t = {short(i, 3)} \times {short(j, 3)} + {short(f, 3)} \times {short(before, 3)} = {short(i * j + f * before, 3)}"
            + (rf"\ \to\ {short(now, 3)}" if abs(i * j + f * before - now) > 1e-4 else "")
        )
        st.latex(
            rf"\sigma(o) \tanh(c_t) = {short(o, 3)} \times {short(np.tanh(now), 3)} = {short(o * np.tanh(now), 3)}"
        )
        page.finding(
            f"At “{plain(walk.form)}” cell {cell} keeps {percent(f)} of its old value {short(before)} and "
            f"writes {percent(i)} of {short(j)}. Of all {len(change)} cells the mean input gate is "
            f"{short(trace.i[at].mean())}, the mean forget gate {short(trace.f[at].mean())}. The clips limit "
            f"{trace.n_cell_clipped[at]} cells and {trace.n_proj_clipped[at]} outputs. Dotted lines are the "
            "means of all cells."
        )
        page.table(
            pd.DataFrame(
                {
                    "read": tokens,
                    "input gate": trace.i[order, cell],
                    "candidate": trace.candidate[order, cell],
                    "forget gate": trace.f[order, cell],
                    "output gate": trace.o[order, cell],
                    "cell before": trace.cell_before[order, cell],
                    "cell": trace.cell[order, cell],
                }
            ),
            "lstm-cell",
        )
    st.markdown(
        "**Common mistakes in articles on the LSTM**, and the effect of each on this word's vector"
    )
    st.markdown(how.mistakes_table(walk.model, walk.words, walk.word, walk.inspection.layers[-1]))
    st.caption(
        "The cosine of this word's top layer, computed with the mistake in every LSTM, with the correct "
        "top layer; 1.000 is no difference."
    )


def all_layers(place: DeltaGenerator, walk: Walk) -> None:
    """Draw all layers of the followed word."""
    names = [f"layer {i}" for i in range(len(walk.inspection.layers))]
    with place:
        charts.show(
            how_pictures.barcode(walk.inspection.layers[:, walk.word], names, halves=True),
            key="how_layers",
            name="layers",
            alt=f"All layers of {walk.form}, forward and backward half.",
        )
        top = walk.inspection.forward[-1]
        whole, added = (
            np.linalg.norm(top.output[walk.word + 1]),
            np.linalg.norm(top.hidden[walk.word + 1]),
        )
        lengths = [
            f"{n} {short(np.linalg.norm(v), 1)}"
            for n, v in zip(names, walk.inspection.layers[:, walk.word], strict=True)
        ]
        skip = len(names) > 2 and walk.values["use_skip_connections"]
        page.finding(
            f"Lengths: {', '.join(lengths)}."
            + (
                f" In the top forward layer the LSTM adds a vector of length {short(added, 1)}; with the "
                f"skip connection the output has {short(whole, 1)}."
                if skip
                else ""
            )
        )
        page.table(vector_table(walk.inspection.layers[:, walk.word], names), "layers")


def mix(place: DeltaGenerator, walk: Walk) -> Float[np.ndarray, " dim"]:
    """Ask for weights and γ, and draw the mix of the followed word's layers; gives the mixed vector."""
    n = len(walk.inspection.layers)
    with place:
        with st.container(horizontal=True):
            raw = [
                st.number_input(f"w{i}, raw", -20.0, 20.0, 0.0, 0.5, key=f"how_w{i}", width=110)
                for i in range(n)
            ]
            gamma = st.number_input("γ", 0.0, 100.0, 1.0, 0.5, key="how_gamma", width=110)
        shares = np.exp(np.array(raw) - max(raw))
        shares /= shares.sum()
        mixed = gamma * np.tensordot(shares, walk.inspection.layers[:, walk.word], axes=1)
        charts.show(
            how_pictures.barcode(mixed[None], ["mix"], halves=True),
            key="how_mix",
            name="mix",
            alt=f"The mix of the layers of {walk.form}.",
        )
        shares_text = ", ".join(short(share, 3) for share in shares)
        page.finding(
            f"Raw weights {', '.join(f'{w:g}' for w in raw)} are {shares_text} after the softmax. With γ = "
            f"{gamma:g} the vector has length {short(np.linalg.norm(mixed))}; γ changes the length and no cosine."
        )
        page.link(
            "mixing",
            "See what the weights do to many uses: Mixing",
            icon=":material/arrow_forward:",
        )
        page.table(vector_table(mixed[None], ["mix"]), "mix")
    return mixed


def join(place: DeltaGenerator, walk: Walk, mixed: Float[np.ndarray, " dim"]) -> None:
    """Draw the static vector and the mix side by side."""
    with place:
        static = how.static_vectors()
        if static is None:
            st.caption("The bundled model here has no static word vectors.")
            return
        vector = static.of([walk.form])[0]
        joined = np.concatenate(
            [vector / (np.abs(vector).max() or 1), mixed / (np.abs(mixed).max() or 1)]
        )
        charts.show(
            how_pictures.barcode(joined[None], ["joined"], split=len(vector)),
            key="how_join",
            name="join",
            alt="The static vector and the mix side by side.",
        )
        page.finding(
            f"{len(vector)} numbers that “{plain(walk.form)}” has in every sentence, then "
            f"{len(mixed)} numbers for this sentence: {len(joined)} inputs of the task"
            + (
                "."
                if walk.form in static
                else ". The word has no static vector; these numbers are zeros."
            )
            + " (Each part has its own colour scale.)"
        )
        page.table(vector_table(np.concatenate([vector, mixed])[None], ["joined"]), "join")
        page.link(
            "downstream",
            "Does the join help a task? Downstream",
            icon=":material/arrow_forward:",
        )
