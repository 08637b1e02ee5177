"""Every token and random bigrams of real text, asked for as they are written: the index has the text's own counts.

A query can be written in more ways than one token: "im" is one token in some places and i + m in others, "-and" is part of
black-and-white. The expected counts are those of every run of tokens that the definition of a use takes.
"""

import random
from itertools import islice

import pytest

from elmo.corpus.build import build_index
from elmo.corpus.lines import read_lines
from elmo.tokenizer import process
from tests.runs import counts_by_definition, tokens_and_bigrams

CORPORA = [
    "ud_ewt_train",
    "masc",
    "wikinews_en",
    "tatoeba_en",
    "standard_ebooks.part1",
    "wikipedia_en_recent",
]


def check(shared, tmp_path, n_lines: int, n_bigrams: int) -> int:
    """Compare the counts of all distinct tokens and of random bigrams; returns the number of distinct tokens."""
    lines = [
        line.text
        for name in CORPORA
        for line in islice(read_lines(shared / "corpus" / f"{name}.txt.xz"), n_lines)
    ]
    (tmp_path / "a.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sentences = list(process("\n".join(lines)))
    counts, written = tokens_and_bigrams(sentences)
    tokens = [key for key in counts if len(key) == 1]
    bigrams = sorted(key for key in counts if len(key) == 2)
    asked = tokens + random.Random(0).sample(bigrams, n_bigrams)
    expected = counts_by_definition(sentences, {written[key] for key in asked})
    assert all(expected.values()), "a copied run is found"
    with build_index([tmp_path / "a.txt"], tmp_path / "out", segment_tokens=100_000) as index:
        wrong = {
            query: (counted, n)
            for query, n in expected.items()
            if (counted := index.count(query)) != n
        }
    assert not wrong, dict(islice(wrong.items(), 20))
    return len(tokens)


def test_a_sample_of_real_text(shared, tmp_path):
    assert check(shared, tmp_path, 60, 500) > 1_500


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_large_sample_of_real_text(shared, tmp_path):
    assert check(shared, tmp_path, 2_000, 2_000) > 15_000
