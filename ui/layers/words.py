"""What the Layers page says about its pictures, computed from their numbers; no Streamlit here."""

from collections.abc import Sequence
from html import escape

from elmo.explore.neighbours import Kept
from elmo.explore.projection import MIN_UMAP_POINTS, Picture
from elmo.explore.senses import Agreement, Verdict
from elmo.explore.statistics import Statistic
from elmo.views import sentences as word_text
from elmo.views.numbers import percent, short
from elmo.views.sentences import plain
from ui.layers.data import Figures, Layers, Verdicts
from ui.layers.source import Source
from ui.shared import charts

TRUST = (
    (0.75, "close to the truth"),
    (0.5, "a fair sketch"),
    (0.25, "a rough sketch"),
    (-1.0, "not to be read closely"),
)
"""From which share of neighbours kept (beyond chance) a picture is called what."""


def trust(kept: Kept | None) -> str:
    """A plain word for how far a picture can be trusted."""
    if kept is None:
        return "too few different dots to judge"
    return next(word for least, word in TRUST if kept.beyond_chance >= least)


def trust_line(picture: Picture) -> str:
    """The number on a picture, and the word for it."""
    kept = picture.kept
    if kept is None:
        return (
            "All dots have the same vector, so there are no neighbours to judge."
            if picture.n_distinct == 1
            else "Too few different dots to judge."
        )
    return f"The map is **{trust(kept)}**: it keeps {percent(kept.share)} of true neighbours."


def trust_help(picture: Picture) -> str:
    """How the number came about."""
    kept = picture.kept
    if kept is None:
        return "With fewer than four different vectors there are no neighbourhoods to compare."
    return (
        f"Each dot's {kept.k} true nearest neighbours (by cosine, in all dimensions) against its "
        f"{kept.k} nearest on the map: {percent(kept.share)} are the same; a shuffled map would keep "
        f"{percent(kept.chance)}. Trustworthiness {short(kept.trustworthiness)} (1 is best): how rarely "
        "strangers stand close. “Close to the truth” is 75 % or more beyond chance, “a fair sketch” "
        "50 %, “a rough sketch” 25 %."
    )


def method_line(picture: Picture, wanted: str) -> str | None:
    """What must be said of how a picture was made; None when it is what was asked for."""
    if wanted == "UMAP" and picture.method == "PCA" and picture.n_distinct < MIN_UMAP_POINTS:
        return f"Drawn by PCA: UMAP needs {MIN_UMAP_POINTS} different vectors, here are {picture.n_distinct}."
    return None


def verdict_line(agreement: Agreement) -> str:
    """Whether this layer tells the senses apart."""
    auc = agreement.pairs.auc
    if agreement.verdict is Verdict.TOO_FEW:
        return f"Senses: **too few sentences** to tell (pair AUC {word_text.short(auc)})."
    word = "told apart" if agreement.verdict is Verdict.SEPARATED else "not told apart"
    return f"Senses **{word}** · pair AUC {word_text.short(auc)}"


VERDICT_HELP = (
    "Pair AUC: the chance that two uses of one sense are more alike than two uses of different "
    "senses; 1 is perfect, .5 is none. “Told apart” means that with the senses shuffled among the "
    "sentences, so high a value comes up in 5 % of trials or fewer. It is measured on the vectors, "
    "not on the map."
)


def same_dots(picture: Picture, n: int) -> str | None:
    """What to write on a map whose dots fall on each other."""
    if picture.n_distinct == 1:
        return f"all {n:,} are one vector"
    if picture.n_distinct < n:
        return f"{n:,} dots on {picture.n_distinct:,} places"
    return None


_SIGNS = {
    "circle": "●",
    "diamond": "◆",
    "square": "■",
    "triangle-up": "▲",
    "cross": "✚",
    "star": "★",
    "triangle-down": "▼",
    "x": "✖",
}


