"""What the Layers page says about its pictures, computed from their numbers; no Streamlit here."""

from collections.abc import Sequence

from elmo.explore.statistics import Statistic
from elmo.views.numbers import percent, short
from elmo.views.sentences import plain
from ui.layers.data import Figures, Layers
from ui.layers.source import Source


def different_vectors(source: Source, layers: Layers, distinct: Sequence[int]) -> str:
    """How many different vectors the points have in the lowest and in the top layer.

    Args:
        distinct: different vectors in each layer.
    """
    n = len(source.points)
    first, top = distinct[0], distinct[layers.n_layers - 1]
    what = "tokens" if source.whole_text else f"uses of “{plain(source.title)}”"
    start = f"**{n:,} {what}** have {first:,} different vectors in layer 0 and {top:,} in {layers.names[layers.n_layers - 1].lower()}"
    because = (
        ": the same spelling has one vector in layer 0, and another in every sentence above it."
        if first < top
        else "."
    )
    if source.whole_text or source.has_senses:
        return start + because
    return (
        start + because + " Give senses, and this page says how well each layer tells them apart."
    )


def statistics_finding(found: Figures, whole_text: bool) -> str:
    """What the three statistics say about context, from the lowest to the top layer."""
    first, last = found.self_similarity[0], found.self_similarity[-1]
    top = len(found.self_similarity) - 1
    if first is None or last is None:
        return "No word of this text stands three times or more, so there is no self-similarity."
    of = (
        f"the {last.n} words that stand three times or more" if whole_text else f"the {last.n} uses"
    )
    fell = (
        "falls"
        if last.above < first.above - 0.01
        else "rises"
        if last.above > first.above + 0.01
        else "stays"
    )
    text = (
        f"**Above the baseline of random words, the self-similarity of {of} {fell} from "
        f"{short(first.above)} in layer 0 to {short(last.above)} in layer {top}.** "
    )
    text += "Lower means that the vectors depend more on the sentence. " if fell == "falls" else ""
    explained = found.explainable[-1]
    if explained is not None:
        text += (
            f"In layer {top} one fixed vector could stand for at most {percent(explained.value)} of the "
            f"variance ({percent(explained.baseline)} for as many random words)."
        )
    return text


def statistic_rows(name: str, row: list[Statistic | None]) -> list[dict]:
    """A statistic as rows of a table."""
    return [
        {
            "statistic": name,
            "layer": layer,
            "value": s.value,
            "low (95 %)": s.low,
            "high (95 %)": s.high,
            "random words": s.baseline,
            "above random": s.above,
            "n": s.n,
        }
        for layer, s in enumerate(row)
        if s is not None
    ]
