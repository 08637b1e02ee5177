"""The measures of word senses, on vectors whose answer is known."""

import json

import numpy as np
import pytest

from elmo import Elmo
from elmo.cli import main
from elmo.errors import InputError
from elmo.explore.bootstrap import macro_recall
from elmo.explore.similarity import pair_auc
from elmo.tasks.senses.word_in_context import UsePairs, best_threshold, measure_wic, read_wic
from elmo.tasks.senses.word_senses import (
    LabelledWord,
    measure_senses,
    read_coarsewsd,
    read_examples,
    resampled_pair_auc,
    use_vectors,
)
from elmo.usages import Usage


def uses(senses: str) -> list[Usage]:
    return [
        Usage(f"{sense} {number}", (sense, str(number)), 0, sense)
        for number, sense in enumerate(senses)
    ]


def by_sense(rows):
    """Vectors that know the sense, ones that know nothing, and the same for all."""
    rng = np.random.default_rng(len(rows))
    known = np.array([[use.sense == "a", use.sense == "b", 0.1] for use in rows], float)
    return {
        "layer 0": np.ones((len(rows), 3)),
        "knows": known + 0.01 * rng.standard_normal(known.shape),
        "noise": rng.standard_normal((len(rows), 3)),
    }


def test_vectors_that_know_the_sense_score_one_and_equal_ones_one_half():
    words = [
        LabelledWord("one", uses("aabb"), uses("aaabbb")),
        LabelledWord("two", uses("ab"), uses("abab")),
    ]
    figures = measure_senses(words, by_sense, n_resamples=50)
    assert figures["knows"].pair_auc.value == 1
    assert figures["knows"].recall.value == 1
    assert figures["knows"].beats_layer_0 == 1
    assert figures["layer 0"].pair_auc.value == 0.5
    assert (
        figures["layer 0"].recall.value == 0.5
    )  # always the first training use: one sense right, the other never
    assert figures["layer 0"].beats_layer_0 is None
    noise = figures["noise"].pair_auc
    assert noise.low <= noise.value <= noise.high
    assert noise.low < noise.high
    assert figures["knows"].words == {"one": (1.0, 1.0), "two": (1.0, 1.0)}


def test_the_pair_auc_is_the_one_that_the_app_shows_and_counts_are_repetitions():
    rng = np.random.default_rng(0)
    similarity = rng.integers(0, 6, (12, 12)) / 5.0
    similarity = (similarity + similarity.T) / 2
    senses = rng.integers(0, 3, 12)
    ones = np.ones((1, 12), int)
    expected = pair_auc(similarity, [str(sense) for sense in senses]).auc
    assert resampled_pair_auc(similarity, senses, ones)[0] == pytest.approx(expected)
    without = np.r_[0, np.ones(11, int)][None]
    expected = pair_auc(similarity[1:, 1:], [str(sense) for sense in senses[1:]]).auc
    assert resampled_pair_auc(similarity, senses, without)[0] == pytest.approx(expected)
    assert np.isnan(
        resampled_pair_auc(similarity[:3, :3], np.zeros(3, int), np.ones((1, 3), int))[0]
    )


def test_recall_is_averaged_over_senses_so_that_rare_ones_count_as_much():
    right, senses = np.array([True, True, True, False]), np.array([0, 0, 0, 1])
    counts = np.array([[1, 1, 1, 1], [2, 1, 1, 0]])
    assert macro_recall(right, senses)(counts).tolist() == [0.5, 1.0]


def test_the_threshold_gives_the_most_right_answers():
    cosines, same = np.array([0.9, 0.8, 0.7, 0.6, 0.5]), np.array([True, True, False, True, False])
    threshold = best_threshold(cosines, same)
    assert ((cosines >= threshold) == same).sum() == 4
    assert best_threshold(cosines, np.zeros(5, bool)) > 0.9
    assert best_threshold(cosines, np.ones(5, bool)) < 0.5
    tied = best_threshold(np.array([0.5, 0.5, 0.1]), np.array([True, False, False]))
    assert tied > 0.1  # equal cosines cannot be parted


def test_wic_chooses_the_threshold_on_one_set_and_is_judged_on_the_other():
    def vectors(rows):
        return {"knows": np.array([[1.0, 0] if use.sense == "a" else [0, 1.0] for use in rows])}

    train = UsePairs(uses("abab"), uses("aabb"), np.array([True, False, False, True]))
    judged = UsePairs(uses("aabb"), uses("abab"), np.array([True, False, True, True]))
    figure = measure_wic(train, judged, vectors)["knows"]
    assert 0 < figure.threshold < 1
    assert figure.accuracy.value == 0.75


