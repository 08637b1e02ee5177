"""The rungs of a ladder: the kinds of input for a classifier, from no input to mixed layers."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, StratifiedShuffleSplit
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from elmo.representation import EQUAL_MIX, Representation, by_name, representations
from elmo.tasks.ladder.features import Samples
from elmo.tasks.ladder.lexical_classifier import LexicalClassifier, bag_of_words
from elmo.tasks.ladder.mix_classifier import MixClassifier
from elmo.tasks.ladder.results import Learned

C_VECTORS = (0.0003, 0.002, 0.01, 0.06, 0.3)
"""Inverse penalties for vectors, of which the best on folds of the training items is chosen."""

C_TFIDF = (0.3, 1.0, 3.0, 10.0, 30.0)
"""Inverse penalties for TF-IDF."""

N_INNER_FOLDS = 3

TOLERANCE = 1e-4
"""Gradient of the classifier at which its training ends."""

MANY = 2000
"""Number of training items above which the penalty is chosen on one split instead of folds."""


@dataclass(frozen=True)
class Rung:
    """One kind of input for the classifier.

    Attributes:
        name: short name that never changes.
        label: name for people.
        group: "baseline", "contextual", "joined" (contextual with static vectors beside them) or
            "lexical" (contextual with TF-IDF beside them).
        content: "majority", "tfidf", "static", "learned", or a representation's name.
        cost: approximate duration relative to other rungs.
        beside: "static" or "tfidf", joined with the content; None is the content alone.
    """

    name: str
    label: str
    group: str
    content: str
    cost: float = 1.0
    beside: str | None = None

    @property
    def joined(self) -> bool:
        """True if static vectors are joined with the content."""
        return self.beside == "static"


def all_rungs(n_layers: int, has_static: bool, lexical: bool = True) -> list[Rung]:
    """All rungs of a ladder for a model with `n_layers` vectors of a word.

    Args:
        has_static: True if there are static vectors.
        lexical: True for the rungs with TF-IDF and vectors joined, too.
    """
    rungs = [
        Rung("majority", "Majority", "baseline", "majority", 0.02),
        Rung("tfidf", "TF-IDF", "baseline", "tfidf", 0.6),
    ]
    if has_static:
        rungs.append(Rung("static", "Static vectors", "baseline", "static", 0.6))
    rungs += [Rung(_name(each), each.label, "contextual", each.name) for each in contents(n_layers)]
    rungs.append(Rung("learned", "Learned mix", "contextual", "learned", 1.5))
    if has_static:
        rungs += [
            replace(
                rung,
                name=f"static+{rung.name}",
                label=f"Static + {rung.label.lower()}",
                group="joined",
                cost=1.4 * rung.cost,
                beside="static",
            )
            for rung in rungs
            if rung.group == "contextual"
        ]
    if lexical:
        rungs += [
            replace(
                rung,
                name=f"tfidf+{rung.name}",
                label=f"TF-IDF + {rung.label.lower()}",
                group="baseline" if rung.content == "static" else "lexical",
                cost=2.0,
                beside="tfidf",
            )
            for rung in rungs
            if rung.name in ("static", "equal")
        ]
    return rungs


def contents(n_layers: int) -> list[Representation]:
    """The representations that are weighted sums of layers, which a text's mean vectors can have, too."""
    return [each for each in representations(n_layers) if each.weights is not None]


def layer_content(
    name: str, layers: Float[np.ndarray, "items layers dim"]
) -> Float[np.ndarray, "items dim"]:
    """The items' vectors in the representation of this name."""
    return by_name(name, layers.shape[1]).of_layers(np.moveaxis(layers, 1, 0))


def _name(representation: Representation) -> str:
    """The name of a representation's rung in files of results: "layer2", "equal"."""
    if representation.layer is not None:
        return f"layer{representation.layer}"
    return "equal" if representation.key == "mean" else representation.key


