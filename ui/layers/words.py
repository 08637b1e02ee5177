"""The sentences of the Layers page on its pictures, from their numbers."""

from collections.abc import Sequence

from elmo.explore.statistics import Statistic
from elmo.views.numbers import percent, short
from elmo.views.sentences import plain
from ui.layers.data import Figures, Layers
from ui.layers.source import Source


def different_vectors(source: Source, layers: Layers, distinct: Sequence[int]) -> str:
    """The sentence on the number of different vectors in the lowest and in the top layer.

    Args:
        distinct: number of different vectors in each layer.
    """
    n = len(source.points)
    first, top = distinct[0], distinct[layers.n_layers - 1]
    what = "tokens" if source.whole_text else f"uses of “{plain(source.title)}”"
    start = f"**{n:,} {what}** have {first:,} different vectors in layer 0 and {top:,} in {layers.names[layers.n_layers - 1].lower()}"
    because = (
        ": in layer 0 a spelling has one vector, in the layers above another one in every sentence."
        if first < top
        else "."
    )
    if source.whole_text or source.has_senses:
        return start + because
    return (
        start + because + " Give senses, and the page shows how well each layer tells them apart."
    )


def statistics_finding(figures: Figures, whole_text: bool) -> str:
    """The sentences on the statistics: the change of self-similarity, and the explainable variance."""
    first, last = figures.self_similarity[0], figures.self_similarity[-1]
    top = len(figures.self_similarity) - 1
    if first is None or last is None:
        return "No word of this text occurs three times or more, so there is no self-similarity."
    of = (
        f"the {last.n} words that occur three times or more" if whole_text else f"the {last.n} uses"
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
    text += (
        "A lower value means that the vectors depend more on the sentence. "
        if fell == "falls"
        else ""
    )
    explained = figures.explainable[-1]
    if explained is not None:
        text += (
            f"In layer {top} one fixed vector explains at most {percent(explained.value)} of the variance "
            f"({percent(explained.baseline)} for as many random words)."
        )
    return text


def statistic_rows(name: str, row: list[Statistic | None]) -> list[dict]:
    """The rows of a table for one statistic."""
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
