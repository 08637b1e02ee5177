"""Two models on Word in context: one colour scale, the paired difference, and an untrained model."""

from typing import Any

import h5py
import numpy as np
import pytest

from elmo import Elmo
from elmo.explore.similarity import Difference, LayerSeparation, PairAuc, cosine_matrix, pair_auc
from elmo.model.options import Options
from elmo.representation import layer
from elmo.tasks.senses.word_senses import use_vectors
from elmo.usages import read_examples
from elmo.views.numbers import short
from tests.ui.pages import checked, page_of, words
from ui.shared import inputs
from ui.shared.files import KeptFile
from ui.word import models, models_file, models_senses


@pytest.fixture(scope="module")
def bundled() -> Elmo:
    return Elmo()


def opened(small, **params: str):
    app = page_of("word")
    app.query_params["word_part"], app.query_params["example"] = "Two models", "bat"
    for name, value in params.items():
        app.query_params[name] = value
    if small is not None:
        app.session_state["own_models"] = {"session:small": str(small[0].parent)}
    return checked(app.run())


def auc_of(elmo: Elmo, name: str) -> float:
    uses = read_examples("bat")
    return pair_auc(cosine_matrix(use_vectors(elmo, uses)[name]), [use.sense for use in uses]).auc


def test_two_models_and_an_untrained_one_on_the_same_sentences(small_model_files, bundled):
    top = Options.read(small_model_files[0]).n_layers
    app = opened(
        small_model_files,
        word_models_layer_a3="Layer 2",
        word_models_compare="the word",
        **{f"word_models_layer_b{top + 1}": f"Layer {top}"},
    )
    text = words(app)
    assert "The two models rank the 91 pairs" in text and "the same colour scale" in text
    assert "Bundled model" in text and "small (yours)" in text
    small = auc_of(Elmo(*small_model_files), f"layer {top}")
    assert f"pair AUC {short(auc_of(bundled, 'layer 2'))} and {short(small)}, difference" in text
    untrained = auc_of(bundled.untrained(), "layer 2")
    assert f"has pair AUC {short(untrained)}" in text and "How much of this is training?" in text


def test_with_one_model_the_second_is_an_untrained_one():
    app = opened(None)
    assert app.selectbox(key="word_model_b").value == "untrained:bundled"
    text = words(app)
    assert "than Untrained model of the same size" in text or "told from chance" in text
    assert "How much of this is training?" not in text  # that is what the whole part says


def test_substitutes_of_an_untrained_model_are_told_to_be_none():
    app = opened(None, word_models_layer_b3="Substitutes")
    assert any("The page shows layer 2 instead" in info.value for info in app.info)


def test_the_second_model_may_be_vectors_from_a_file(bundled, tmp_path, monkeypatch):
    uses = read_examples("bat")
    read = bundled.embed([use.tokens for use in uses])
    with h5py.File(tmp_path / "content", "w") as file:
        for i, sentence in enumerate(read):
            file[str(i)] = sentence.layers[1:]
    kept = KeptFile("bert.hdf5", 1, "id", tmp_path / "content")
    monkeypatch.setattr(models_file.files, "ask", lambda *args, **more: kept)
    places = {"word_models_layer_a3": "Layer 2", "word_models_compare": "the word"}
    app = opened(None, word_model_b=models_file.FILE, **places)
    text = words(app)
    assert "The two models rank the 91 pairs **very similarly**: Spearman" in text.replace("\\", "")
    assert "cosines is 1.00" in text.replace("\n", " ") and "bert.hdf5" in text
    app.segmented_control(key="word_models_layer_file2").set_value("Layer 0").run()
    aucs = " and ".join(short(auc_of(bundled, f"layer {layer}")) for layer in (2, 1))
    assert f"pair AUC {aucs}, difference" in words(app)
    # A file of other sentences is refused, with what does not fit.
    kept = KeptFile("other.npz", 1, "other", tmp_path / "other")
    with open(tmp_path / "other", "wb") as file:
        sets: Any = {str(i): np.zeros((3, 2, 4)) for i in range(len(uses))}
        np.savez(file, **sets)
    app.run()
    (told,) = (box.value.replace("\\", "") for box in app.error)
    n = len(uses[0].tokens)
    assert (
        f"other.npz does not fit the {len(uses)} sentences: data set 0 has shape (3, 2, 4), 2 words, but its sentence has {n}"
        in told
    )


def test_without_senses_no_difference_is_told():
    app = page_of("word")
    for name, value in {
        "word_part": "Two models", "source": "Your own text", "word": "spring"
    }.items():  # fmt: skip
        app.query_params[name] = value
    app.session_state["uses_text"] = "A spring.\nThe spring broke.\nSpring came."
    checked(app.run())
    assert "To compare how well the models tell senses apart" in words(app)


def _sides(n: int) -> list[models_senses.Side]:
    choice = inputs.Choice("layer 2", layer(2, 3))
    return [models_senses.Side(name, choice, None) for name in ("A", "B", "U")[:n]]  # type: ignore[arg-type]


def _figures(*aucs: float) -> LayerSeparation:
    layers = tuple(PairAuc(auc, 0.5, 0.4, 10, 10) for auc in aucs)
    return LayerSeparation(layers, np.array(aucs) - 0.1, np.array(aucs) + 0.1, 0, 0.9, 12)


def test_the_better_model_is_named_only_where_chance_is_excluded():
    figures = _figures(0.8, 0.6, 0.55)
    sure, unsure = Difference(0.2, 0.1, 0.3, 0.004), Difference(0.2, -0.1, 0.4, 0.3)
    told = models_senses.finding(_sides(3), figures, sure)
    assert told.startswith("**A tells the senses apart better than B**")
    assert "difference .20 (95 % interval .10 to .30, p = .004)" in told
    worse = Difference(-0.2, -0.3, -0.1, 0.001)
    assert "**B tells the senses apart better than A**" in models_senses.finding(
        _sides(3), figures, worse
    )
    assert "can be told from chance" in models_senses.finding(_sides(3), figures, unsure)
    assert "training adds .20 (95 % interval .10 to .30" in models_senses.training(
        _sides(3), figures, sure
    )
    assert "training removes .20 (95 % interval .10 to .30, p < .002)" in models_senses.training(
        _sides(3), figures, worse
    )
    assert "has pair AUC .55: no difference" in models_senses.training(_sides(3), figures, unsure)


def test_colours_of_matrices_span_all_their_pairs():
    one, two = np.array([[1.0, 0.2], [0.2, 1]]), np.array([[1.0, 0.6], [0.6, 1]])
    assert models.colour_limits([one, two]) == (0.2, 0.6)
    assert models.colour_limits([np.ones((3, 3)), np.ones((3, 3))]) == (0.0, 1.0)
