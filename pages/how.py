"""How it works: one sentence of the reader's choice walks through the machine."""

import numpy as np
import pandas as pd
import streamlit as st

from ui import charts, how, how_pictures, how_text, model, page, share

context = page.begin(
    "How it works",
    "Follow one sentence of yours from letters to vectors. Every number below is computed now, by "
    "the model in use.",
)


def words_and_characters(place) -> None:
    with place:
        st.caption(f"“{page.plain(chosen)}” as the model reads it")
        st.html(how_pictures.characters_html(trace.characters, trace.char_ids.tolist(), trace.n_characters))
        n_bytes = len(chosen.encode())
        page.finding(
            f"“{page.plain(chosen)}” is {n_bytes} byte{'s' * (n_bytes != 1)} between two marks; "
            f"{len(trace.char_ids) - trace.n_characters} places are padding."
        )
        page.table(
            pd.DataFrame({"character": trace.characters, "id": trace.char_ids}), "character-ids",
            key="table-characters",
        )


def character_cnn(place) -> None:
    rows = how.strongest_filters(trace)
    with place:
        if not rows:
            st.caption("No filter fired on this word.")
            return
        charts.show(
            how_pictures.filters(rows, trace.characters), key="filters", name="filters",
            alt=f"The three strongest filters of each width and the letters of {chosen} they fired on.",
        )
        width, number, value, at = max(rows, key=lambda row: row[2])
        silent = sum(int((bank.values <= 0).sum()) for bank in trace.filters)
        page.finding(
            f"The strongest is filter {number} of width {width}: it fired on "
            f"“{page.plain(trace.letters(width, at))}” with {value:.2f}. {silent} of "
            f"{values['n_filters']} filters found nothing here."
        )
        page.table(
            pd.DataFrame(
                [
                    {"width": bank.width, "filter": i, "value": v, "letters": trace.letters(bank.width, p)}
                    for bank in trace.filters
                    for i, (v, p) in enumerate(zip(bank.values, bank.places, strict=True))
                ]
            ),
            "filters",
        )


def highway(place) -> None:
    with place:
        if not trace.highways:
            st.caption("This model has no highway layer.")
            return
        gates = [layer.gate for layer in trace.highways]
        charts.show(
            how_pictures.gates_histogram(gates), key="highway", name="highway-gates",
            alt="How many filters have which highway gate.",
        )
        mean, n_open = float(np.mean(gates[0])), int((gates[0] > 0.5).sum())
        page.finding(
            f"For “{page.plain(chosen)}” the mean gate is {mean:.2f}: on average {1 - mean:.0%} of "
            f"a filter's value passes as it is. {n_open} of {len(gates[0])} gates are more than half open."
        )
        page.table(
            pd.DataFrame({f"gate {i}": gate for i, gate in enumerate(gates, 1)}), "highway-gates"
        )


def token_layer(place) -> None:
    half = found.layers.shape[2] // 2
    with place:
        charts.show(
            how_pictures.barcode(found.layers[0, :, :half], words), key="tokens", name="layer-0",
            alt="Layer 0 of each word, a row of coloured columns.",
        )
        (alone,) = model.vectors(context.model, ((chosen,),))
        page.finding(
            f"“{page.plain(chosen)}” read alone, without the sentence: cosine "
            f"{how.cosine(alone[0, 0], found.layers[0, word]):.2f} with itself in the sentence at "
            f"layer 0, and {how.cosine(alone[-1, 0], found.layers[-1, word]):.2f} at layer "
            f"{values['n_layers']}."
        )
        page.table(vector_table(found.layers[0, :, :half], words), "layer-0")


