"""A word's change as an `Exploration`: what the app, a saved page and a notebook draw, and `elmo.views.read` gives back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from elmo.embedder import Elmo
from elmo.explore.change import FIGURES
from elmo.explore.group_names import Likely, letter, name_groups, typical_uses
from elmo.explore.neighbours import nearest_uses
from elmo.explore.several import Scale
from elmo.explore.similarity import cluster_order, cosine_matrix
from elmo.representation import less_the_mean
from elmo.substitutes import likely_words
from elmo.tasks.change import sentences
from elmo.tasks.change.measure import WordChange, compare
from elmo.tasks.change.senses import ReadUses, read_for_senses, several_senses
from elmo.tasks.change.sides import Drawn
from elmo.tasks.change.vectors import DEFAULT, comparable, comparable_ones
from elmo.tasks.senses.reference import stored_reference
from elmo.views.build import N_NEIGHBOURS, N_USE_WORDS, sampled
from elmo.views.exploration import (
    SIDES,
    THE_WORD,
    Exploration,
    Figure,
    GroupOnSides,
    Map,
    use_records,
)
from elmo.views.exploration import Drawn as DrawnRepresentation
from elmo.views.maps import maps_of
from elmo.views.of_model import provenance
from elmo.views.request import Family, Settings
from elmo.views.sentences import unmarked

N_TYPICAL = 3


def explore_word(
    drawn: Drawn,
    elmo: Elmo,
    *,
    first: str = DEFAULT,
    seed: int = 0,
    notes: Sequence[str] = (),
    read: ReadUses | None = None,
) -> Exploration:
    """Read a word's uses on both sides and compare them in every representation that sides can be compared by.

    Args:
        first: the representation that the pictures begin with.
        read: reads uses, if they may have been read already; None is `elmo.read_uses`.
        notes: further sentences on the uses, such as which forms were joined.

    Raises:
        InputError: fewer than `MIN_USES` uses on a side.
    """
    read = read or elmo.read_uses
    reading = read(drawn.uses)
    every = comparable_ones(len(reading.layers), reading.constants)
    vectors = {each.name: each.vectors(reading) for each in every}
    changes = {name: compare(drawn, rows, seed) for name, rows in vectors.items()}
    several = several_senses(read_for_senses(drawn, read), scale_of(elmo))
    notes = [sentences.of_senses(several, len(drawn.uses)), *notes]
    likely, made = likely_words(reading, drawn.word), provenance(elmo, seed)
    return explore_changes(changes, likely, first, made, notes)


def scale_of(elmo: Elmo) -> Scale | None:
    """The model's scale for the question of senses; None if the model was not measured on the reference words."""
    reference = stored_reference(elmo)
    return None if reference is None else reference.usable_scale


def details(drawn: Drawn, elmo: Elmo, name: str, seed: int, read: ReadUses) -> dict[str, Any]:
    """For JSON: the groups of a word's uses in one representation, and the words nearest to the word on each side.

    Returns:
        `groups`: each with its name, uses and shares on both sides (value, low, high) and typical sentences;
        `senses`: whether the uses of both sides have several senses, with the `score`; `substitutes`: for each side the nearest words, and those
        more likely there than on the other side.
    """
    reading = read(drawn.uses)
    rows = comparable(name, len(reading.layers)).vectors(reading)
    measured = compare(drawn, rows, seed)
    likely = likely_words(reading, drawn.word)
    words = group_words(measured, likely) or [""] * len(measured.shares)
    typical = typical_uses(cosine_matrix(less_the_mean(rows)), measured.groups, N_TYPICAL)
    groups = [
        {
            "name": " · ".join(filter(None, [letter(share.group), words[share.group]])),
            "only_new": share.n_old == 0,
        }
        | {
            side: {"uses": n, **dict(zip(("value", "low", "high"), figure, strict=True))}
            for side, n, figure in (
                ("old", share.n_old, share.old),
                ("new", share.n_new, share.new),
            )
        }
        | {"typical": [drawn.uses[use].text for use in typical[share.group]]}
        for share in measured.shares
    ]
    several = several_senses(read_for_senses(drawn, read), scale_of(elmo))
    score = None if np.isnan(several.score) else round(several.score, 4)
    about: dict[str, Any] = {"groups": groups, "senses": several.answer.value, "score": score}
    if likely is not None:
        sides = sentences.side_words(likely, measured.is_new)
        about["substitutes"] = {
            side: {"nearest": [w for w, _ in each.nearest], "more": [w for w, _ in each.more]}
            for side, each in zip(("old", "new"), sides, strict=True)
        }
    return about


