"""What the pictures of a word's uses show, in words: marked sentences, and the computed sentence of each picture."""

import math
import re
from collections.abc import Sequence

from elmo.explore.anisotropy import SelfSimilarity
from elmo.explore.odd_uses import OddUse
from elmo.explore.senses import Agreement, Clusters, Verdict
from elmo.explore.similarity import LayerSeparation, Pairs
from elmo.usages import Usage
from elmo.views.numbers import chance, percent, short, whole

ONE_VECTOR = 1 - 1e-6
"""A cosine above this is that of equal vectors."""


def plain(text: object) -> str:
    """A text (an error, a word that somebody typed) with nothing in it that Markdown would change."""
    text = str(text)
    for sign in "\\`*_[]<>$~#:|":
        text = text.replace(sign, "\\" + sign)
    return text


def parts(use: Usage, n_words: int | None = None) -> tuple[str, str, str]:
    """What stands before the word, the word, and what stands after it, spaced as it was written.

    Args:
        n_words: on each side at most; "…" stands where words were left out.
    """
    places = use.spans
    if places is None:  # the words are not those of the text: put spaces between them
        return f"{use.left} ", use.form, f" {use.right}"
    first, last = 0, len(places) - 1
    if n_words is not None:
        first, last = max(first, use.position - n_words), min(last, use.end - 1 + n_words)
        if first and use.tokens[first].startswith(("'", "’", "n't")):  # not within "There's"
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
    """What a use is called in lists: its number and sense."""
    return f"{number + 1} {use.sense}" if use.sense else str(number + 1)


_TIE = 0.02  # of pair AUC; a smaller lead that drawing again often turns round is called even


def separation(
    word: str,
    n_senses: int,
    found: LayerSeparation,
    p: float,
    verdict: Verdict,
    smallest_p: float,
    names: Sequence[str] | None = None,
) -> str:
    """Which layer separates the senses best, and how sure that is.

    Args:
        p, verdict: of the best layer against the best layer of shuffled senses.
        smallest_p: that these numbers of sentences can reach.
        names: of the layers of `found`; "layer 0", "layer 1", … when None.
    """
    names = names or [f"layer {i}" for i in range(len(found.layers))]
    if found.best is None:
        return (
            f"No layer can be judged: “{plain(word)}” needs at least two senses, one of them with "
            "two sentences. Give senses under “Sentences and senses”."
        )
    layer = found.layers[found.best]
    numbers = (
        f"(95 % interval {short(float(found.low[found.best]))} to "
        f"{short(float(found.high[found.best]))}, {found.n} sentences)"
    )
    if verdict is Verdict.TOO_FEW:
        return (
            f"**Too few sentences to tell** which layer separates the {n_senses} senses of “{plain(word)}”: with "
            f"{found.n} even a perfect result would be chance in {chance(smallest_p)} of the trials. So far "
            f"{plain(names[found.best])} is ahead: pair AUC {short(layer.auc)} {numbers}."
        )
    if verdict is Verdict.NOT_SEPARATED:
        return (
            f"**Not separated: no layer tells the {n_senses} senses of “{plain(word)}” apart.** The highest pair AUC is "
            f"{short(layer.auc)}, at {plain(names[found.best])} {numbers}; shuffled senses do as well in {chance(p)} "
            "of the trials."
        )
    runner = _runner_up(found)
    if (
        runner is not None
        and layer.auc - found.layers[runner].auc < _TIE
        and found.best_share < 0.75
    ):
        best = (
            f"**{_begins(names[found.best])} and {plain(names[runner])} separate the {n_senses} senses of “{plain(word)}” "
            f"about equally well: pair AUC {short(layer.auc)}**"
        )
    else:
        best = (
            f"**{_begins(names[found.best])} separates the {n_senses} senses of “{plain(word)}” best: pair AUC "
            f"{short(layer.auc)}**"
        )
    return (
        f"{best} {numbers}, {how_well(layer.auc)}: in {whole(100 * layer.auc)} of 100 comparisons two "
        f"uses of one sense are more alike than two of different senses. Shuffled senses do as well in "
        f"{chance(p)} of the trials, so this is not chance. {_how_sure(found, names)}"
    )


def _runner_up(found: LayerSeparation) -> int | None:
    others = [
        i for i, layer in enumerate(found.layers) if i != found.best and not math.isnan(layer.auc)
    ]
    return max(others, key=lambda i: found.layers[i].auc) if others else None


def _begins(name: str) -> str:
    """A name at the beginning of a sentence."""
    return plain(name[:1].upper() + name[1:])


