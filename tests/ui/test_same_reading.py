"""Pages and commands read a sentence with ’ “ ” and a no-break space as the sentence in ASCII.

The reference is the model on the ASCII words. The bundled model reads ’ and ' as different letters, so that any
place that reads the words as they are written gives other vectors.
"""

import h5py
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from elmo import Elmo
from elmo.corpus.build import build_index
from elmo.representation import by_name, read_uses
from elmo.substitutes import substitutes
from elmo.tasks import sense_tagging
from elmo.tasks.change.vectors import use_vectors as change_vectors
from elmo.tasks.senses.word_senses import use_vectors
from elmo.tokenizer import tokenize
from elmo.usages import Usage, find_usages
from elmo.vectors.cache import VectorCache
from elmo.vectors.file import embed_file
from elmo.views.of_model import explore_model

WRITTEN = ("“It’s\u00a0the river’s bank,” he\u00a0said.", "She didn’t trust the bank’s “advice”.")
ASCII = ("\"It's the river's bank,\" he said.", "She didn't trust the bank's \"advice\".")
BY = "added and around"
BANK = ("bank",)


def uses_of(texts) -> list[Usage]:
    return find_usages(map(tokenize, texts), BANK)


@pytest.fixture(scope="module")
def elmo() -> Elmo:
    return Elmo()


@pytest.fixture(scope="module")
def expected(elmo):
    """What the model reads of the uses in ASCII."""
    words = [tokenize(text).tokens for text in ASCII]
    layers = [found.layers for found in elmo.embed(words)]
    return read_uses(layers, uses_of(ASCII), words, elmo.constants)


def equal(found, wanted) -> None:
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_the_ways_of_writing_matter_to_the_model(elmo, expected):
    words = [use.tokens for use in uses_of(WRITTEN)]
    raw = np.stack([found.layers[2] for found in elmo.embed([words[0]])])
    ascii_ = np.stack([found.layers[2] for found in elmo.embed([uses_of(ASCII)[0].tokens])])
    assert np.abs(raw - ascii_).max() > 0.1


def test_evaluate_change_and_substitutes(elmo, expected):
    uses = uses_of(WRITTEN)
    wanted = by_name(BY, 3).vectors(expected)
    equal(use_vectors(elmo, uses)[BY], wanted)
    equal(change_vectors(elmo, BY)(uses), wanted)
    plain, written = (substitutes(elmo, uses_of(texts), 5) for texts in (ASCII, WRITTEN))
    assert [[s.word for s in row.both] for row in plain] == [
        [s.word for s in row.both] for row in written
    ]


def test_senses_of_an_index_and_the_samples_of_a_task(elmo, expected, tmp_path):
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("\n".join(WRITTEN), encoding="utf-8")
    with build_index([corpus], tmp_path / "corpus.index") as index:
        hits = sorted(index.hits("bank", 10), key=lambda hit: hit.text != WRITTEN[0])
        uses = [hit.usage() for hit in hits]
    cache = VectorCache.for_session()
    reading = cache.read_uses(elmo, uses, elmo.constants)
    cache.close()
    for name in ("layers", "around", "words"):
        equal(getattr(reading, name), getattr(expected, name))
    labelled = [
        Usage(u.text, u.tokens, u.position, s) for u, s in zip(uses_of(WRITTEN), "ab", strict=True)
    ]
    samples = sense_tagging.samples(labelled, elmo)
    equal(samples.layers.transpose(1, 0, 2), expected.layers)


def test_report(elmo):
    plain, written = (explore_model(uses_of(texts), elmo) for texts in (ASCII, WRITTEN))
    for one, other in zip(plain.drawn, written.drawn, strict=True):
        assert one.name == other.name
        for a, b in ((one.cosines, other.cosines), (one.near, other.near)):
            assert (a is None) == (b is None)
            assert a is None or equal(a, b) is None
        assert [m.points.round(4).tolist() for m in one.maps.values()] == [
            m.points.round(4).tolist() for m in other.maps.values()
        ]


def test_embed_of_text(elmo, expected, tmp_path):
    lines, out = tmp_path / "lines.txt", tmp_path / "out.hdf5"
    lines.write_text("\n".join(WRITTEN), encoding="utf-8")
    embed_file(elmo, lines, out, text=True)
    with h5py.File(out) as file:
        read = [np.array(file[str(i)]) for i in range(2)]
    equal(
        np.stack([x[:, use.position] for x, use in zip(read, uses_of(WRITTEN), strict=True)], 1),
        expected.layers,
    )


def _pages(texts, by) -> None:
    import streamlit as st

    from elmo.representation import by_name
    from elmo.tokenizer import tokenize
    from elmo.usages import find_usages
    from ui.change.computed import vectors
    from ui.uses.vectors import vectors as word_vectors

    uses = tuple(find_usages(map(tokenize, texts), ["bank"]))
    st.session_state["found"] = {
        "word": word_vectors("bundled", uses, whole=False).of(by_name(by, 3)),
        "change": vectors("bundled", uses, by),
    }


def test_pages(expected):
    app = AppTest.from_function(_pages, default_timeout=300, args=(WRITTEN, BY)).run()
    assert not app.exception
    for name, found in app.session_state["found"].items():
        np.testing.assert_allclose(found, by_name(BY, 3).vectors(expected), atol=1e-5, err_msg=name)