def test_wic_does_not_depend_on_the_last_bits_of_equal_vectors():
    """Layer 0 has one vector for all uses of a form; the vectors of two batches may differ in the last bits of float32."""
    rng = np.random.default_rng(0)
    forms, same = "".join(rng.choice(list("abc"), 400)), rng.random(200) < 0.5
    pairs = UsePairs(uses(forms[:200]), uses(forms[200:]), same)
    of_form = dict(zip("abc", rng.normal(size=(3, 8)).astype(np.float32), strict=True))

    def figure(share: float):
        def vectors(rows):
            exact = np.array([of_form[use.sense] for use in rows])
            return {"layer 0": exact * (1 + share * rng.uniform(-1, 1, exact.shape))}

        return measure_wic(pairs, pairs, vectors)["layer 0"].to_dict()

    assert figure(1e-7) == figure(1e-8) == figure(0)


def test_wic_compares_vectors_whose_dimensions_depend_on_the_uses():
    def of_senses(rows):
        """One dimension for each sense among the uses."""
        senses = sorted({use.sense for use in rows})
        return {"substitutes": np.eye(len(senses))[[senses.index(use.sense) for use in rows]]}

    pairs = UsePairs(uses("aaab"), uses("abac"), np.array([True, False, True, False]))
    assert measure_wic(pairs, pairs, of_senses)["substitutes"].accuracy.value == 1.0


def test_the_shared_sets_are_read(shared):
    words = read_coarsewsd(shared / "eval" / "coarsewsd20")
    assert [word.word for word in words] == [
        "apple",
        "bank",
        "crane",
        "java",
        "mole",
        "spring",
        "square",
        "yard",
    ]
    assert {word.word: len(word.test) for word in words}["java"] == 1929
    assert all(use.form.startswith(word.word) for word in words for use in word.test)
    dev = read_wic(shared / "eval" / "wic", "dev")
    assert len(dev.same) == 638
    assert dev.first[0].form == "board"
    assert dev.second[0].form == "boards"


def test_a_wrong_folder_is_named(tmp_path):
    with pytest.raises(InputError, match="CoarseWSD-20"):
        read_coarsewsd(tmp_path)
    with pytest.raises(InputError, match="folders of WiC"):
        read_wic(tmp_path, "dev")
    with pytest.raises(InputError, match=r"no \.tsv table"):
        read_examples(tmp_path)


def test_each_representation_is_named_and_less_its_mean(small_model_files):
    elmo, rows = Elmo(*small_model_files), uses("ab")
    named = use_vectors(elmo, rows)
    layers = [layer.layers[:, 0] for layer in elmo.embed(use.tokens for use in rows)]
    names = ["layer 0", "layer 1", "layer 2", "layers 1+2", "equal mix", "halves added"]
    names += ["around the word", "added and around", "layer and both sides", "words around"]
    assert list(named) == [*names, *(f"{name}, less the mean" for name in names)]
    np.testing.assert_array_equal(named["layer 1"], [layer[1] for layer in layers])
    np.testing.assert_allclose(named["equal mix, less the mean"].mean(axis=0), 0, atol=1e-6)


def test_the_commands_on_made_up_data(tmp_path, capsys):
    pairs = [
        "bank\tN\t1-1\tthe bank lends\tthe bank floods",
        "bat\tN\t1-1\ta bat flies\ta bat bites",
    ]
    for split in ("train", "dev"):
        (tmp_path / "wic" / split).mkdir(parents=True)
        (tmp_path / "wic" / split / f"{split}.data.txt").write_text("\n".join(pairs) + "\n")
        (tmp_path / "wic" / split / f"{split}.gold.txt").write_text("F\nT\n")
    assert main(["evaluate", "wic", str(tmp_path / "wic"), "--json"]) == 0
    told = capsys.readouterr()
    figures = json.loads(told.out)
    assert figures["added and around"]["accuracy"]["value"] in (0, 0.5, 1)
    assert "everything together" not in figures and "for the uses of one word" in told.err

    lines = ["1\tthe bank lends money", "1\tthe bank floods fields", "1\ta bank lends more"]
    (tmp_path / "wsd" / "bank").mkdir(parents=True)
    for split in ("train", "test"):
        (tmp_path / "wsd" / "bank" / f"{split}.data.txt").write_text("\n".join(lines) + "\n")
        (tmp_path / "wsd" / "bank" / f"{split}.gold.txt").write_text("0\n1\n0\n")
    assert main(["evaluate", "wsd", str(tmp_path / "wsd"), "--json"]) == 0
    figure = json.loads(capsys.readouterr().out)["everything together"]
    assert figure["recall_1nn"]["value"] == 1 and 0 <= figure["pair_auc"]["value"] <= 1
