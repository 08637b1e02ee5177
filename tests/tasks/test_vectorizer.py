"""ElmoVectorizer behaves as scikit-learn expects, and its numbers are the model's."""

import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.validation import check_is_fitted, validate_data

from elmo import Elmo, ElmoVectorizer
from elmo.errors import InputError

TEXTS = ["The bank raised rates. It did so again.", "We sat on the river bank", "", "Hello!"]


@pytest.fixture
def files(small_model_files) -> tuple[str, str]:
    return tuple(map(str, small_model_files))


class OfNumbers(ElmoVectorizer):
    """Takes a matrix of numbers, as scikit-learn's checks hand over, and reads each row as a text of words."""

    def fit(self, X, y=None):
        return super().fit(self._spelled(X, reset=True), y)

    def transform(self, X):
        check_is_fitted(self)
        found = super().transform(self._spelled(X, reset=False))
        return np.round(found, 5)  # the last bit of float32 may differ, and the checks allow 1e-7

    def fit_transform(self, X, y=None, **fit_params):
        return self.fit(X, y).transform(X)

    def _spelled(self, X, reset):
        rows = validate_data(self, X, reset=reset)
        return [" ".join(f"n{int(number * 4)}" for number in row) for row in rows]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string = True, False
        return tags


@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_checks_pass_where_numbers_are_spelled_as_words(files):
    """Without the spelling, `check_estimator` leaves out whatever hands over a matrix (the next test)."""
    results = estimator_checks.check_estimator(OfNumbers(files), on_fail=None, on_skip=None)
    failed = {r["check_name"]: r["exception"] for r in results if r["status"] == "failed"}
    assert failed == {}
    skipped = {r["check_name"] for r in results if r["status"] == "skipped"}
    assert skipped <= {"check_array_api_input"}, (
        "needs SCIPY_ARRAY_API=1; ElmoVectorizer is NumPy's"
    )
    assert len(results) > 35


def test_check_estimator_as_far_as_it_goes_with_texts(files):
    with pytest.warns(UserWarning, match="Can't test estimator"):
        results = estimator_checks.check_estimator(ElmoVectorizer(files), on_fail=None)
    assert [result["status"] for result in results] == ["passed"] * len(results) != []


def test_rows_are_means_over_all_words(files):
    rows = ElmoVectorizer(files).fit_transform(TEXTS)
    elmo = Elmo(*files)
    np.testing.assert_allclose(rows[0], elmo.process(TEXTS[0]).mix().mean(axis=0), atol=1e-6)
    np.testing.assert_array_equal(rows[2], 0)
    assert rows.dtype == np.float32


@pytest.mark.parametrize(
    ("layers", "width", "first", "last"),
    [
        ("mean", 12, "elmo_mean_0", "elmo_mean_11"),
        ("all", 36, "elmo_layer0_0", "elmo_layer2_11"),
        (1, 12, "elmo_layer1_0", "elmo_layer1_11"),
        ((0.2, 0.5, 0.3), 12, "elmo_mix_0", "elmo_mix_11"),
        (np.array([0.2, 0.5, 0.3]), 12, "elmo_mix_0", "elmo_mix_11"),
    ],
)
@pytest.mark.parametrize("pooling", ["mean", "max"])
def test_names_fit_columns(files, layers, width, first, last, pooling):
    vectorizer = ElmoVectorizer(files, layers=layers, pooling=pooling).fit(TEXTS)
    names = vectorizer.get_feature_names_out()
    assert vectorizer.transform(TEXTS).shape == (4, width) == (4, len(names))
    assert (names[0], names[-1]) == (first, last)


def test_one_row_does_not_depend_on_the_others(files):
    vectorizer = ElmoVectorizer(files, layers="all").fit(TEXTS)
    together = vectorizer.transform(TEXTS)
    for text, row in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(vectorizer.transform([text])[0], row, atol=1e-6)


