"""The rungs of a ladder: what a classifier is given to read, from nothing to mixed layers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, StratifiedShuffleSplit
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from elmo.tasks.features import Samples
from elmo.tasks.mix_classifier import MixClassifier
from elmo.tasks.results import Learned

C_VECTORS = (0.0003, 0.002, 0.01, 0.06, 0.3)
"""Inverse penalties tried for vectors, inside the training fold."""

C_TFIDF = (0.3, 1.0, 3.0, 10.0, 30.0)
"""Inverse penalties tried for TF-IDF."""

N_INNER_FOLDS = 3

TOLERANCE = 1e-4
"""Of the classifier's gradient."""

MANY = 2000
"""With more training items than this, one part of them is enough to choose the penalty on."""


@dataclass(frozen=True)
class Representation:
    """A rung.

    Attributes:
        name: short and stable.
        label: for people.
        group: "baseline", "contextual" or "joined" (contextual with static vectors beside them).
        content: "majority", "tfidf", "static", a layer's number, "equal" or "learned".
        cost: about how long it takes, compared to others.
    """

    name: str
    label: str
    group: str
    content: str | int
    cost: float = 1.0

    @property
    def joined(self) -> bool:
        return self.group == "joined"


def representations(n_layers: int, has_static: bool) -> list[Representation]:
    """All rungs of a ladder for a model with `n_layers` vectors a word."""
    rungs = [
        Representation("majority", "Majority", "baseline", "majority", 0.02),
        Representation("tfidf", "TF-IDF", "baseline", "tfidf", 0.6),
    ]
    if has_static:
        rungs.append(Representation("static", "Static vectors", "baseline", "static", 0.6))
    contents: list[str | int] = [*range(n_layers), "equal", "learned"]
    labels = [*(f"Layer {i}" for i in range(n_layers)), "Equal mix", "Learned mix"]
    for content, label in zip(contents, labels, strict=True):
        name = f"layer{content}" if isinstance(content, int) else content
        cost = 1.5 if content == "learned" else 1.0
        rungs.append(Representation(name, label, "contextual", content, cost))
    if has_static:
        rungs += [
            Representation(
                f"static+{r.name}", f"Static + {r.label.lower()}", "joined", r.content, 1.4 * r.cost
            )
            for r in rungs
            if r.group == "contextual"
        ]
    return rungs


class Rung:
    """One representation, fitted on some items and asked about others.

    Everything that learns (vocabulary, scaling, penalty, mix, classifier) sees the training items only.
    """

    def __init__(
        self,
        representation: Representation,
        items: Samples,
        penalties: dict[tuple, float] | None = None,
    ) -> None:
        """
        Args:
            penalties: those already chosen, by what they were chosen on; filled and read.
        """
        self.representation, self.items = representation, items
        self.labels = np.array(items.labels)
        self._penalties = {} if penalties is None else penalties

    def fit(self, train: np.ndarray, seed: int) -> "Rung":
        """Train on the items of these numbers; `seed` splits them to choose the penalty."""
        content, labels = self.representation.content, self.labels[train]
        if content == "learned":
            # The penalty is the one that suits the equal mix on the same items.
            key = (self.representation.joined, seed, train.tobytes())
            if key not in self._penalties:
                search = _scaled(labels, seed).fit(self._inputs("equal", train), labels)
                self._penalties[key] = _chosen(search[-1])
            C = self._penalties[key]
            self._mix = MixClassifier(C).fit(self.items.layers[train], labels, self._static(train))
            return self
        if content == "majority":
            self._model: Any = DummyClassifier(strategy="most_frequent")
        elif content == "tfidf":
            words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), token_pattern=r"\S+")
            self._model = make_pipeline(words, _search(C_TFIDF, labels, seed))
        else:
            self._model = _scaled(labels, seed)
        self._model.fit(self._inputs(content, train), labels)
        if content == "equal":
            key = (self.representation.joined, seed, train.tobytes())
            self._penalties[key] = _chosen(self._model[-1])
        return self

    def predict(self, test: np.ndarray) -> np.ndarray:
        """The label of each of these items."""
        if self.representation.content == "learned":
            return self._mix.predict(self.items.layers[test], self._static(test))
        return self._model.predict(self._inputs(self.representation.content, test))

    @property
    def learned(self) -> Learned | None:
        """The weights of the learned mix; None for other representations."""
        return Learned(**self._mix.weights) if self.representation.content == "learned" else None  # type: ignore[arg-type]

    def _static(self, items: np.ndarray) -> np.ndarray | None:
        return (
            self.items.static[items]
            if self.representation.joined and self.items.static is not None
            else None
        )

    def _inputs(self, content: str | int, items: np.ndarray) -> Any:
        if content == "majority":
            return np.zeros((len(items), 1))
        if content == "tfidf":
            return [self.items.bags[i] for i in items]
        if content == "static":
            assert self.items.static is not None
            return self.items.static[items]
        layers = self.items.layers[items]
        vectors = layers.mean(axis=1) if content == "equal" else layers[:, content]
        static = self._static(items)
        return vectors if static is None else np.concatenate([static, vectors], axis=1)


def _scaled(labels: np.ndarray, seed: int) -> Pipeline:
    return make_pipeline(StandardScaler(), _search(C_VECTORS, labels, seed))


def _search(grid: tuple[float, ...], labels: np.ndarray, seed: int) -> Any:
    """Logistic regression with the penalty that does best on folds inside the training items."""
    rarest = int(np.unique(labels, return_counts=True)[1].min())
    # Not LogisticRegressionCV: it begins each penalty where the last one ended and stops there, unmoved.
    model = LogisticRegression(C=grid[len(grid) // 2], max_iter=2000, tol=TOLERANCE)
    if rarest < 2:
        return model
    if len(labels) > MANY:
        folds: Any = StratifiedShuffleSplit(1, test_size=0.2, random_state=seed)
    else:
        folds = StratifiedKFold(min(N_INNER_FOLDS, rarest), shuffle=True, random_state=seed)
    return GridSearchCV(model, {"C": list(grid)}, cv=folds)


def _chosen(search: Any) -> float:
    """The penalty of a fitted `_search`."""
    return float(getattr(search, "best_params_", {"C": getattr(search, "C", None)})["C"])
