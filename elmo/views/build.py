"""`explore`: from vectors to an `Exploration` with every number and sentence that the pictures need."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.explore import anisotropy, bootstrap, doubts, mixing, senses, separation, similarity
from elmo.explore.clusters import Clusters, cluster
from elmo.explore.group_names import Likely, name_groups
from elmo.explore.neighbours import nearest_uses
from elmo.explore.odd_uses import odd_one_out
from elmo.explore.several import FEWEST_USES, Answer, Several
from elmo.limits import MAX_EXPLORATION_PAIRS_OF, MAX_EXPLORATION_USES
from elmo.representation import FEWEST_FOR_MEAN
from elmo.usages import Usage
from elmo.views import answers, sentences
from elmo.views.exploration import (
    LESS_MEAN,
    THE_WORD,
    WHOLE,
    Drawn,
    Exploration,
    Figure,
    Map,
    Mixing,
    mean_cosines,
    use_records,
)
from elmo.views.maps import maps_of
from elmo.views.request import Family, Settings, Work

_IN_WORDS = {
    THE_WORD: "",
    LESS_MEAN: ", minus the word's average",
    WHOLE: ", of whole sentences",
}
"""What is compared, after a representation's name."""

N_NEIGHBOURS = 10
N_USE_WORDS = 20  # of each use: the first five stand under its line, all explain a pair
_MANY_USES, _FEWER_RESAMPLES = 100, 200
_ROUNDING = 1e-6
"""Difference of two cosines that is less than the decimals that are compared."""


def explore(
    uses: Sequence[Usage],
    families: Sequence[Family],
    *,
    word: str = "",
    layers: Float[np.ndarray, "layers uses dim"] | None = None,
    layer_names: Sequence[str] = (),
    settings: Settings | None = None,
    work: Work | None = None,
) -> Exploration:
    """The exploration of some uses.

    Args:
        families: the comparisons; "the word" first.
        word: the word of the uses; empty is their most frequent form.
        layers, layer_names: layers of a model, which the browser can mix, and their names in the first family.
        work: finished representations of an earlier call; new ones are added.

    Raises:
        InputError: fewer than two uses, too many uses, or a number of vectors that is not that of the uses.
    """
    settings = settings or Settings()
    _check(uses, families)
    members = sampled(len(uses), settings.seed)
    n_all = sum(len(family.vectors) for family in families)
    work = work or Work()
    scene = _Scene(uses, members, word or _form(uses), settings, work, n_all)
    if not work.maps:
        work.maps.update(maps_of(families, settings))
    likely = settings.likely
    words = [] if likely is None else [likely.best(i, N_USE_WORDS) for i in range(len(uses))]
    records_of_uses, senses_of_uses = use_records(uses, words)
    drawn, findings = [], {}
    for family in families:
        records, sentences_of_family = scene.family(family, work.maps)
        drawn += records
        findings[family.compared] = sentences_of_family
    return Exploration(
        word or _form(uses),
        records_of_uses,
        senses_of_uses,
        tuple(drawn),
        members,
        findings,
        dict(settings.made),
        None if layers is None else _mixing(layers, layer_names, members, scene.labels),
    )


def _check(uses: Sequence[Usage], families: Sequence[Family]) -> None:
    if not 2 <= len(uses) <= MAX_EXPLORATION_USES:
        raise InputError(
            f"there are {len(uses):,} uses, an exploration has 2 to {MAX_EXPLORATION_USES:,}; "
            "give more sentences, or a sample of them."
        )
    if not families or not any(family.vectors for family in families):
        raise InputError("there are no vectors; give at least one representation.")
    for family in families:
        for name, x in family.vectors.items():
            if x.ndim != 2 or len(x) != len(uses) or not x.shape[1]:
                raise InputError(
                    f"the vectors of {name!r} have shape {x.shape}, expected ({len(uses)}, dim): one "
                    "a use."
                )
            if not np.isfinite(x).all():
                raise InputError(f"the vectors of {name!r} have values that are not finite.")


def sampled(n: int, seed: int) -> Int[np.ndarray, " members"]:
    """The uses whose pairs are stored, in ascending order: all, or a random sample of many."""
    if n <= MAX_EXPLORATION_PAIRS_OF:
        return np.arange(n)
    drawn = np.random.default_rng(seed).choice(n, MAX_EXPLORATION_PAIRS_OF, replace=False)
    return np.sort(drawn)


def _form(uses: Sequence[Usage]) -> str:
    """The most frequent form of the uses, letter case folded; among equally frequent ones the first."""
    forms = [use.form.casefold() for use in uses]
    return max(dict.fromkeys(forms), key=forms.count)


