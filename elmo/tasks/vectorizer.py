"""`ElmoVectorizer`: a scikit-learn transformer from texts to ELMo vectors.

>>> from sklearn.linear_model import LogisticRegression
>>> from sklearn.pipeline import make_pipeline
>>> classifier = make_pipeline(ElmoVectorizer(layers="mean"), LogisticRegression())
>>> classifier.fit(texts, labels).predict(["Could you open the window?"])     # doctest: +SKIP
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Self

import numpy as np
from jaxtyping import Float
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from elmo.embedded import Embedded
from elmo.embedder import Elmo
from elmo.errors import InputError
from elmo.tokenizer import process
from elmo.vectors.selection import select


class ElmoVectorizer(TransformerMixin, BaseEstimator):
    """A transformer that gives each text the mean of its words' vectors.

    `fit` reads the model and learns nothing from the texts. Pickles (and joblib's files) have the name and the
    fingerprint of the model, not its weights, which are read again on the next use.

    Attributes:
        n_features_out_: size of a text's vector, after `fit`.
        fingerprint_: checksum of the model's options and weights, after `fit`.
    """

    def __init__(
        self,
        model: str | tuple[str, str] = "bundled",
        *,
        layers: str | int | Sequence[float] = "mean",
        pooling: Literal["mean", "max"] = "mean",
        batch_tokens: int = 4096,
        device: str = "cpu",
    ) -> None:
        """
        Args:
            model: a name in the store, or (options file, weights file).
            layers: "mean" for the equal mix; a layer's number; "all" for all layers side by side;
                normalized weights, one a layer; or the name of a representation.
            pooling: "mean" or "max" over the words of a text, in each dimension. A text without words
                has zeros.
            batch_tokens: largest number of words in a batch, padding included.
            device: "cpu", or "cuda" on a machine with such a device.
        """
        self.model = model
        self.layers = layers
        self.pooling = pooling
        self.batch_tokens = batch_tokens
        self.device = device

    def fit(self, X: Iterable[str], y: object = None) -> Self:
        """Read the model, and check the settings and texts.

        Raises:
            InputError: a setting has a wrong value, or X is not a list of texts.
        """
        _texts(X)
        if self.pooling not in ("mean", "max"):
            raise InputError(f"pooling is {self.pooling!r}, expected 'mean' or 'max'.")
        self._elmo = self._loaded()
        options = self._elmo.options
        width = self._vectors(
            Embedded(
                ("a",),
                np.zeros((options.n_representations, 1, options.representation_dim), np.float32),
            )
        )
        self.n_features_out_ = width.shape[1]
        self.fingerprint_ = self._elmo.fingerprint
        return self

    def fit_transform(self, X: Iterable[str], y: object = None, **fit_params: object) -> np.ndarray:
        """`fit`, then `transform` of the same texts; X is read once, so that X may be a generator.

        Raises: as `fit`.
        """
        texts = _texts(X)
        return self.fit(texts, y).transform(texts)

    def transform(self, X: Iterable[str]) -> Float[np.ndarray, "texts features"]:
        """The vector of each text.

        Raises:
            NotFittedError: before `fit`.
            InputError: X is not a list of texts, or the model has changed since `fit`.
        """
        check_is_fitted(self)
        documents = [process(text) for text in _texts(X)]
        results = self._model().embed(
            (s.forms for document in documents for s in document), self.batch_tokens
        )
        rows = np.zeros((len(documents), self.n_features_out_), np.float32)
        for row, document in zip(rows, documents, strict=True):
            words = [self._vectors(next(results)) for _ in document]
            if words:
                together = np.concatenate(words)
                row[:] = together.max(axis=0) if self.pooling == "max" else together.mean(axis=0)
        return rows

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Names such as "elmo_mean_17" or "elmo_layer1_17" (dimension 17)."""
        check_is_fitted(self)
        dim = self._model().options.representation_dim
        if isinstance(self.layers, str) and self.layers == "all":
            blocks = [f"layer{i}" for i in range(self.n_features_out_ // dim)]
        else:
            one: Any = self.layers
            blocks = [f"layer{one}" if _is_layer(one) else one if isinstance(one, str) else "mix"]
            dim = self.n_features_out_
        return np.array([f"elmo_{block}_{i}" for block in blocks for i in range(dim)], dtype=object)

    def _vectors(self, sentence: Embedded) -> Float[np.ndarray, "tokens features"]:
        layers: Any = self.layers
        if _is_layer(layers):
            n = len(sentence.layers)
            if not 0 <= layers < n:
                raise InputError(f"layers is {layers}, expected 0 to {n - 1} for this model.")
            return sentence.layers[layers]
        if not isinstance(layers, str):
            return sentence.mix(list(layers))
        if layers == "all":
            return np.concatenate(list(sentence.layers), axis=1)
        return select(self._model(), sentence, layers)

    def _loaded(self) -> Elmo:
        if isinstance(self.model, str):
            from elmo.store.store import Store

            return Store().get(self.model).load(device=self.device)
        return Elmo(*self.model, device=self.device)

    def _model(self) -> Elmo:
        if getattr(self, "_elmo", None) is None:
            self._elmo = self._loaded()
            if self._elmo.fingerprint != self.fingerprint_:
                raise InputError(
                    f"the model {self.model!r} has changed since this vectorizer was fitted (fingerprint "
                    f"{self._elmo.fingerprint}, was {self.fingerprint_}); fit it again."
                )
        return self._elmo

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        assert isinstance(state, dict)
        return {name: value for name, value in state.items() if name != "_elmo"}

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.transformer_tags.preserves_dtype = []
        return tags

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "fingerprint_")


def _is_layer(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _texts(X: Iterable[str]) -> list[str]:
    if isinstance(X, str):
        raise InputError("X is one text, expected a list of texts; put it into a list.")
    if isinstance(X, Mapping | bytes) or getattr(X, "ndim", 1) != 1:
        raise InputError(
            f"X is {type(X).__name__} of several columns or keys, expected a list of texts; give one "
            "column, such as table['text']."
        )
    texts = list(X)
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise InputError(f"X[{number}] is {type(text).__name__}, expected a text.")
    return texts
