"""The computed sentence of each picture of a word's uses, and sentences with the word marked."""

import math
import re
from collections.abc import Sequence

from elmo.explore.anisotropy import SelfSimilarity
from elmo.explore.clusters import Clusters, Verdict
from elmo.explore.odd_uses import OddUse
from elmo.explore.senses import Agreement
from elmo.explore.similarity import LayerSeparation, Pairs
from elmo.usages import Usage
from elmo.views.numbers import chance, percent, short, whole

ONE_VECTOR = 1 - 1e-6
"""A cosine above this is that of equal vectors."""


def plain(text: object) -> str:
    """A text with its Markdown signs escaped, so that Markdown shows the text as it is."""
    text = str(text)
    for sign in "\\`*_[]<>$~#:|":
        text = text.replace(sign, "\\" + sign)
    return text


def parts(use: Usage, n_words: int | None = None) -> tuple[str, str, str]:
    """The text before the word, the word, and the text after the word, with the blanks of the written text.

    Args:
        n_words: largest number of words on each side; "…" replaces the words that are left out.
    """
    places = use.spans
    if places is None:  # the tokens are not those of the text, so they are joined by spaces
        return f"{use.left} ", use.form, f" {use.right}"
    first, last = 0, len(places) - 1
    if n_words is not None:
        first, last = max(first, use.position - n_words), min(last, use.end - 1 + n_words)
        if first and use.tokens[first].startswith(("'", "’", "n't")):  # do not cut "There's" in two
            first -= 1
    begin, end = places[use.position][0], places[use.end - 1][1]
    left = ("… " if first else "") + use.text[places[first][0] : begin]
    right = use.text[end : places[last][1]] + (" …" if last < len(places) - 1 else "")
    return left, use.text[begin:end], right


def marked(use: Usage, n_words: int | None = None) -> str:
    """The sentence with the word marked, for Markdown; at most `n_words` on each side."""
    left, word, right = parts(use, n_words)
    return f"{plain(left)}:blue-background[**{plain(word)}**]{plain(right)}"


def unmarked(markdown: str) -> str:
    """A computed sentence as plain text, without its Markdown."""
    text = re.sub(r":blue-background\[\*\*(.*?)\*\*\](?!\()", r"\1", markdown)
    text = re.sub(r"(?<!\\)\*\*", "", text)
    return re.sub(r"\\([\\`*_\[\]<>$~#:|])", r"\1", text)


def name(number: int, use: Usage) -> str:
    """The name of a use in lists: its number from 1, and its sense."""
    return f"{number + 1} {use.sense}" if use.sense else str(number + 1)


_TIE = (
    0.02  # a smaller lead in pair AUC counts as even if the best layer changes often in resamples
)