class _Scene:
    """The uses, labels and settings that the computations of all representations share."""

    def __init__(
        self,
        uses: Sequence[Usage],
        members: np.ndarray,
        word: str,
        settings: Settings,
        work: Work,
        n_all: int,
    ) -> None:
        self.members, self.word, self.settings = members, word, settings
        self.work, self.n_all = work, n_all
        self.of_members = [uses[i] for i in members]
        self.labels = [use.sense for use in self.of_members]
        self.n_resamples = bootstrap.N_RESAMPLES if len(members) <= _MANY_USES else _FEWER_RESAMPLES
        likely = settings.likely
        self.likely = None if likely is None else likely.of_uses(members)

    def family(
        self, family: Family, maps: Mapping[tuple[str, str], dict[str, Map]]
    ) -> tuple[list[Drawn], tuple[str, ...]]:
        """The record of each representation, and the sentences on all of them together."""
        matrices = {
            name: similarity.cosine_matrix(x[self.members]) for name, x in family.vectors.items()
        }
        compete = [name for name in matrices if name in self.settings.compete] or list(matrices)
        best = self._separation([matrices[name] for name in compete])
        each = dict(zip(compete, _figures(best), strict=True))
        records = []
        for name, matrix in matrices.items():
            full = family.name(name)
            if full not in self.work.drawn:
                self.work.tell(len(self.work.drawn), self.n_all)
                figures = each.get(name) or self._figures_of(full, matrix)
                drawn = self._drawn(family, name, name in compete, matrix, figures, maps)
                drawn = self._with_cosines(drawn, family, name, matrices)
                if not self._is_tested(full):
                    records.append(drawn)
                    continue
                self.work.drawn[full] = drawn
            records.append(self.work.drawn[full])
        if not any(self.labels):
            return records, ()
        p, verdict = senses.best_layer_test(
            [matrices[n] for n in compete], self.labels, seed=self.settings.seed
        )
        smallest = senses.smallest_p([label for label in self.labels if label])
        n_senses = len(set(filter(None, self.labels)))
        finding = sentences.separation(
            self.word, n_senses, best, p, verdict, smallest, names=compete
        )
        if self.settings.thorough:
            records = self._with_best(family, records, list(matrices.values()))
        return records, (sentences.unmarked(finding),)

    def _is_tested(self, full: str) -> bool:
        """Whether groups, intervals and tests of a representation are wanted."""
        return self.settings.thorough or full == self.settings.first

    def _with_best(
        self, family: Family, records: list[Drawn], matrices: list[np.ndarray]
    ) -> list[Drawn]:
        """The records; the answer with labels says which representation of all is best."""
        aucs = [one.figures["pair_auc"] for one in records]
        values = np.array([figure.value for figure in aucs])
        if np.isnan(values).all():
            return records
        best = int(np.nanargmax(values))
        name = list(family.vectors)[best]
        p, _ = senses.best_layer_test(matrices, self.labels, seed=self.settings.seed)
        completed = []
        for number, one in enumerate(records):
            best_of_all = answers.best_of_all(
                answers.name_of_best(name),
                len(records),
                aucs[best].value,
                (aucs[best].low, aucs[best].high),
                p,
                number == best,
            )
            lead, rest = one.answers["with labels"]
            rest = f"{rest} {sentences.unmarked(best_of_all)}"
            completed.append(replace(one, answers=one.answers | {"with labels": (lead, rest)}))
        return completed

    def _separation(self, matrices: Sequence[np.ndarray]) -> similarity.LayerSeparation:
        return similarity.separation_by_layer(
            matrices, self.labels, n_resamples=self.n_resamples, seed=self.settings.seed
        )

    def _figures_of(self, full: str, matrix: np.ndarray) -> dict[str, Figure]:
        """The separation of the senses by a representation that does not compete; empty if it is not tested."""
        return _figures(self._separation([matrix]))[0] if self._is_tested(full) else {}

    def _drawn(
        self,
        family: Family,
        name: str,
        competes: bool,
        matrix: np.ndarray,
        figures: dict[str, Figure],
        maps: Mapping[tuple[str, str], dict[str, Map]],
    ) -> Drawn:
        x = family.vectors[name]
        weights = None if family.compared == WHOLE else self.settings.weights.get(name)
        neighbours, near = nearest_uses(x, N_NEIGHBOURS if len(self.members) < len(x) else 0)
        odd = odd_one_out(matrix, self.labels)
        texts = [
            sentences.odd_one(odd, self.of_members, name),
            sentences.extreme_pairs(similarity.pairs(matrix), name),
        ]
        groups, names, answered = np.zeros(len(matrix), np.int64), (), {}
        if self._is_tested(family.name(name)):
            clusters = cluster(matrix)
            groups, names = clusters.labels, self._names(clusters)
            agreement = senses.agreement(matrix, self.labels, groups, seed=self.settings.seed)
            figures = figures | self._tested(family, name, matrix, agreement)
            texts[1:1] = [sentences.labels(agreement, name)] if any(self.labels) else []
            texts.append(sentences.clusters(clusters, agreement, name, False))
            answered = self._answers(family, name, matrix, clusters, agreement, figures["pair_auc"])
        return Drawn(
            family.name(name),
            name[:1].upper() + name[1:],
            family.compared,
            x.shape[1],
            competes,
            weights,
            None,
            neighbours,
            near,
            similarity.cluster_order(matrix),
            groups,
            names,
            maps[family.compared, name],
            figures,
            None if odd is None else int(self.members[odd.use]),
            tuple(sentences.unmarked(text) for text in texts if text),
            answers=answered,
        )

    def _with_cosines(
        self, drawn: Drawn, family: Family, name: str, matrices: Mapping[str, np.ndarray]
    ) -> Drawn:
        """The representation with the cosines of its pairs, unless they are computed from others that it has then."""
        if drawn.weights:
            return drawn
        pairs = np.triu_indices(len(self.members), 1)
        cosines = matrices[name][pairs].astype(np.float32)
        others = self.settings.mean_of.get(name, ())
        if others and set(others) <= set(matrices):
            mean = mean_cosines([matrices[other][pairs] for other in others])
            if np.abs(mean - cosines).max() < _ROUNDING:
                return replace(drawn, mean_of=tuple(map(family.name, others)))
        return replace(drawn, cosines=cosines)

    def _answers(
        self,
        family: Family,
        name: str,
        matrix: np.ndarray,
        clusters: Clusters,
        agreement: senses.Agreement,
        auc: Figure,
    ) -> dict[str, tuple[str, ...]]:
        """Whether there are groups, whether the labels are told apart, and reasons to doubt them."""
        seed, whole, full = self.settings.seed, family.compared == WHOLE, family.name(name)
        likely = None if whole else self.likely
        reference = None if whole else self.settings.reference
        by = name + _IN_WORDS[family.compared]
        named = likely or Likely((), np.zeros((len(matrix), 0)))
        names = name_groups(named, clusters.labels) if clusters.n_clusters > 1 else []
        too_few = len(matrix) < FEWEST_USES
        unknown = Several(Answer.TOO_FEW if too_few else Answer.UNKNOWN)
        several = self.settings.several or unknown
        without = answers.without_labels(several, clusters, by, reference, names)
        n_senses = len(set(filter(None, self.labels)))
        with_ = answers.with_labels(
            n_senses, agreement.pairs, (auc.low, auc.high), agreement, by, several.answer
        )
        texts: dict[str, tuple[str, ...]] = {
            "without labels": answers.lead_and_rest(without),
            "with labels": answers.lead_and_rest(with_),
        }
        if not whole:
            forms = [use.form for use in self.of_members]
            groups = clusters.labels.tolist()
            texts["doubts"] = tuple(
                sentences.unmarked(text)
                for text in answers.doubts(
                    doubts.labels_not_told_apart(matrix, self.labels, seed=seed),
                    doubts.labels_written_alike(self.labels),
                    doubts.spellings(matrix, forms, self.labels, groups, seed=seed),
                )
            )
        if reference is not None:
            can_centre = len(self.of_members) >= FEWEST_FOR_MEAN
            texts["reference words"] = (answers.on_reference_words(reference, full, can_centre),)
        return texts

    def _tested(
        self, family: Family, name: str, matrix: np.ndarray, agreement: senses.Agreement
    ) -> dict[str, Figure]:
        """The figures from resamples and shuffled senses."""
        alike = anisotropy.self_similarity(
            matrix,
            family.baselines.get(name),
            n_resamples=self.n_resamples,
            seed=self.settings.seed,
        )
        return {
            "self_similarity": Figure(alike.value, alike.low, alike.high),
            "baseline": Figure(family.baselines.get(name, float("nan"))),
            "p": Figure(agreement.p),
            "smallest_p": Figure(agreement.smallest_p),
            "silhouette": Figure(agreement.silhouette),
            "nearest_same": Figure(agreement.nearest_same),
            "labelled": Figure(agreement.n),
        }

    def _names(self, clusters: Clusters) -> tuple[str, ...]:
        """The name of each group: words that are likely in its uses and not in others."""
        if self.likely is None or clusters.n_clusters < 2:
            return ()
        return tuple(", ".join(g.names) for g in name_groups(self.likely, clusters.labels))


def _figures(by_layer: similarity.LayerSeparation) -> list[dict[str, Figure]]:
    """The pair AUC and the mean cosines of each layer."""
    return [
        {
            "pair_auc": Figure(pairs.auc, float(low), float(high)),
            "same_sense": Figure(pairs.same),
            "different_sense": Figure(pairs.different),
        }
        for pairs, low, high in zip(by_layer.layers, by_layer.low, by_layer.high, strict=True)
    ]


def _mixing(
    layers: Float[np.ndarray, "layers uses dim"],
    names: Sequence[str],
    members: np.ndarray,
    labels: Sequence[str | None],
) -> Mixing:
    n_layers = len(layers)
    products = mixing.LayerProducts.of(layers[:, members])
    steps = mixing.grid_steps(n_layers)
    grid = mixing.simplex_grid(n_layers, steps)
    if separation.separable(labels):
        scores = separation.separation(products, labels, grid)
    else:
        scores = products.cosines(grid).mean(axis=1)
    return Mixing(
        tuple(names),
        products.values,
        mixing.layer_coordinates(layers).astype(np.float32),
        steps,
        scores.astype(np.float32),
        (1 / n_layers,) * n_layers,
    )