def _how_sure(found: LayerSeparation, names: Sequence[str]) -> str:
    runner = _runner_up(found)
    if runner is None or math.isnan(found.best_share):
        return ""
    sure = (
        "That it is this layer is fairly certain: it is the best layer"
        if found.best_share >= 0.95
        else "That it is this layer is likely, not certain: it is the best layer"
        if found.best_share >= 0.75
        else "Which layer it is, is not certain: this one is the best layer"
    )
    return (
        f"{sure} in {percent(found.best_share)} of the draws when sentences are drawn again, and of the other layers, {plain(names[runner])} comes "
        f"next with {short(found.layers[runner].auc)}."
    )


def how_well(auc: float) -> str:
    """How far a pair AUC that is no chance leaves the senses overlapping."""
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


def clusters(found: Clusters, agreement: Agreement | None, where: str, by_hand: bool) -> str:
    """Whether the vectors fall into groups by themselves, and whether these are the senses."""
    n = len(found.labels)
    if found.verdict is Verdict.TOO_FEW:
        return f"**Too few sentences** to look for groups: {n}, at least 5 are needed."
    if found.verdict is Verdict.SEPARATED:
        text = (
            f"**The {n} uses fall into groups** by {where}: random data without groups splits "
            f"this well in {chance(found.p)} of trials."
        )
    else:
        text = (
            f"**Not separated**: without labels, the {n} uses do not fall into groups by {where}. "
            f"Random data without groups splits this well in {chance(found.p)} of trials."
        )
    if by_hand and found.n_clusters > 1:
        text += f" Cut by hand into {found.n_clusters} groups: mean silhouette {short(found.silhouette)}."
    elif found.n_clusters > 1:
        text += f" {found.n_clusters} groups have the highest mean silhouette, {short(found.silhouette)}."
    if agreement is not None and found.n_clusters > 1 and not math.isnan(agreement.adjusted_rand):
        text += (
            f" Against the given senses the adjusted Rand index is {short(agreement.adjusted_rand)} "
            "(1 is the same groups, 0 is chance)."
        )
    return text


def labels(agreement: Agreement, where: str) -> str:
    """How well the vectors match the given senses in the layer that is shown."""
    pairs = agreement.pairs
    if not (pairs.n_same and pairs.n_different):
        return "To compare with senses, label at least two, one of them with two sentences."
    told = (
        f"By {where}, same-sense pairs have cosine {short(pairs.same)} and different-sense pairs "
        f"{short(pairs.different)} (pair AUC {short(pairs.auc)}, {pairs.n_pairs} pairs; mean silhouette "
        f"of the senses {short(agreement.silhouette)}). In {agreement.nearest_same} of {agreement.n} "
        "sentences the nearest other one has the same sense. "
    )
    if agreement.verdict is Verdict.TOO_FEW:
        return told + (
            "**Too few sentences**: even a perfect result would be chance in "
            f"{chance(agreement.smallest_p)} of the trials."
        )
    trials = f"shuffled senses do as well in {chance(agreement.p)} of the trials (p = {short(agreement.p, 3)})."
    if agreement.verdict is Verdict.SEPARATED:
        return told + f"**Separated**: {trials}"
    return told + f"**Not separated**: {trials}"


def ranked(found: Pairs, where: str) -> str:
    """The most and the least similar pair."""
    high, low = float(found.similarity[0]), float(found.similarity[-1])
    if low > ONE_VECTOR:
        return f"By {where}, all {len(found)} pairs have cosine 1: all are one and the same vector."
    return (
        f"By {where}, the most similar of {len(found)} pairs is {found.first[0] + 1} and {found.second[0] + 1} "
        f"(cosine {short(high)}), the least similar {found.first[-1] + 1} and {found.second[-1] + 1} ({short(low)})."
    )


def self_similarity(word: str, found: SelfSimilarity, where: str, n_pairs: int, whole: bool) -> str:
    """How alike the uses are, beyond what any two words are."""
    if math.isnan(found.value):
        return "One use has nothing to be compared with; give at least two."
    low, high = found.adjusted_interval
    what = f"two sentences with “{plain(word)}”" if whole else f"two uses of “{plain(word)}”"
    start = (
        f"By {where}, {what} have cosine {short(found.value)} on average, two random "
        f"{'sentences' if whole else 'words'} {short(found.baseline or 0)} ({n_pairs:,} pairs). Less that "
        f"baseline it is **{short(found.adjusted)}** (95 % interval {short(low)} to {short(high)}, "
        f"{found.n} sentences)"
    )
    if found.value > ONE_VECTOR:
        return (
            start
            + ": they are one and the same vector, so this layer knows nothing of the context."
        )
    if low <= 0:
        return start + ": no more alike than random ones, as far as these sentences can tell."
    return start + ": more alike than random ones."
