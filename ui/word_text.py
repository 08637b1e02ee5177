"""Word in context, in words: marked sentences, and the sentence that each picture says."""

import math
from collections.abc import Sequence

from elmo.explore.anisotropy import SelfSimilarity
from elmo.explore.senses import ALPHA, Agreement, Clusters, OddOne, Verdict
from elmo.explore.similarity import LayerSeparation
from elmo.usages import Usage


def short(value: float, digits: int = 2) -> str:
    """A number between -1 and 1 as papers print it: .71, -.05, 1.00; "–" where there is none."""
    if math.isnan(value):
        return "–"
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if abs(float(text)) < 1 else text


def plain(text: str) -> str:
    """A person's text with nothing in it that Markdown would change."""
    for sign in "\\`*_[]<>$~#:|":
        text = text.replace(sign, "\\" + sign)
    return text


def marked(use: Usage, n_words: int | None = None) -> str:
    """The sentence with the word marked, for Markdown; at most `n_words` on each side."""
    from elmo.explore.concordance import line

    left, word, right = line(use, n_words)
    return f"{plain(left)} :blue-background[**{plain(word)}**] {plain(right)}".strip()


def name(number: int, use: Usage) -> str:
    """What a use is called in lists: its number and sense."""
    return f"{number + 1} {use.sense}" if use.sense else str(number + 1)


def chance(p: float) -> str:
    """A p-value as a share of trials."""
    return "under 0.1%" if p < 0.001 else f"{p:.1%}" if p < 0.1 else f"{p:.0%}"


def separation(word: str, found: LayerSeparation, agreements: Sequence[Agreement], n_senses: int) -> str:
    """Which layer separates the senses best, and how sure that is."""
    if found.best is None:
        return (
            f"No layer can be judged: “{plain(word)}” needs at least two senses, one of them with "
            "two sentences. Give senses under “Sentences and senses”."
        )
    best, test = found.best, agreements[found.best]
    layer = found.layers[best]
    runner = _runner_up(found)
    verdict = {
        Verdict.SEPARATED: f"Shuffled senses do as well in {chance(test.p)} of the trials, so the "
        f"senses are separated there{_how_well(layer.auc)}.",
        Verdict.NOT_SEPARATED: f"But shuffled senses do as well in {chance(test.p)} of the trials: the "
        "senses are **not separated** in any layer that far from chance.",
        Verdict.TOO_FEW: f"There are **too few sentences** to tell: with {test.n} even a perfect "
        f"result could be chance ({chance(test.smallest_p)} of the trials).",
    }[test.verdict]
    return (
        f"**Layer {best} separates the {n_senses} senses of “{plain(word)}” best: pair AUC "
        f"{short(layer.auc)}** (95% interval {short(float(found.low[best]))} to "
        f"{short(float(found.high[best]))}, {found.n} sentences). {_how_sure(found, runner)} {verdict}"
    )


def _runner_up(found: LayerSeparation) -> int | None:
    others = [
        i for i, layer in enumerate(found.layers) if i != found.best and not math.isnan(layer.auc)
    ]
    return max(others, key=lambda i: found.layers[i].auc) if others else None


def _how_sure(found: LayerSeparation, runner: int | None) -> str:
    share = found.best_share
    if runner is None or math.isnan(share):
        return ""
    second = f"layer {runner} with {short(found.layers[runner].auc)}"
    if share >= 0.95:
        sure = f"This is fairly certain: it is the best layer in {share:.0%}"
    elif share >= 0.75:
        sure = f"This is likely, not certain: it is the best layer in {share:.0%}"
    else:
        sure = f"This is not certain: it is the best layer in only {share:.0%}"
    return f"{sure} of the draws when sentences are drawn again; next is {second}."


def _how_well(auc: float) -> str:
    if auc >= 0.9:
        return ", almost without overlap"
    return ", but they overlap" if auc >= 0.7 else ", but only a little"


def odd_one(odd: OddOne | None, uses: Sequence[Usage], where: str) -> str:
    """The sentence that fits its own sense least."""
    if odd is None:
        return ""
    use = uses[odd.use]
    quoted = f"sentence {odd.use + 1} (“{marked(use, 6)}”)"
    if odd.other_label is None:
        return (
            f"The odd one at {where} is {quoted}: its mean similarity to the others is "
            f"{short(odd.own)}, theirs {short(odd.typical)}."
        )
    own, other = plain(use.sense or ""), plain(odd.other_label)
    if odd.nearer_to_other:
        return (
            f"The odd one at {where} is {quoted}: labelled {own} (mean similarity {short(odd.own)}), "
            f"it is more like {other} ({short(odd.other)})."
        )
    return (
        f"No sentence is on the wrong side at {where}. The nearest to it is {quoted}: {short(odd.own)} to "
        f"{own}, {short(odd.other)} to {other}."
    )


def clusters(found: Clusters, agreement: Agreement | None, where: str, by_hand: bool) -> str:
    """Whether the vectors fall into groups by themselves, and whether these are the senses."""
    n = len(found.labels)
    if found.verdict is Verdict.TOO_FEW:
        return f"**Too few sentences** to look for groups: {n}, at least 5 are needed."
    if found.verdict is Verdict.SEPARATED:
        text = (
            f"**The {n} uses fall into groups** at {where}: one cloud without groups falls as well "
            f"apart in {chance(found.p)} of the trials."
        )
    else:
        text = (
            f"**Not separated**: without labels, the {n} uses do not fall into groups at {where}. One "
            f"cloud without groups falls as well apart in {chance(found.p)} of the trials."
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
        f"At {where}, same-sense pairs have cosine {short(pairs.same)} and different-sense pairs "
        f"{short(pairs.different)} (pair AUC {short(pairs.auc)}, {pairs.n_pairs} pairs; mean silhouette "
        f"of the senses {short(agreement.silhouette)}). In {agreement.nearest_same} of {agreement.n} "
        "sentences the nearest other one has the same sense. "
    )
    if agreement.verdict is Verdict.TOO_FEW:
        return told + (
            "**Too few sentences**: even a perfect result would be chance in "
            f"{chance(agreement.smallest_p)} of the trials."
        )
    trials = f"shuffled senses do as well in {chance(agreement.p)} of the trials (p = {agreement.p:.3f})."
    if agreement.verdict is Verdict.SEPARATED:
        return told + f"**Separated**: {trials}"
    return told + f"**Not separated**: {trials}"


def self_similarity(word: str, found: Sequence[SelfSimilarity]) -> str:
    """How alike the uses are, beyond what any two words are."""
    first, last = found[0], found[-1]
    if math.isnan(last.value):
        return "One use has nothing to be compared with; give at least two."
    low, high = last.adjusted_interval
    start = (
        f"At layer {len(found) - 1} two uses of “{plain(word)}” have cosine {short(last.value)} on "
        f"average, two random words {short(last.baseline or 0)}. Less that baseline it is "
        f"**{short(last.adjusted)}** (95% interval {short(low)} to {short(high)}, {last.n} sentences)"
    )
    if low <= 0:
        return start + ": no more alike than random words, as far as these sentences can tell."
    if first.value > 0.999:
        return start + "; at layer 0 it knows no context, and all uses of one form are the same vector."
    return start + "."


def is_clear(p: float) -> bool:
    """Whether a p-value is taken to rule chance out."""
    return p <= ALPHA
