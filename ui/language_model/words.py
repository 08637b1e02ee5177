"""The part of the page on unknown words, typos and inflections: the effect of letters, and of the context."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from elmo.errors import InputError
from elmo.explore.word_forms import Nearness, nearness
from elmo.tokenizer import tokenize
from elmo.views.numbers import percent, short
from elmo.views.sentences import plain
from ui.language_model import nearest as language_model_nearest
from ui.language_model.figures import SPECIAL
from ui.shared import charts, model, page, reproduce, share, visit

MEANT, SENTENCE = "bank", "We sat on the bank of the river and watched the boats ."
FORMS = "bnak, bamk, banl, bankk, Bank, banks, xqzv"
_MAX_FORMS = 8
_N_RANDOM = 40


def words_part(context: page.Context) -> None:
    """Show the part: the similarity of forms to a word in each layer, then one form in detail."""
    _begin()
    left, right = st.columns([1, 2])
    meant = left.text_input(
        "The word that is meant", key="lm_meant", persist_state="session", max_chars=100
    ).strip()
    sentence = right.text_input(
        "A sentence in which it stands",
        key="lm_meant_sentence",
        persist_state="session",
        max_chars=2_000,
    )
    forms = _forms(
        st.text_input(
            "Misspelt, inflected or invented forms to compare with the word (with commas between)",
            key="lm_forms",
            persist_state="session",
            max_chars=500,
        ),
        meant,
    )
    share.offer([sentence, meant, ", ".join(forms)])
    tokens = tokenize(sentence).forms
    if meant not in tokens:
        raise InputError(
            f"“{meant}” does not stand in the sentence as a word of its own; change the word or "
            "the sentence."
        )
    if not forms:
        st.info("Give at least one other form of the word.")
        return
    vocabulary = _vocabulary(context.model)
    place = tokens.index(meant)
    random_words = _random_words(context.seed, [meant, *forms], vocabulary)
    sentences = _in_place(tokens, place, [meant, *forms, *random_words])
    vectors = np.stack([v[:, place] for v in model.vectors(context.model, sentences)], axis=1)
    layers, random = np.split(vectors, [1 + len(forms)], axis=1)
    measured = nearness(layers[:, 0], layers[:, 1:], random)
    known = set(vocabulary)
    _nearness_picture(measured, meant, forms, known)
    reproduce.button(
        page="Language model: words never seen",
        model_name=context.model,
        sentences=sentences,
        settings={"place": place, "n_forms": len(forms), "seed": context.seed},
        recipe=recipe,
        name="word-forms",
    )
    if st.session_state.get("lm_form", 0) >= len(forms):
        del st.session_state["lm_form"]
    chosen = st.pills(
        "Look closer at",
        range(len(forms)),
        format_func=lambda i: plain(forms[i]),
        default=0,
        required=True,
        key="lm_form",
    )
    letters, uses = st.columns(2, gap="large")
    with letters:
        language_model_nearest.by_letters(context.model, forms[chosen], vocabulary)
    with uses:
        language_model_nearest.uses(context.model, forms[chosen], layers[:, 1 + chosen])


def _begin() -> None:
    """Set the inputs of a first visit: those of the link, or the example."""
    shared = share.sentences() or []
    first = shared if len(shared) == 3 else [SENTENCE, MEANT, FORMS]
    for key, value in zip(("lm_meant_sentence", "lm_meant", "lm_forms"), first, strict=True):
        visit.start_with(key, value)


def _forms(text: str, meant: str) -> list[str]:
    forms = [form for part in text.split(",") if (form := part.strip()) and form != meant]
    forms = list(dict.fromkeys(forms))
    if len(forms) > _MAX_FORMS:
        raise InputError(f"{len(forms)} forms, at most {_MAX_FORMS} are drawn at once.")
    for form in forms:
        if any(character.isspace() for character in form):
            raise InputError(f"“{form}” is more than one word; put commas between the forms.")
    return forms


def _random_words(seed: int, words: Sequence[str], vocabulary: Sequence[str]) -> list[str]:
    """A random sample of the 20,000 most frequent words of the vocabulary, without the compared words."""
    letters = [word for word in vocabulary[:20_000] if word.isalpha() and word not in words]
    if len(letters) < 2:
        raise InputError("this model's vocabulary has too few words to compare with.")
    rng = np.random.default_rng(seed)
    return [str(word) for word in rng.choice(letters, min(_N_RANDOM, len(letters)), False)]


def _in_place(
    tokens: Sequence[str], place: int, words: Sequence[str]
) -> tuple[tuple[str, ...], ...]:
    """The sentence once for each word, with the word at the given place."""
    return tuple((*tokens[:place], word, *tokens[place + 1 :]) for word in words)


def recipe(vectors, settings):
    """The numbers of the picture, from the vectors of all words of all sentences."""
    import numpy as np

    from elmo.explore.word_forms import nearness

    place, n = settings["place"], 1 + settings["n_forms"]
    layers = np.stack([sentence[:, place] for sentence in vectors], axis=1)
    measured = nearness(layers[:, 0], layers[:, 1:n], layers[:, n:])
    return {"cosine": measured.cosine, "random": measured.random, "closed": measured.closed}


def _vocabulary(name: str) -> tuple[str, ...]:
    """The words of the model's vocabulary, or of the bundled model's for a model without a vocabulary."""
    entry = model.entry(name)
    if entry.vocab_file is None:
        entry = model.entry("bundled")
        st.caption("This model came without a vocabulary; the words are the bundled model's.")
    if entry.vocab_file is None:
        raise InputError("no model here has a vocabulary; train one, or choose another model.")
    return _read_words(str(entry.vocab_file), entry.vocab_file.stat().st_mtime_ns)


@st.cache_data(max_entries=4, show_spinner=False)
def _read_words(path: str, modified: int) -> tuple[str, ...]:
    from elmo.model.softmax import read_vocabulary

    return tuple(w for w in read_vocabulary(path) if w not in SPECIAL and w != "<S> or </S>")


def _nearness_picture(
    measured: Nearness, meant: str, forms: Sequence[str], known: set[str]
) -> None:
    charts.show(
        nearness_figure(measured, forms),
        key="lm_nearness",
        name="word-forms",
        alt=f"Cosine of {len(forms)} forms with “{meant}” in the same place, by layer. "
        + summary(measured, meant, forms, known),
    )
    page.finding(summary(measured, meant, forms, known))
    rows = [
        {
            "form": form,
            "in vocabulary": form in known,
            "layer": layer,
            "cosine": round(float(measured.cosine[layer, i]), 4),
            "random words, mean": round(float(measured.random[layer]), 4),
            "random words, 5 %": round(float(measured.random_low[layer]), 4),
            "random words, 95 %": round(float(measured.random_high[layer]), 4),
            "share closed": round(float(measured.closed[layer, i]), 4),
        }
        for i, form in enumerate(forms)
        for layer in range(len(measured.random))
    ]
    page.table(pd.DataFrame(rows), "word-forms")
    with st.expander("How to read this"):
        st.markdown(
            "Layer 0 is the character CNN, which reads the letters and not the sentence: there two words "
            "are as similar as their spellings. In the layers above, all words in one place share "
            "their context, so all are somewhat similar: 90 of 100 random words in the same place lie "
            "in the grey band. The distance of a line **above the band** shows what the model knows "
            "of the form. “Share closed” measures this: 0 % is as near as a random word, 100 % is the "
            "same vector as the word that is meant."
        )


def nearness_figure(measured: Nearness, forms: Sequence[str]) -> charts.Figure:
    """The picture with a line over the layers for each form, and a band for random words."""
    layers = list(range(len(measured.random)))
    band = {
        "type": "scatter",
        "x": [*layers, *layers[::-1]],
        "y": np.concatenate([measured.random_high, measured.random_low[::-1]]),
        "fill": "toself",
        "fillcolor": "rgba(128, 128, 128, 0.25)",
        "mode": "lines",
        "line": {"width": 0},
        "name": "90 of 100 random words",
        "hoverinfo": "skip",
    }
    lines = [
        {
            "type": "scatter",
            "x": layers,
            "y": measured.cosine[:, i],
            "name": charts.escape(form),
            "mode": "lines+markers",
            "line": {"color": charts.colour(i), "width": 2},
            "marker": {"symbol": charts.symbol(i), "size": 11},
            "hovertext": [
                charts.escape(
                    f"{form}, layer {layer}<br>cosine {short(measured.cosine[layer, i])}, random "
                    f"{short(measured.random[layer])}<br>{percent(measured.closed[layer, i])} closed"
                )
                for layer in layers
            ],
            "hoverinfo": "text",
        }
        for i, form in enumerate(forms)
    ]
    layout = {
        "xaxis": {
            "tickvals": layers,
            "ticktext": [f"layer {layer}" for layer in layers],
            "zeroline": False,
        },
        "yaxis": {"title": {"text": "cosine with the word that is meant"}, "zeroline": False},
        "height": 420,
        "legend": charts.LEGEND_ABOVE,
        "dragmode": False,
    }
    return {"data": [band, *lines], "layout": layout}


def summary(measured: Nearness, meant: str, forms: Sequence[str], known: set[str]) -> str:
    """Sentences that say what the picture shows: on the first form, then on the nearest and the farthest."""
    top = len(measured.random) - 1
    closed = measured.closed
    form = plain(forms[0])
    change = closed[top, 0] - closed[0, 0]
    side = "closer to" if change > 0 else "further from"
    effect = (
        f"brings it {percent(abs(change))} {side}" if abs(change) > 0.02 else "keeps it as close to"
    )
    text = (
        f"“{form}” is {'' if forms[0] in known else 'not '}in the vocabulary. By its letters (layer "
        f"0) its cosine with “{plain(meant)}” is {short(measured.cosine[0, 0])}, a random word's "
        f"{short(measured.random[0])}; in this sentence, at layer {top}, {short(measured.cosine[top, 0])} "
        f"against {short(measured.random[top])}. So letters alone close {percent(closed[0, 0])} of the way "
        f"from a random word to “{plain(meant)}”, and layer {top} {percent(closed[top, 0])}: context "
        f"{effect} “{plain(meant)}”."
    )
    if len(forms) > 1:
        best, worst = int(np.argmax(closed[top])), int(np.argmin(closed[top]))
        text += (
            f" Nearest at layer {top} is “{plain(forms[best])}” ({percent(closed[top, best])}), "
            f"farthest “{plain(forms[worst])}” ({percent(closed[top, worst])})."
        )
    return text
