"""The answers at the top of a word's pictures, in words: with labels, and without."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from elmo.explore.clusters import Clusters, Verdict
from elmo.explore.doubts import LabelPair, Spelling
from elmo.explore.group_names import GroupName
from elmo.explore.senses import Agreement
from elmo.explore.several import FEWEST_USES, Answer, Scale, Several
from elmo.explore.similarity import PairAuc
from elmo.representation import in_words
from elmo.views.numbers import chance, percent, short, whole
from elmo.views.sentences import how_well, plain, unmarked


class Measured(Protocol):
    """A model's figures on its reference words (`elmo.tasks.senses.reference.Reference`)."""

    @property
    def n_words(self) -> int:
        """Number of reference words."""
        ...

    @property
    def pair_auc(self) -> Mapping[str, float]:
        """Mean pair AUC over the words, by the representation's name."""
        ...

    @property
    def scale(self) -> Scale:
        """The scale of the question whether uses have several senses."""
        ...

    @property
    def is_weak(self) -> bool:
        """True if no representation separates the senses."""
        ...

    def best(self, centred: bool | None = None) -> str:
        """The name of the best representation."""
        ...

    def sentence(self, name: str) -> str:
        """The pair AUC of a representation in words."""
        ...


BASELINE = "words around"

_LEADS = {
    Answer.SEVERAL: "several senses",
    Answer.RATHER_SEVERAL: "rather several senses than one",
    Answer.RATHER_ONE: "rather one sense than several",
    Answer.ONE: "one sense",
    Answer.TOO_FEW: "cannot tell",
    Answer.UNKNOWN: "cannot tell",
    Answer.OTHER_WORDS: "cannot tell",
}


def without_labels(
    several: Several,
    clusters: Clusters,
    compared_by: str,
    reference: Measured | None,
    names: Sequence[GroupName] = (),
) -> str:
    """Whether the uses have one sense or several, how certain this is, and the best cut into groups.

    Args:
        several: the answer.
        clusters: groups of the uses, without a number chosen by a person.
        compared_by: name for people of the representation of the groups.
        names: names of the groups.
    """
    if reference is not None and reference.is_weak:
        best = reference.best()
        text = (
            f"**cannot tell.** This model hardly sees senses: at its best it tells apart "
            f"{percent(reference.pair_auc[best])} of pairs on {reference.n_words} reference words (50 % is chance)."
        )
    else:
        text = one_or_several(several, len(clusters.labels))
    by = plain(compared_by)
    if clusters.n_clusters > 1:
        shown = "; ".join(plain(each) for each in names) or f"{clusters.n_clusters} groups"
        text += f" The best cut into groups, by {by}: {shown}. A group may be finer than a sense."
    elif len(clusters.labels) > 2:
        text += f" Compared by {by}, all are one and the same vector; choose a higher layer to see groups."
    return f"**Without your labels: {text.removeprefix('**')}"


def one_or_several(several: Several, n: int) -> str:
    """Whether n uses have one sense or several, and how certain this is; the answer is bold.

    Args:
        several: the answer.
    """
    lead = f"**{_LEADS[several.answer]}"
    if several.answer is Answer.TOO_FEW:
        return (
            f"{lead}** whether the {n} uses have one sense or several: at least {FEWEST_USES} are needed, best twenty "
            "or more."
        )
    if several.answer is Answer.UNKNOWN:
        return (
            f"{lead}** whether the {n} uses have one sense or several: the uses are one vector, or the model was not "
            "measured on the reference words."
        )
    if several.answer is Answer.OTHER_WORDS:
        return (
            f"{lead}** whether the {n} uses have one sense or several: this model has learned only "
            f"{percent(several.known)} of the words in these sentences. Use a model of their language."
        )
    counts = (several.several_as_high, several.one_as_high)
    how = "as varied"
    if several.answer in (Answer.ONE, Answer.RATHER_ONE):
        counts = (several.n_several - counts[0], several.n_one - counts[1])
        how = "less varied"
    as_varied = (
        f"{counts[0] or 'none'} of {several.n_several} with several senses and "
        f"{counts[1] or 'none'} of {several.n_one} with one are {how}"
    )
    text = (
        f"{lead}**, as far as this model sees. Of its reference words, {as_varied} (score "
        f"{short(several.score)}; 0 is the mean of the words with one sense, 1 that of the others)."
    )
    return text + _CERTAINTY[several.answer]


_CERTAINTY = {
    Answer.SEVERAL: " Of words with one sense in long texts, about one in ten looks like this.",
    Answer.RATHER_SEVERAL: (
        " This is not certain: in long texts, with many names and topics, uses of one sense often look like this."
    ),
    Answer.RATHER_ONE: " This is not certain: more uses can show more senses.",
    Answer.ONE: " A sense that few of the uses have can be missed.",
}