def legend_html(groups: Sequence[str | None], others: str = "other words") -> str:
    """The groups with their colours and shapes, in the order of their numbers."""
    parts = []
    for number, group in enumerate(groups):
        colour = "#8C8C8C" if group in (None, others) else charts.colour(number)
        name = escape("no label" if group is None else group)
        sign = _SIGNS[charts.symbol(number)]
        parts.append(
            f'<span><span style="color:{colour}" aria-hidden="true">{sign}</span> {name}</span>'
        )
    style = "display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;font-size:.95rem"
    return f'<div style="{style}">{"".join(parts)}</div>'


def main_finding(
    source: Source, layers: Layers, pictures: list[Picture], found: Verdicts | None
) -> str:
    """The sentence under the row of maps; where there are senses, as on Word in context."""
    if found is None:
        return _without_senses(source, layers, pictures)
    n_senses = len({use.sense for use in source.points} - {None})
    told = word_text.separation(
        source.title,
        n_senses,
        found.layers.layers,
        found.layers.p,
        found.layers.verdict,
        found.tests[0].smallest_p,
    )
    if found.best is None:
        return told
    mix = f"{layers.names[-1]}: {word_text.short(found.tests[-1].pairs.auc)}."
    odd = word_text.odd_one(found.odd, source.points, f"layer {found.best}")
    return "\n\n".join(filter(None, [f"{told} {mix}", odd]))


def _without_senses(source: Source, layers: Layers, pictures: list[Picture]) -> str:
    n = len(source.points)
    first, top = pictures[0], pictures[layers.n_layers - 1]
    what = "tokens" if source.whole_text else f"uses of “{plain(source.title)}”"
    start = f"**{n:,} {what}** have {first.n_distinct:,} different vectors in layer 0 and {top.n_distinct:,} in {layers.names[layers.n_layers - 1].lower()}"
    because = (
        ": the same spelling has one vector in layer 0, and another in every sentence above it."
        if first.n_distinct < top.n_distinct
        else "."
    )
    if source.whole_text or source.has_senses:
        return start + because
    return (
        start + because + " Give senses, and this page says how well each layer tells them apart."
    )


def movers_finding(
    source: Source, before: str, after: str, movers: list[int], moved, shared
) -> str:
    """What moved between two pictures.

    Args:
        movers: the points that moved most, the furthest first.
        shared: of these points (and maybe more), the share of nearest neighbours that stayed.
    """
    if not movers:
        return "No dot moved."
    names = ", ".join(f"{i + 1} (“{short_text(around(source, i), 40)}”)" for i in movers[:3])
    text = (
        f"**From {before.lower()} to {after.lower()}** the dots move {short(moved.mean())} on average "
        f"(the maps have radius 1). Furthest: {names}."
    )
    if shared is None:
        return f"{text} In {before.lower()} many vectors are equal, so there are no nearest to compare."
    kept = float(shared[: len(movers)].mean())
    return (
        f"{text} Of the nearest neighbours of the {len(movers)} that moved furthest, {percent(kept)} stay the same, "
        "measured on the vectors."
    )


def around(source: Source, point: int, words: int = 3) -> str:
    """The word of a point with a few words on each side."""
    use = source.points[point]
    return "".join(word_text.parts(use, words))


def selection_counts(source: Source, selected: list[int]) -> str:
    """How many points are selected, by sense or by word."""
    labels = [
        source.points[i].form.casefold() if source.whole_text else source.points[i].sense
        for i in selected
    ]
    counts = {label: labels.count(label) for label in dict.fromkeys(labels)}
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    shown = ", ".join(f"{count} × {label or 'no label'}" for label, count in ordered[:6])
    more = f", and {len(ordered) - 6} more" if len(ordered) > 6 else ""
    return f"**{len(selected)} of {len(source.points):,} selected**: {shown}{more}"


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
        f"{word_text.short(first.above)} in layer 0 to {word_text.short(last.above)} in layer {top}.** "
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


def short_text(text: str, length: int) -> str:
    """A text cut at a word, with … where it was cut; signs that Markdown reads are made plain."""
    if len(text) > length:
        text = text[:length].rsplit(" ", 1)[0] + " …"
    return plain(text)