def test_clone_pickle_and_joblib(files, tmp_path):
    vectorizer = ElmoVectorizer(files, layers=2).fit(TEXTS)
    expected = vectorizer.transform(TEXTS)
    with pytest.raises(NotFittedError):
        clone(vectorizer).transform(TEXTS)
    data = pickle.dumps(vectorizer)
    assert len(data) < 2000, "the weights are not in the pickle"
    joblib.dump(vectorizer, tmp_path / "v.joblib")
    for copy in (pickle.loads(data), joblib.load(tmp_path / "v.joblib")):  # noqa: S301
        np.testing.assert_array_equal(copy.transform(TEXTS), expected)


def test_a_model_that_changed_is_noticed(files, tmp_path):
    from elmo.model.weights import write_model
    from tests.conftest import random_model, small_options

    mine = tmp_path / "options.json", tmp_path / "weights.hdf5"
    write_model(random_model(small_options(), seed=1), *mine)
    data = pickle.dumps(ElmoVectorizer(tuple(map(str, mine))).fit(TEXTS))
    write_model(random_model(small_options(), seed=2), *mine)
    with pytest.raises(InputError, match="has changed since this vectorizer was fitted"):
        pickle.loads(data).transform(TEXTS)  # noqa: S301


def test_in_a_pipeline_with_a_search(files):
    texts = [f"{word} {i}" for i in range(6) for word in ("yes", "no")]
    pipeline = make_pipeline(ElmoVectorizer(files), LogisticRegression())
    search = GridSearchCV(pipeline, {"elmovectorizer__layers": [0, "mean"]}, cv=2)
    search.fit(texts, [text[0] for text in texts])
    assert search.score(texts, [text[0] for text in texts]) > 0.9


@pytest.mark.parametrize(
    ("changes", "texts", "words"),
    [
        ({"layers": 3}, TEXTS, "layers is 3, expected 0 to 2"),
        ({"layers": "topmost"}, TEXTS, "no representation 'topmost'"),
        ({"layers": (0.5, 0.5)}, TEXTS, "weights has 2 values, expected 3"),
        ({"pooling": "sum"}, TEXTS, "pooling is 'sum'"),
        ({}, "one text", "X is one text"),
        ({}, pd.DataFrame({"text": TEXTS}), r"X is DataFrame of several columns.*table\['text'\]"),
        ({}, {"a": 1}, "X is dict"),
        ({"batch_tokens": 0}, TEXTS, "batch_tokens is 0"),
        ({"device": "cuda:99"}, TEXTS, "device is 'cuda:99'"),
        ({}, ["a", 3], r"X\[1\] is int"),
    ],
)
def test_wrong_settings_and_texts(files, changes, texts, words):
    with pytest.raises(InputError, match=words):
        ElmoVectorizer(files, **changes).fit_transform(texts)


def test_texts_from_a_generator_a_series_and_an_array(files):
    expected = ElmoVectorizer(files).fit_transform(TEXTS)
    for texts in ((text for text in TEXTS), pd.Series(TEXTS), np.array(TEXTS, dtype=object)):
        np.testing.assert_array_equal(ElmoVectorizer(files).fit_transform(texts), expected)


def test_batch_tokens_decides_how_much_is_computed_at_once(files, monkeypatch):
    sizes = []
    read_batch = Elmo.read_batch
    monkeypatch.setattr(
        Elmo,
        "read_batch",
        lambda self, rows, state=None, **more: (
            sizes.append(len(rows)) or read_batch(self, rows, state, **more)
        ),
    )
    ElmoVectorizer(files).fit_transform(["a b c"] * 10)
    ElmoVectorizer(files, batch_tokens=10).fit_transform(["a b c"] * 10)
    assert sizes == [10] + [2] * 5


def test_pandas_output_has_the_features_names(files):
    table = ElmoVectorizer(files).set_output(transform="pandas").fit_transform(TEXTS)
    assert list(table.columns) == list(ElmoVectorizer(files).fit(TEXTS).get_feature_names_out())