def separation(
    word: str,
    n_senses: int,
    by_layer: LayerSeparation,
    p: float,
    verdict: Verdict,
    smallest_p: float,
    names: Sequence[str] | None = None,
) -> str:
    """The layer that separates the senses best, and how certain the choice of the layer is.

    Args:
        p, verdict: result of the test of the best layer against the best layer with shuffled senses.
        smallest_p: the smallest p that these numbers of sentences can reach.
        names: names of the layers of `by_layer`; None is "layer 0", "layer 1", …
    """
    names = names or [f"layer {i}" for i in range(len(by_layer.layers))]
    if by_layer.best is None:
        return (
            f"No layer can be judged: “{plain(word)}” needs at least two senses, one of them with "
            "two sentences. Give senses under “Sentences and senses”."
        )
    layer = by_layer.layers[by_layer.best]
    numbers = (
        f"(95 % interval {short(float(by_layer.low[by_layer.best]))} to "
        f"{short(float(by_layer.high[by_layer.best]))}, {by_layer.n} sentences)"
    )
    if verdict is Verdict.TOO_FEW:
        return (
            f"**Too few sentences to tell** which layer separates the {n_senses} senses of “{plain(word)}”: with "
            f"{by_layer.n} even a perfect result would be chance in {chance(smallest_p)} of the trials. So far "
            f"{plain(names[by_layer.best])} is ahead: pair AUC {short(layer.auc)} {numbers}."
        )
    if verdict is Verdict.NOT_SEPARATED:
        return (
            f"**Not separated: no layer tells the {n_senses} senses of “{plain(word)}” apart.** The highest pair AUC is "
            f"{short(layer.auc)}, at {plain(names[by_layer.best])} {numbers}; shuffled senses do as well in {chance(p)} "
            "of the trials."
        )
    runner = _runner_up(by_layer)
    if (
        runner is not None
        and layer.auc - by_layer.layers[runner].auc < _TIE
        and by_layer.best_share < 0.75
    ):
        best = (
            f"**{_begins(names[by_layer.best])} and {plain(names[runner])} separate the {n_senses} senses of “{plain(word)}” "
            f"about equally well: pair AUC {short(layer.auc)}**"
        )
    else:
        best = (
            f"**{_begins(names[by_layer.best])} separates the {n_senses} senses of “{plain(word)}” best: pair AUC "
            f"{short(layer.auc)}**"
        )
    return (
        f"{best} {numbers}, {how_well(layer.auc)}: in {whole(100 * layer.auc)} of 100 comparisons two "
        f"uses of one sense are more alike than two of different senses. Shuffled senses do as well in "
        f"{chance(p)} of the trials, so this is not chance. {_how_sure(by_layer, names)}"
    )


def _runner_up(by_layer: LayerSeparation) -> int | None:
    others = [
        i
        for i, layer in enumerate(by_layer.layers)
        if i != by_layer.best and not math.isnan(layer.auc)
    ]
    return max(others, key=lambda i: by_layer.layers[i].auc) if others else None


def _begins(name: str) -> str:
    """A name at the beginning of a sentence."""
    return plain(name[:1].upper() + name[1:])


def _how_sure(by_layer: LayerSeparation, names: Sequence[str]) -> str:
    runner = _runner_up(by_layer)
    if runner is None or math.isnan(by_layer.best_share):
        return ""
    sure = (
        "That it is this layer is fairly certain: it is the best layer"
        if by_layer.best_share >= 0.95
        else "That it is this layer is likely, not certain: it is the best layer"
        if by_layer.best_share >= 0.75
        else "Which layer it is, is not certain: this one is the best layer"
    )
    return (
        f"{sure} in {percent(by_layer.best_share)} of the draws when sentences are drawn again, and of the other layers, {plain(names[runner])} comes "
        f"next with {short(by_layer.layers[runner].auc)}."
    )


def how_well(auc: float) -> str:
    """The overlap of the senses at a pair AUC that is not chance, in words."""
    if auc >= 0.9:
        return "almost without overlap"
    return "with much overlap" if auc < 0.75 else "with some overlap"


def odd_one(odd: OddUse | None, uses: Sequence[Usage], where: str) -> str:
    """The sentence that fits its own sense least."""
    if odd is None:
        return ""
    if min(odd.own, odd.typical) > ONE_VECTOR and not odd.other < ONE_VECTOR:
        return (
            f"By {where}, all {len(uses)} are one and the same vector, so no sentence stands out. Choose a "
            "higher layer to find the odd one."
        )
    use = uses[odd.use]
    quoted = f"sentence {odd.use + 1} (“{marked(use, 6)}”)"
    if odd.other_label is None:
        return (
            f"The odd one by {where}, the sentence least like the others, is {quoted}: its mean "
            f"similarity to them is {short(odd.own)}, theirs to each other {short(odd.typical)}."
        )
    own, other = plain(use.sense or ""), plain(odd.other_label)
    if odd.nearer_to_other:
        return (
            f"The odd one by {where} is {quoted}: labelled {own} (mean similarity {short(odd.own)}), "
            f"it is more like {other} ({short(odd.other)}). No other sentence is this much closer to a "
            "wrong sense."
        )
    return (
        f"No sentence is on the wrong side by {where}. The nearest to it is {quoted}: {short(odd.own)} to "
        f"{own}, {short(odd.other)} to {other}."
    )


