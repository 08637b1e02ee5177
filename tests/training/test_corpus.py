"""The corpus on disk holds the app's words, in order, with the right documents held out."""

import gzip
import lzma

import numpy as np
import pytest

from elmo.errors import CorpusError
from elmo.tokenizer import tokenize
from elmo.training.data.corpus import Corpus
from elmo.training.data.prepare import prepare
from elmo.training.data.vocabulary import SPECIAL, build_vocabulary, fit_vocabulary

TEXT = """The bank can't raise its rates, said U.S. officials.
"Really?" she asked -- twice.

A  naïve co-founder's e-mail: me@example.com (15:30).

The river bank.
The end..."""


def write_all(folder) -> list:
    one, two, three = folder / "a.txt", folder / "b.txt.gz", folder / "c.txt.xz"
    one.write_text(TEXT, encoding="utf-8")
    with gzip.open(two, "wt", encoding="utf-8") as out:
        out.write(TEXT)
    with lzma.open(three, "wt", encoding="utf-8") as out:
        out.write(TEXT)
    return [three, one, two]


def test_sentences_are_the_apps_words_in_the_order_of_the_files_names(tmp_path):
    corpus = prepare(write_all(tmp_path), tmp_path / "corpus", held_out_every=4, processes=1)
    words = np.array(corpus.words)
    found = [tuple(words[corpus.sentence(n)]) for n in range(len(corpus.lengths))]
    assert found == 3 * [tokenize(line).tokens for line in TEXT.split("\n") if line]


def test_every_nth_document_is_held_out_and_its_words_are_not_counted(tmp_path):
    corpus = prepare(write_all(tmp_path), tmp_path / "corpus", held_out_every=4, processes=1)
    sentences = [line for line in 3 * (TEXT + "\n\n").split("\n") if line]
    # nine documents of 2, 1 and 2 sentences, three times over; the fourth and the eighth are held out
    assert corpus.sentence_numbers(held_out=True).tolist() == [5, 6, 12]
    trained = [sentence for n, sentence in enumerate(sentences) if n not in (5, 6, 12)]
    counts = dict(zip(corpus.words, corpus.counts.tolist(), strict=True))
    tokens = [token for sentence in trained for token in tokenize(sentence).tokens]
    assert counts == {word: tokens.count(word) for word in counts}
    assert corpus.info["training_tokens"] == len(tokens)
    assert list(corpus.counts) == sorted(corpus.counts, reverse=True)


def test_several_processes_write_what_one_does(tmp_path):
    paths = write_all(tmp_path)
    one = prepare(paths, tmp_path / "one", processes=1)
    two = prepare(paths, tmp_path / "two", processes=2)
    assert one.words == two.words
    assert np.array_equal(one.tokens, two.tokens)


def test_a_prepared_corpus_is_used_again_unless_its_files_changed(tmp_path):
    paths = write_all(tmp_path)
    prepare(paths, tmp_path / "corpus", processes=1)
    marker = tmp_path / "corpus" / "marker"
    marker.touch()
    prepare(paths, tmp_path / "corpus", processes=1)
    assert marker.exists()
    paths[1].write_text(TEXT + "\nMore.", encoding="utf-8")
    prepare(paths, tmp_path / "corpus", processes=1)
    assert not marker.exists()


@pytest.mark.parametrize("content", [b"\xff\xfe not text", b""])
def test_what_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(CorpusError, match="bad.txt"):
        prepare([path], tmp_path / "corpus", processes=1)
    with pytest.raises(CorpusError, match="missing.txt: no such file"):
        prepare([tmp_path / "missing.txt"], tmp_path / "corpus")
    with pytest.raises(CorpusError, match="no prepared corpus"):
        Corpus(tmp_path / "corpus")


def test_a_cut_off_file_is_named(tmp_path):
    path = tmp_path / "cut.txt.xz"
    path.write_bytes(lzma.compress(TEXT.encode() * 100)[:-30])
    with pytest.raises(CorpusError, match="cut.txt.xz"):
        prepare([path], tmp_path / "corpus", processes=1)


def test_the_vocabulary_is_the_most_frequent_words_after_the_three_special_ones():
    words, counts = ["the", "<UNK>", "a", "rare", "rarer"], np.array([9, 5, 4, 2, 1])
    vocabulary = build_vocabulary(words, counts, n_sentences=3, size=6)
    assert vocabulary.words == (*SPECIAL, "the", "a", "rare")
    assert vocabulary.counts.tolist() == [3, 3, 6, 9, 4, 2]
    assert vocabulary.row_of_code.tolist() == [0, 1, 3, 2, 4, 5, 2]
    again = fit_vocabulary(vocabulary.words, ["rare", "new"], np.array([7, 1]), 2)
    assert again.words == vocabulary.words
    assert again.row_of_code.tolist() == [0, 1, 5, 2]
