"""Logistic regression on [TF-IDF; vector], which shows what the vectors add to the words of a text."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import StandardScaler

LENGTHS = (0.1, 0.3, 1.0)
"""Lengths of the vectors, of which the best on the training items is chosen; TF-IDF has the length 1."""


def bag_of_words() -> TfidfVectorizer:
    """TF-IDF of words and word pairs, the same in every row of the ladder."""
    return TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), token_pattern=r"\S+")


class LexicalClassifier:
    """A classifier on the TF-IDF of a text joined with the vector of the text.

    Every dimension of the vectors is scaled to mean 0 and variance 1. Then all vectors are scaled to the length that
    does best on folds of the training items.
    """

    def __init__(self, classifier: LogisticRegression, folds: Any) -> None:
        """
        Args:
            classifier: classifier with its penalty.
            folds: folds of the training items; None, for too few items, takes the middle length.
        """
        self.classifier, self.folds = classifier, folds

    def fit(
        self, bags: Sequence[str], vectors: Float[np.ndarray, "texts dim"], labels: np.ndarray
    ) -> "LexicalClassifier":
        """Fit vocabulary, scaling, length and classifier."""
        self._words, self._scaler = bag_of_words().fit(bags), StandardScaler().fit(vectors)
        self.length = LENGTHS[len(LENGTHS) // 2]
        if self.folds is not None:
            self.length = max(
                LENGTHS, key=lambda length: self._score(bags, vectors, labels, length)
            )
        self.classifier.fit(self._both(bags, vectors, self.length), labels)
        return self

    def predict(self, bags: Sequence[str], vectors: Float[np.ndarray, "texts dim"]) -> np.ndarray:
        """The most probable label of each text."""
        return np.asarray(self.classifier.predict(self._both(bags, vectors, self.length)))

    def _score(
        self, bags: Sequence[str], vectors: np.ndarray, labels: np.ndarray, length: float
    ) -> float:
        both = self._both(bags, vectors, length)
        return cross_val_score(self.classifier, both, labels, cv=self.folds).mean()

    def _both(self, bags: Sequence[str], vectors: np.ndarray, length: float) -> Any:
        scaled = self._scaler.transform(vectors) * (length / np.sqrt(vectors.shape[1]))
        return sparse.hstack([self._words.transform(bags), sparse.csr_array(scaled)]).tocsr()