def language_model(place) -> None:
    with place:
        guessed = how.predictions(context.model, words)
        if guessed is None:
            st.caption(
                "This model came without a softmax and a vocabulary, so it cannot show its guesses. "
                "The bundled model can."
            )
            return
        at = guessed.places[word]
        name = at.token if at.in_vocabulary else "<UNK>"
        sides = [
            (title, [(g.word, g.probability) for g in side.top], name, float(np.exp(-side.surprisal_nats)))
            for title, side in (("from the left", at.forward), ("from the right", at.backward))
        ]
        charts.show(
            how_pictures.guesses(sides), key="guesses", name="guesses",
            alt="The five most probable words in this place for each direction.",
        )
        (_, _, _, p), (_, _, _, q) = sides
        page.finding(
            f"Here stands “{page.plain(chosen)}”"
            + ("" if at.in_vocabulary else ", which is not in the vocabulary and counts as unknown")
            + f". From the left its probability is {p:.2g} (rank {at.forward.rank:,}), from the right "
            f"{q:.2g} (rank {at.backward.rank:,}). This word adds −{-np.log(p):.2f} − {-np.log(q):.2f} "
            f"= −{-np.log(p) - np.log(q):.2f} to the sum."
        )
        page.table(
            pd.DataFrame(
                [{"direction": s, "word": w, "probability": x} for s, best, _, _ in sides for w, x in best]
            ),
            "guesses",
        )


def lstm(place) -> None:
    with place:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            direction = st.segmented_control(
                "Direction", ["Forward", "Backward"], default="Forward", required=True, key="direction",
                bind="query-params",
            )
            layer = st.segmented_control(
                "LSTM layer", list(range(1, values["n_layers"] + 1)), default=1, required=True,
                key="lstm_layer", bind="query-params",
            )
            trace = (found.forward if direction == "Forward" else found.backward)[layer - 1]
            at = word + 1  # after <S>
            change = np.abs(trace.cell[at] - trace.cell_before[at])
            cell = st.number_input(
                "Cell", 0, len(change) - 1, int(change.argmax()), width=150,
                key=f"cell-{direction}-{layer}-{word}-{len(words)}",
                help="At first the cell that this word changes most.",
            )
        order = slice(None) if direction == "Forward" else slice(None, None, -1)
        tokens = found.tokens[order]
        gates = [
            (title, values_[order, cell], values_[order].mean(axis=1))
            for title, values_ in (("input", trace.i), ("forget", trace.f), ("output", trace.o))
        ]
        place_read = at if direction == "Forward" else len(tokens) - 1 - at
        charts.show(
            how_pictures.cell_over_time(tokens, gates, trace.cell[order, cell], place_read),
            key="lstm", name="lstm-cell",
            alt=f"Gates and value of cell {cell} over the sentence, in the order of reading.",
        )
        i, f, o, j = (float(v[at, cell]) for v in (trace.i, trace.f, trace.o, trace.candidate))
        before, now = float(trace.cell_before[at, cell]), float(trace.cell[at, cell])
        st.latex(
            rf"c_t = {i:.2f} \times {j:.2f} + {f:.2f} \times {before:.2f} = {i * j + f * before:.2f}"
            + (rf"\ \to\ {now:.2f}" if abs(i * j + f * before - now) > 1e-4 else "")
        )
        st.latex(
            rf"\sigma(o) \tanh(c_t) = {o:.2f} \times {np.tanh(now):.2f} = {o * np.tanh(now):.2f}"
        )
        page.finding(
            f"At “{page.plain(chosen)}” cell {cell} keeps {f:.0%} of its old value {before:.2f} and "
            f"writes {i:.0%} of {j:.2f}. Of all {len(change)} cells the mean input gate is "
            f"{trace.i[at].mean():.2f}, the mean forget gate {trace.f[at].mean():.2f}; the clips cut "
            f"{trace.n_cell_clipped[at]} cells and {trace.n_proj_clipped[at]} outputs. "
            "Dotted lines are the means of all cells."
        )
        page.table(
            pd.DataFrame(
                {
                    "read": tokens, "input gate": trace.i[order, cell], "candidate": trace.candidate[order, cell],
                    "forget gate": trace.f[order, cell], "output gate": trace.o[order, cell],
                    "cell before": trace.cell_before[order, cell], "cell": trace.cell[order, cell],
                }
            ),
            "lstm-cell",
        )
    st.markdown("**Where popular articles write the LSTM wrongly**, and what each mistake would make of this word")
    st.markdown(how.mistakes_table(context.model, words, word, found.layers[-1]))
    st.caption(
        "The cosine compares this word's top layer, computed with the mistake in every LSTM, to the "
        "right one: 1.000 is no difference here."
    )