def explore_changes(
    changes: Mapping[str, WordChange],
    likely: Likely | None,
    first: str,
    made: Mapping[str, str],
    notes: Sequence[str] = (),
) -> Exploration:
    """The exploration of what was measured of one word.

    Args:
        changes: by the representation's name, all of the same uses.
        likely: the words that could stand in each use's place.
        first: name of the representation that the pictures begin with.
        made: what the exploration says of its making; it has the seed.
        notes: further sentences on the uses.
    """
    measured = changes[first]
    drawn = measured.drawn
    members = sampled(len(drawn.uses), int(made["seed"]))
    maps = maps_of(
        [Family(THE_WORD, {name: each.vectors for name, each in changes.items()})], Settings()
    )
    words = [] if likely is None else [likely.best(i, N_USE_WORDS) for i in range(len(drawn.uses))]
    labelled = [
        replace(use, sense=drawn.names[int(is_new)])
        for use, is_new in zip(drawn.uses, measured.is_new, strict=True)
    ]
    uses, sides = use_records(labelled, words)
    said = [drawn.counts_in_words(), *notes]
    if likely is not None:
        said += sentences.of_side_words(sentences.side_words(likely, measured.is_new), drawn.names)
    return Exploration(
        drawn.word,
        uses,
        sides,
        tuple(
            _representation(name, each, likely, members, maps[THE_WORD, name], name == first)
            for name, each in changes.items()
        ),
        members,
        {THE_WORD: tuple(unmarked(text) for text in [*said, sentences.MEANINGS])},
        dict(made),
        labels_are=SIDES,
    )


def _representation(
    name: str,
    measured: WordChange,
    likely: Likely | None,
    members: np.ndarray,
    maps: dict[str, Map],
    is_first: bool,
) -> DrawnRepresentation:
    x = measured.vectors
    matrix = cosine_matrix(x[members])
    typical = typical_uses(cosine_matrix(less_the_mean(x)), measured.groups, N_TYPICAL)
    neighbours, near = nearest_uses(x, N_NEIGHBOURS if len(members) < len(x) else 0)
    figures = {}
    for figure in FIGURES:
        known = getattr(measured.change, figure)
        figures[figure] = Figure(known.value, known.low, known.high)
        figures[f"p_{figure}"] = Figure(known.p)
    said = [
        sentences.verdict(measured),
        sentences.of_figures(measured.change, name),
    ]
    return DrawnRepresentation(
        name,
        name[:1].upper() + name[1:],
        THE_WORD,
        x.shape[1],
        is_first,
        None,
        matrix[np.triu_indices(len(matrix), 1)].astype(np.float32),
        neighbours,
        near,
        cluster_order(matrix),
        measured.groups[members],
        group_words(measured, likely),
        maps,
        figures,
        None,
        tuple(unmarked(text) for text in said),
        tuple(
            GroupOnSides(
                share.n_old,
                share.n_new,
                Figure(*share.old),
                Figure(*share.new),
                tuple(typical[share.group]),
            )
            for share in measured.shares
        ),
    )


def group_words(measured: WordChange, likely: Likely | None) -> tuple[str, ...]:
    """For each group the words that could stand there and not elsewhere; empty where the model predicts no words."""
    if likely is None:
        return ()
    return tuple(", ".join(group.names) for group in name_groups(likely, measured.groups))