def clusters(groups: Clusters, agreement: Agreement | None, where: str, by_hand: bool) -> str:
    """How well the uses fit into their groups, and how far the groups agree with the senses.

    Args:
        by_hand: True if a person chose the number of groups.
    """
    if groups.n_clusters == 1:
        return f"By {where}, the {len(groups.labels)} uses are not cut into groups."
    how = (
        f"Cut by hand into {groups.n_clusters} groups"
        if by_hand
        else (f"The best cut is {groups.n_clusters} groups")
    )
    text = (
        f"{how}, by {where}: mean silhouette {short(groups.silhouette)} (1 is groups far apart, 0 groups "
        "that touch)."
    )
    if agreement is not None and not math.isnan(agreement.adjusted_rand):
        text += (
            f" Against the given senses the adjusted Rand index is {short(agreement.adjusted_rand)} "
            "(1 is the same groups, 0 is chance)."
        )
    return text


def labels(agreement: Agreement, where: str) -> str:
    """How well the vectors in one representation agree with the labelled senses."""
    pairs = agreement.pairs
    if not (pairs.n_same and pairs.n_different):
        return "To compare with senses, label at least two, one of them with two sentences."
    text = (
        f"By {where}, same-sense pairs have cosine {short(pairs.same)} and different-sense pairs "
        f"{short(pairs.different)} (pair AUC {short(pairs.auc)}, {pairs.n_pairs} pairs; mean silhouette "
        f"of the senses {short(agreement.silhouette)}). In {agreement.nearest_same} of {agreement.n} "
        "sentences the nearest other one has the same sense. "
    )
    if agreement.verdict is Verdict.TOO_FEW:
        return text + (
            "**Too few sentences**: even a perfect result would be chance in "
            f"{chance(agreement.smallest_p)} of the trials."
        )
    trials = f"shuffled senses do as well in {chance(agreement.p)} of the trials (p = {short(agreement.p, 3)})."
    if agreement.verdict is Verdict.SEPARATED:
        return text + f"**Separated**: {trials}"
    return text + f"**Not separated**: {trials}"


def extreme_pairs(pairs: Pairs, where: str) -> str:
    """The most and the least similar pair."""
    high, low = float(pairs.similarity[0]), float(pairs.similarity[-1])
    if low > ONE_VECTOR:
        return f"By {where}, all {len(pairs)} pairs have cosine 1: all are one and the same vector."
    return (
        f"By {where}, the most similar of {len(pairs)} pairs is {pairs.first[0] + 1} and {pairs.second[0] + 1} "
        f"(cosine {short(high)}), the least similar {pairs.first[-1] + 1} and {pairs.second[-1] + 1} ({short(low)})."
    )


def self_similarity(
    word: str, similarity: SelfSimilarity, where: str, n_pairs: int, whole: bool
) -> str:
    """The self-similarity of the uses, compared with that of random words."""
    if math.isnan(similarity.value):
        return "One use has nothing to be compared with; give at least two."
    low, high = similarity.adjusted_interval
    what = f"two sentences with “{plain(word)}”" if whole else f"two uses of “{plain(word)}”"
    start = (
        f"By {where}, {what} have cosine {short(similarity.value)} on average, two random "
        f"{'sentences' if whole else 'words'} {short(similarity.baseline or 0)} ({n_pairs:,} pairs). Less that "
        f"baseline it is **{short(similarity.adjusted)}** (95 % interval {short(low)} to {short(high)}, "
        f"{similarity.n} sentences)"
    )
    if similarity.value > ONE_VECTOR:
        return (
            start
            + ": they are one and the same vector, so this layer knows nothing of the context."
        )
    if low <= 0:
        return start + ": no more alike than random ones, as far as these sentences can tell."
    return start + ": more alike than random ones."