def with_labels(
    n_senses: int,
    pairs: PairAuc,
    interval: tuple[float, float],
    test: Agreement,
    compared_by: str,
    several: Answer,
) -> str:
    """Whether the vectors separate the labels, and how well.

    Args:
        n_senses: number of different labels.
        pairs, interval, test: figures of the representation on screen.
        compared_by: name of this representation for people.
        several: the answer without labels.
    """
    start = "**With your labels: "
    if not n_senses:
        return (
            f"{start}none are given.** Give senses under “Sentences and senses”, and this line says how well "
            "they are told apart."
        )
    if math.isnan(pairs.auc):
        return (
            f"{start}cannot tell.** At least two senses are needed, one of them with two sentences; give "
            "them under “Sentences and senses”."
        )
    low, high = interval
    numbers = f"pair AUC {short(pairs.auc)} (95 % interval {short(low)} to {short(high)}, {test.n} sentences)"
    by = f"compared by {plain(compared_by)}"
    trials = f"shuffled labels do as well in {chance(test.p)} of trials"
    if test.verdict is Verdict.TOO_FEW:
        text = (
            f"{start}cannot tell.** Too few sentences: with {test.n} even a perfect result would be chance in "
            f"{chance(test.smallest_p)} of trials. So far, {by}: {numbers}."
        )
    elif test.verdict is Verdict.SEPARATED:
        text = f"{start}the {n_senses} senses are told apart** {how_well(pairs.auc)}, {by}: {numbers}; {trials}."
        if several in (Answer.ONE, Answer.RATHER_ONE):
            text += (
                " The answer without labels does not see this: the uses are not more varied than those of a word with "
                "one sense, but uses with the same label are more similar."
            )
    else:
        text = f"{start}the {n_senses} senses are not told apart**, {by}: {numbers}; {trials}."
    return text


def name_of_best(name: str) -> str:
    """The name of a representation, in the sentence on the best of all."""
    return f"{name} (without any LSTM)" if name == BASELINE else name


def lead_and_rest(markdown: str) -> tuple[str, str]:
    """An answer as plain text: its bold beginning, and the rest."""
    match = re.fullmatch(r"\*\*(.*?)\*\*(.*)", markdown, re.S)
    assert match is not None, markdown
    return unmarked(match[1]), unmarked(match[2])


def best_of_all(
    name: str, n_ways: int, auc: float, interval: tuple[float, float], p: float, is_shown: bool
) -> str:
    """The best of several representations, and whether the choice among many may explain its figure.

    Args:
        name: name of the representation for people.
        p: share of trials in which the best representation does as well with shuffled labels.
        is_shown: True if the best representation is on screen.
    """
    if is_shown:
        return f"This is also the best of {n_ways} ways to compare, for these sentences."
    low, high = interval
    luck = (
        ""
        if p <= 0.05
        else f"; the best of {n_ways} does as well for shuffled labels in {chance(p)} of trials"
    )
    return (
        f"Best of {n_ways} ways to compare, for these sentences: {plain(name)}, {short(auc)} "
        f"({short(low)} to {short(high)}){luck}."
    )


def on_reference_words(reference: Measured, name: str, can_centre: bool) -> str:
    """The figure of a representation on the model's reference words, and the best representation there.

    Args:
        can_centre: True if there are enough uses to subtract their mean.
    """
    text = reference.sentence(name)
    best = reference.best(None if can_centre else False)
    if name in reference.pair_auc and name != best:
        text += f". Best there: {in_words(best)}, {percent(reference.pair_auc[best])}"
    return f"{text[:1].upper()}{text[1:]}."


def doubts(
    pairs: Sequence[LabelPair],
    written_alike: Sequence[tuple[str, str]],
    spellings: Sequence[Spelling],
) -> list[str]:
    """A warning for each reason to doubt the labels or the groups."""
    warnings = [
        f"The labels “{plain(first)}” and “{plain(second)}” differ in letter case or spaces alone; are they one?"
        for first, second in written_alike
    ]
    warnings += [
        f"The labels “{plain(pair.first)}” and “{plain(pair.second)}” may be one sense, or this model does not see "
        f"the difference: pair AUC {short(pair.auc)} among their {pair.n} sentences, and shuffled labels "
        f"do as well in {chance(pair.p)} of trials."
        for pair in pairs
    ]
    for spelling in spellings:
        forms = ", ".join(f"“{plain(form)}”" for form in spelling.forms[:6])
        if spelling.decides:
            warnings.append(
                f"Spelling decides here ({spelling.kind}: {forms}): uses that are spelled alike are more alike "
                f"than others in {whole(100 * spelling.auc)} of 100 comparisons{_labels_less(spelling)}. "
                "“Around the word” does not read the word itself."
            )
        elif spelling.goes_with_labels:
            warnings.append(
                f"Your labels go with the spelling ({spelling.kind}: {forms}), so that one can be taken for the "
                "other. “Around the word” does not read the word itself."
            )
        elif spelling.goes_with_groups:
            warnings.append(
                f"The groups found without labels are those of the spelling ({spelling.kind}: {forms})."
            )
    return warnings


def _labels_less(spelling: Spelling) -> str:
    """The clause that compares the spelling with the labels; empty without labels."""
    if math.isnan(spelling.labels_auc):
        return ""
    return f", uses with one label in {whole(100 * spelling.labels_auc)}"