class FittedRung:
    """A rung that is fitted on some items and predicts the labels of others.

    Vocabulary, scaling, penalty, mix and classifier are fitted on the training items alone.
    """

    def __init__(
        self,
        rung: Rung,
        items: Samples,
        penalties: dict[tuple, float] | None = None,
    ) -> None:
        """
        Args:
            penalties: penalties chosen earlier, by content, training items and seed; new ones are added.
        """
        self.rung, self.items = rung, items
        self.labels = np.array(items.labels)
        self._penalties = {} if penalties is None else penalties

    def fit(self, train: np.ndarray, seed: int) -> "FittedRung":
        """Train on the items with these numbers; `seed` is that of the folds on which the penalty is chosen."""
        content, labels = self.rung.content, self.labels[train]
        if self.rung.beside == "tfidf":
            classifier = _classifier(self._penalty("tfidf", train, seed))
            self._lexical = LexicalClassifier(classifier, _inner_folds(labels, seed)).fit(
                self._inputs("tfidf", train), self._inputs(content, train), labels
            )
        elif content == "learned":
            self._mix = MixClassifier(self._penalty(EQUAL_MIX, train, seed)).fit(
                self.items.layers[train], labels, self._static(train)
            )
        elif content == "majority":
            self._model: Any = DummyClassifier(strategy="most_frequent")
            self._model.fit(self._inputs(content, train), labels)
        else:
            self._model = self._fit_search(content, train, seed)
            self._penalties[self._key(content, train, seed)] = _best_penalty(self._model[-1])
        return self

    def predict(self, test: np.ndarray) -> np.ndarray:
        """The label of each of these items."""
        content = self.rung.content
        if self.rung.beside == "tfidf":
            return self._lexical.predict(self._inputs("tfidf", test), self._inputs(content, test))
        if content == "learned":
            return self._mix.predict(self.items.layers[test], self._static(test))
        return self._model.predict(self._inputs(content, test))

    def _penalty(self, content: str, train: np.ndarray, seed: int) -> float:
        """The best inverse penalty of another content on the same items."""
        key = self._key(content, train, seed)
        if key not in self._penalties:
            self._penalties[key] = _best_penalty(self._fit_search(content, train, seed)[-1])
        return self._penalties[key]

    def _key(self, content: str, train: np.ndarray, seed: int) -> tuple:
        return content, self.rung.joined, seed, train.tobytes()

    def _fit_search(self, content: str, train: np.ndarray, seed: int) -> Pipeline:
        """A fitted pipeline of TF-IDF or scaled vectors, and a classifier with the best penalty on the training items."""
        labels = self.labels[train]
        if content == "tfidf":
            model = make_pipeline(bag_of_words(), _search(C_TFIDF, labels, seed))
        else:
            model = _scaled_classifier(labels, seed)
        return model.fit(self._inputs(content, train), labels)

    @property
    def learned(self) -> Learned | None:
        """The weights of the learned mix; None for other representations."""
        return Learned(**self._mix.weights) if self.rung.content == "learned" else None  # type: ignore[arg-type]

    def _static(self, items: np.ndarray) -> np.ndarray | None:
        return (
            self.items.static[items] if self.rung.joined and self.items.static is not None else None
        )

    def _inputs(self, content: str, items: np.ndarray) -> Any:
        if content == "majority":
            return np.zeros((len(items), 1))
        if content == "tfidf":
            return [self.items.bags[i] for i in items]
        if content == "static":
            assert self.items.static is not None
            return self.items.static[items].astype(np.float64)
        # float64, as rounding errors of float32 are as large as the classifier's last steps.
        layers = self.items.layers[items].astype(np.float64)
        vectors = layer_content(content, layers)
        static = self._static(items)
        return vectors if static is None else np.concatenate([static, vectors], axis=1)


def _scaled_classifier(labels: np.ndarray, seed: int) -> Pipeline:
    return make_pipeline(StandardScaler(), _search(C_VECTORS, labels, seed))


def _search(grid: tuple[float, ...], labels: np.ndarray, seed: int) -> Any:
    """Logistic regression that chooses the penalty with the best result on folds of the training items."""
    # LogisticRegressionCV starts each penalty from the last one's weights, and stops there without a step.
    model, folds = _classifier(grid[len(grid) // 2]), _inner_folds(labels, seed)
    return model if folds is None else GridSearchCV(model, {"C": list(grid)}, cv=folds)


def _classifier(C: float) -> LogisticRegression:
    return LogisticRegression(C=C, max_iter=2000, tol=TOLERANCE)


def _inner_folds(labels: np.ndarray, seed: int) -> Any:
    """Folds of the training items; None if a class has a single item."""
    rarest = int(np.unique(labels, return_counts=True)[1].min())
    if rarest < 2:
        return None
    if len(labels) > MANY:
        return StratifiedShuffleSplit(1, test_size=0.2, random_state=seed)
    return StratifiedKFold(min(N_INNER_FOLDS, rarest), shuffle=True, random_state=seed)


def _best_penalty(search: Any) -> float:
    """The penalty of a fitted `_search`."""
    return float(getattr(search, "best_params_", {"C": getattr(search, "C", None)})["C"])