def all_layers(place) -> None:
    names = [f"layer {i}" for i in range(len(found.layers))]
    with place:
        charts.show(
            how_pictures.barcode(found.layers[:, word], names, halves=True), key="layers", name="layers",
            alt=f"All layers of {chosen}, forward and backward half.",
        )
        top = found.forward[-1]
        grown = np.linalg.norm(top.output[word + 1]), np.linalg.norm(top.hidden[word + 1])
        told = [f"{n} {np.linalg.norm(v):.1f}" for n, v in zip(names, found.layers[:, word], strict=True)]
        page.finding(
            f"Lengths: {', '.join(told)}. In the top forward layer the LSTM adds a vector of length "
            f"{grown[1]:.1f}; with the skip connection the output has {grown[0]:.1f}."
        )
        page.table(vector_table(found.layers[:, word], names), "layers")


def mix(place) -> np.ndarray:
    n = len(found.layers)
    with place:
        with st.container(horizontal=True):
            raw = [
                st.number_input(f"w{i}", -20.0, 20.0, 0.0, 0.5, key=f"how_w{i}", width=110) for i in range(n)
            ]
            gamma = st.number_input("γ", 0.0, 100.0, 1.0, 0.5, key="how_gamma", width=110)
        shares = np.exp(np.array(raw) - max(raw))
        shares /= shares.sum()
        mixed = gamma * np.tensordot(shares, found.layers[:, word], axes=1)
        charts.show(
            how_pictures.barcode(mixed[None], ["mix"], halves=True), key="mix", name="mix",
            alt=f"The mix of the layers of {chosen}.",
        )
        told = ", ".join(f"{share:.3f}" for share in shares)
        page.finding(
            f"Raw weights {', '.join(f'{w:g}' for w in raw)} are {told} after the softmax. With γ = "
            f"{gamma:g} the vector has length {np.linalg.norm(mixed):.2f}; γ changes the length and no cosine."
        )
        page.link("mixing.py", "See what the weights do to many uses: Mixing", icon=":material/arrow_forward:")
        page.table(vector_table(mixed[None], ["mix"]), "mix")
    return mixed


def join(place, mixed: np.ndarray) -> None:
    with place:
        static = how.static_vectors()
        if static is None:
            st.caption("There are no static word vectors beside the bundled model here.")
            return
        vector = static.of([chosen])[0]
        joined = np.concatenate([vector / (np.abs(vector).max() or 1), mixed / (np.abs(mixed).max() or 1)])
        charts.show(
            how_pictures.barcode(joined[None], ["joined"], split=len(vector)), key="join", name="join",
            alt="The static vector and the mix side by side.",
        )
        page.finding(
            f"{len(vector)} numbers that “{page.plain(chosen)}” has in every sentence, then "
            f"{len(mixed)} that it has in this one: {len(joined)} for the task to read"
            + ("." if chosen in static else ". The word has no static vector here, so those are zeros.")
            + " (Each part is drawn to its own scale.)"
        )
        page.table(vector_table(np.concatenate([vector, mixed])[None], ["joined"]), "join")
        page.link("downstream.py", "Does the join help a task? Downstream", icon=":material/arrow_forward:")


def vector_table(rows: np.ndarray, names) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    table.insert(0, "vector", list(names))
    return table.rename(columns=str)


with page.guard():
    how.tour()
    shared = share.sentences()
    sentence = st.text_input(
        "Your sentence", shared[0] if shared else how.SENTENCE, max_chars=400, key="how_sentence",
        persist_state="session",
    )
    words = how.words_of(sentence)
    word = st.pills(
        "Follow this word", range(len(words)), format_func=lambda i: words[i], required=True,
        default=how.start_word(words, st.query_params.get("word")), key=f"how_word_{len(words)}",
    )
    share.link({"word": word}, [] if sentence == how.SENTENCE else [sentence])
    values = how.option_values(context.model)
    found = how.inspection(context.model, words)
    chosen, trace = words[word], found.words[word + 1]
    pictures = (
        words_and_characters, character_cnn, highway, token_layer, language_model, lstm, all_layers,
    )  # fmt: skip
    for number, (draw, about) in enumerate(zip(pictures, how_text.STEPS, strict=False), 1):
        draw(how.step(number, about, values))
    mixed = mix(how.step(8, how_text.MIX_STEP, values))
    join(how.step(9, how_text.JOIN_STEP, values), mixed)
    st.caption(
        "Source: Peters et al. 2018, Deep contextualized word representations, arXiv:1802.05365; the "
        "equation of the mix is its eq. 1."
    )
