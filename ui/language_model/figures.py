"""Pictures, tables and sentences of the language model's predictions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from elmo.views.numbers import percent, short, significant, whole
from elmo.views.sentences import plain
from ui.shared import charts

if TYPE_CHECKING:
    from elmo.predict import Place, Prediction, Predictions

SPECIAL = {"<S>": "⟨sentence begins⟩", "</S>": "⟨sentence ends⟩", "<UNK>": "⟨a rarer word⟩"}
"""The names on screen of special lines of a vocabulary."""

FORWARD, BACKWARD = charts.COLOURS[0], charts.COLOURS[1]


def surprisal_figure(
    words: Sequence[str], directions: dict[str, list["Prediction"]], unit: str
) -> charts.Figure:
    """The picture of surprisal along a sentence, with a line for each direction."""
    places = list(range(len(words)))
    marks = ((FORWARD, "circle", "solid"), (BACKWARD, "diamond", "dot"))
    data = [
        {
            "type": "scatter",
            "x": places,
            "y": [surprisal(prediction, unit) for prediction in row],
            "name": name,
            "mode": "lines+markers",
            "line": {"color": colour, "width": 1.5, "dash": dash},
            "marker": {"color": colour, "symbol": symbol, "size": 11},
            "customdata": [[place] for place in places],
            "hovertext": [
                charts.escape(
                    f"{word}<br>{short(surprisal(p, unit))} {unit}, rank {p.rank:,}"
                    f"<br>expected: {shown_word(p.top[0].word)} ({short(p.top[0].probability)})"
                )
                for word, p in zip(words, row, strict=True)
            ],
            "hoverinfo": "text",
            "unselected": {"marker": {"opacity": 0.55}},
        }
        for (name, row), (colour, symbol, dash) in zip(directions.items(), marks, strict=True)
    ]
    layout = {
        "xaxis": {
            "tickvals": places,
            "ticktext": [
                charts.escape(word if len(word) <= 18 else word[:17] + "…") for word in words
            ],
            "range": [-0.6, len(words) - 0.4],
            "zeroline": False,
            "showgrid": False,
            "tickangle": 0 if len(words) <= 9 else -45,
        },
        "yaxis": {
            "title": {"text": f"surprisal ({unit})"},
            "rangemode": "tozero",
            "zeroline": False,
        },
        "height": 360,
        "legend": charts.LEGEND_ABOVE,
        "clickmode": "event+select",
        "dragmode": False,
    }
    return {"data": data, "layout": layout}


def summary(predictions: "Predictions", unit: str) -> str:
    """Sentences that say what the picture of surprisal shows."""
    parts = []
    for name, row in (
        ("left", [place.forward for place in predictions.places]),
        ("right", [place.backward for place in predictions.places]),
    ):
        values = [surprisal(prediction, unit) for prediction in row]
        most = int(np.argmax(values))
        first = sum(prediction.rank == 1 for prediction in row)
        perplexity = float(np.exp(np.mean([prediction.surprisal_nats for prediction in row])))
        parts.append(
            f"From the {name}, {first} of {len(row)} words were the model's first guess; the "
            f"biggest surprise is “{plain(predictions.places[most].token)}” ({short(values[most], 1)} {unit}, "
            f"rank {row[most].rank:,}); the mean is {short(np.mean(values))} {unit} a word, "
            f"perplexity {whole(perplexity)}."
        )
    unknown = [plain(place.token) for place in predictions.places if not place.in_vocabulary]
    if unknown:
        shown = ", ".join(f"“{word}”" for word in dict.fromkeys(unknown))
        parts.append(
            f"Not in the vocabulary, so counted as “{SPECIAL['<UNK>']}”, which is not the "
            f"probability of the word itself: {shown}."
        )
    return " ".join(parts)


def table(predictions: "Predictions") -> pd.DataFrame:
    """The predictions as a table with a row for each word."""
    rows = []
    for number, place in enumerate(predictions.places, 1):
        row = {"place": number, "word": place.token, "in vocabulary": place.in_vocabulary}
        for name, prediction in (("forward", place.forward), ("backward", place.backward)):
            row |= {
                f"{name} rank": prediction.rank,
                f"{name} surprisal (nats)": round(prediction.surprisal_nats, 4),
                f"{name} surprisal (bits)": round(prediction.surprisal_bits, 4),
                f"{name} expected": shown_word(prediction.top[0].word),
                f"{name} its probability": round(prediction.top[0].probability, 4),
            }
        rows.append(row)
    return pd.DataFrame(rows)


def guesses_figure(place: "Place", prediction: "Prediction", colour: str) -> charts.Figure:
    """The picture of the most probable words as bars; the bar of the sentence's own word is striped."""
    rows = [(shown_word(guess.word), guess.probability) for guess in prediction.top]
    actual = shown_word(place.token if place.in_vocabulary else "<UNK>")
    if prediction.rank > len(rows):
        rows.append((actual, float(np.exp(-prediction.surprisal_nats))))
    names = [f"{word} " if word != actual else f"▸ {word} " for word, _ in rows]
    most = max(probability for _, probability in rows)
    bars = {
        "type": "bar",
        "x": [probability for _, probability in rows],
        "y": list(range(len(rows))),
        "orientation": "h",
        "marker": {
            "color": colour,
            "opacity": 0.9,
            "pattern": {"shape": ["/" if word == actual else "" for word, _ in rows]},
        },
        "text": [_percent(probability) for _, probability in rows],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [charts.escape(f"{word}: {short(p, 5)}") for word, p in rows],
        "hoverinfo": "text",
    }
    layout = {
        "xaxis": {
            "range": [0, most * 1.22],
            "showticklabels": False,
            "showgrid": False,
            "zeroline": False,
        },
        "yaxis": charts.bar_axis(names),
        "height": 50 + 27 * len(rows),
        "bargap": 0.3,
        "dragmode": False,
    }
    return {"data": [bars], "layout": layout}


def surprisal(prediction: "Prediction", unit: str) -> float:
    """The surprisal of a prediction in a unit, "nats" or "bits"."""
    return prediction.surprisal_nats if unit == "nats" else prediction.surprisal_bits


def shown_word(word: str) -> str:
    """The name on screen of a line of the vocabulary."""
    return SPECIAL.get(word, word)


def _percent(probability: float) -> str:
    return percent(probability, 1) if probability >= 0.001 else significant(probability)
