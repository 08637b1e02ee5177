"""Vectors in, an `Exploration` out: every number and sentence that the pictures need."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.explore import anisotropy, bootstrap, mixing, senses, separation, similarity
from elmo.explore.group_names import Likely, name_groups
from elmo.explore.neighbours import kept
from elmo.explore.odd_uses import odd_one_out
from elmo.explore.pair_auc import TIE_DECIMALS
from elmo.explore.projection import (
    MIN_UMAP_POINTS,
    few_dimensions,
    one_frame,
    pca,
    umap_pictures,
)
from elmo.limits import MAX_EXPLORATION_PAIRS_OF, MAX_EXPLORATION_USES
from elmo.representation import less_the_mean, unit
from elmo.usages import Usage
from elmo.views import sentences
from elmo.views.exploration import (
    LESS_MEAN,
    THE_WORD,
    WHOLE,
    Drawn,
    Exploration,
    Figure,
    Map,
    Mixing,
    described,
)

"""Of fewer uses the mean is mostly those uses themselves."""

_NEIGHBOURS = 10
_MANY_USES, _FEWER_RESAMPLES = 100, 200
_CHUNK_ROWS = 500
_TIE_STEP = 10.0 ** -(TIE_DECIMALS + 5)
_WIDE = 2000
"""Substitutes have a dimension for each word of the vocabulary; their maps are made of fewer."""


@dataclass(frozen=True)
class Family:
    """The vectors of one thing that is compared, in every representation.

    Attributes:
        compared: "the word", "less the mean" or "whole sentences".
        vectors: by the representation's name.
        baselines: mean cosine of random words, by name, where it is known.
    """

    compared: str
    vectors: Mapping[str, Float[np.ndarray, "uses dim"]]
    baselines: Mapping[str, float] = field(default_factory=dict)

    def less_mean(self) -> "Family":
        """The same vectors less their mean over the uses."""
        left = {name: less_the_mean(x) for name, x in self.vectors.items()}
        return Family(LESS_MEAN, left)

    def name(self, representation: str) -> str:
        """The name of a representation in the exploration."""
        return representation if self.compared == THE_WORD else f"{representation}, {self.compared}"


@dataclass(frozen=True)
class Settings:
    """How an exploration is made.

    Attributes:
        compete: the representations that may be named best; all when empty.
        weights: of the layers and mixes among them, by name: their cosines are not stored, but
            follow from the products of the layers.
        umap: draw UMAP maps too.
        seed: of the sample, the resamples, the shuffled senses and UMAP.
        made: what the exploration says of its making.
        likely: the words that could stand in each use's place, where the model predicts words.
        thorough: look for groups, and test and measure every representation; otherwise only those
            that compete are measured, which is many times faster.
    """

    compete: tuple[str, ...] = ()
    weights: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    umap: bool = False
    seed: int = 0
    made: Mapping[str, str] = field(default_factory=dict)
    likely: Likely | None = None
    thorough: bool = True


@dataclass
class Work:
    """What is done of an exploration, so that it can be interrupted and gone on with.

    Attributes:
        drawn: the representations that are done, by name; explorations of the same uses, families and
            settings may share it.
        tell: called with how many representations are done, of how many, before each.
    """

    drawn: dict[str, Drawn] = field(default_factory=dict)
    tell: Callable[[int, int], None] = lambda done, of: None


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
    """All that is drawn and said of some uses.

    Args:
        families: what is compared; "the word" first.
        word: what the uses are of; the most frequent form when empty.
        layers, layer_names: a model's layers, which the browser then mixes; the names are of
            representations in the first family.
        work: where what is done is kept.

    Raises:
        InputError: fewer than two uses, too many, or vectors that are not one a use.
    """
    settings = settings or Settings()
    _check(uses, families)
    members = _sample(len(uses), settings.seed)
    n_all = sum(len(family.vectors) for family in families)
    scene = _Scene(uses, members, word or _form(uses), settings, work or Work(), n_all)
    maps = _maps(families, settings)
    likely = settings.likely
    words = [] if likely is None else [likely.best(i) for i in range(len(uses))]
    records_of_uses, senses_of_uses = described(uses, words)
    drawn, findings = [], {}
    for family in families:
        records, said = scene.family(family, maps)
        drawn += records
        findings[family.compared] = said
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


def _sample(n: int, seed: int) -> Int[np.ndarray, " members"]:
    """The uses whose pairs are held, in ascending order."""
    if n <= MAX_EXPLORATION_PAIRS_OF:
        return np.arange(n)
    drawn = np.random.default_rng(seed).choice(n, MAX_EXPLORATION_PAIRS_OF, replace=False)
    return np.sort(drawn)


def _form(uses: Sequence[Usage]) -> str:
    forms = [use.form.casefold() for use in uses]
    return max(dict.fromkeys(forms), key=forms.count)


class _Scene:
    """What the computations of all representations have in common."""

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
        self.likely = None if likely is None else Likely(likely.words, likely.p[members])

    def family(
        self, family: Family, maps: Mapping[tuple[str, str], dict[str, Map]]
    ) -> tuple[list[Drawn], tuple[str, ...]]:
        """The record of each representation, and what is said of all of them."""
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
                figures = each.get(name) or self._figures_of(matrix)
                self.work.drawn[full] = self._drawn(
                    family, name, name in compete, matrix, figures, maps
                )
            records.append(self.work.drawn[full])
        if not any(self.labels):
            return records, ()
        p, verdict = senses.best_layer_test(
            [matrices[n] for n in compete], self.labels, seed=self.settings.seed
        )
        smallest = senses.smallest_p([label for label in self.labels if label])
        n_senses = len(set(filter(None, self.labels)))
        said = sentences.separation(self.word, n_senses, best, p, verdict, smallest, names=compete)
        return records, (sentences.unmarked(said),)

    def _separation(self, matrices: Sequence[np.ndarray]) -> similarity.LayerSeparation:
        return similarity.separation_by_layer(
            matrices, self.labels, n_resamples=self.n_resamples, seed=self.settings.seed
        )

    def _figures_of(self, matrix: np.ndarray) -> dict[str, Figure]:
        """How well a representation that does not compete separates the senses."""
        return _figures(self._separation([matrix]))[0] if self.settings.thorough else {}

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
        neighbours, near = _nearest(x, _NEIGHBOURS if len(self.members) < len(x) else 0)
        odd = odd_one_out(matrix, self.labels)
        said = [
            sentences.odd_one(odd, self.of_members, name),
            sentences.ranked(similarity.pairs(matrix), name),
        ]
        groups, names = np.zeros(len(matrix), np.int64), ()
        if self.settings.thorough:
            clusters = senses.cluster(x[self.members], matrix, seed=self.settings.seed)
            groups, names = clusters.labels, self._names(clusters)
            agreement = senses.agreement(matrix, self.labels, groups, seed=self.settings.seed)
            figures = figures | self._tested(family, name, matrix, agreement)
            said[1:1] = [sentences.labels(agreement, name)] if any(self.labels) else []
            said.append(sentences.clusters(clusters, agreement, name, False))
        return Drawn(
            family.name(name),
            name[:1].upper() + name[1:],
            family.compared,
            x.shape[1],
            competes,
            weights,
            None if weights else matrix[np.triu_indices(len(matrix), 1)].astype(np.float32),
            neighbours,
            near,
            similarity.cluster_order(matrix),
            groups,
            names,
            maps[family.compared, name],
            figures,
            None if odd is None else int(self.members[odd.use]),
            tuple(sentences.unmarked(text) for text in said if text),
        )

    def _tested(
        self, family: Family, name: str, matrix: np.ndarray, agreement: senses.Agreement
    ) -> dict[str, Figure]:
        """The figures that take resamples and shuffled senses."""
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

    def _names(self, clusters: senses.Clusters) -> tuple[str, ...]:
        """What each group is called: words that are likely there and not elsewhere."""
        if self.likely is None or clusters.n_clusters < 2:
            return ()
        return tuple(", ".join(g.names) for g in name_groups(self.likely, clusters.labels))


def _figures(found: similarity.LayerSeparation) -> list[dict[str, Figure]]:
    return [
        {
            "pair_auc": Figure(pairs.auc, float(low), float(high)),
            "same_sense": Figure(pairs.same),
            "different_sense": Figure(pairs.different),
        }
        for pairs, low, high in zip(found.layers, found.low, found.high, strict=True)
    ]


def _nearest(
    x: Float[np.ndarray, "uses dim"], k: int
) -> tuple[Int[np.ndarray, "uses near"], Float[np.ndarray, "uses near"]]:
    """The nearest other uses of every use, most similar first; equal ones in their order."""
    rows = unit(np.asarray(x, np.float64))
    ids, near = np.empty((len(rows), k), np.int32), np.empty((len(rows), k), np.float32)
    for start in range(0, len(rows), _CHUNK_ROWS):
        cosines = np.clip(rows[start : start + _CHUNK_ROWS] @ rows.T, -1, 1).round(TIE_DECIMALS)
        own = np.arange(len(cosines))
        cosines[own, start + own] = -np.inf
        # Equal ones in their order: what is subtracted is less than any difference that is left.
        cosines -= np.arange(len(rows)) * _TIE_STEP
        near_k = np.argpartition(-cosines, min(k, len(rows) - 1), axis=1)[:, :k]
        order = np.argsort(-np.take_along_axis(cosines, near_k, axis=1), axis=1)
        chosen = np.take_along_axis(near_k, order, axis=1)
        ids[start : start + len(chosen)] = chosen
        near[start : start + len(chosen)] = (
            np.take_along_axis(cosines, chosen, axis=1) + chosen * _TIE_STEP
        )
    return ids, near


def _maps(families: Sequence[Family], settings: Settings) -> dict[tuple[str, str], dict[str, Map]]:
    """The maps of every representation, on one frame for each method."""
    places = [(f.compared, name) for f in families for name in f.vectors]
    vectors = [np.asarray(x) for f in families for x in f.vectors.values()]
    narrow = [few_dimensions(x) if x.shape[1] > _WIDE else x for x in vectors]
    fitted = [pca(x) for x in narrow]
    n_first = sum(not settings.compete or name in settings.compete for name in families[0].vectors)
    frame = one_frame([points for points, _ in fitted], n_first)
    maps = {
        place: {"PCA": Map(points.astype(np.float32), "PCA", _beyond(x, points), shown)}
        for place, x, points, (_, shown) in zip(places, narrow, frame, fitted, strict=True)
    }
    if settings.umap and len(vectors[0]) >= MIN_UMAP_POINTS:
        size = max(x.shape[1] for x in vectors)
        same = np.stack([np.pad(x, ((0, 0), (0, size - x.shape[1]))) for x in vectors])
        for place, picture in zip(places, umap_pictures(same, seed=settings.seed), strict=True):
            share = picture.kept.beyond_chance if picture.kept else float("nan")
            points = picture.points.astype(np.float32)
            maps[place]["UMAP"] = Map(points, picture.method, share)
    return maps


def _beyond(x: np.ndarray, points: np.ndarray) -> float:
    found = kept(x, points)
    return found.beyond_chance if found else float("nan")


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
