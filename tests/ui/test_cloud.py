"""The map of very many uses is computed in parts and equals that of all at once."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from elmo import Elmo
from elmo.explore.cloud import fit_axes
from elmo.store.store import Store


def script() -> None:
    import streamlit as st

    from elmo.usages import Usage
    from ui.layers import cloud
    from ui.shared import page
    from ui.uses import corpus

    cloud.PART = 16
    words = "the river money old green new central small big".split()
    rows = [(a, b, "bank", c) for a in words for b in words for c in words[:2]]
    uses = tuple(Usage(" ".join(r), r, 2, genre=f"{i % 9}.txt") for i, r in enumerate(rows))
    found = corpus.CorpusSample("bank", "k", True, uses, 500)
    with page.guard():
        st.session_state["found"] = found
        st.session_state["cloud"] = cloud._compute("small", found, 3)
        cloud.draw(st.session_state["cloud"], found)
        st.session_state["groups"] = cloud._groups(found)


@pytest.fixture
def app(tmp_path, monkeypatch, small_model_files) -> AppTest:
    monkeypatch.setenv("ELMO_HOME", str(tmp_path))
    Store().add_folder("small", small_model_files[0].parent, "trained")
    return AppTest.from_function(script, default_timeout=200).run()


def test_parts_give_the_map_of_the_whole(app, small_model_files):
    assert not app.exception and not app.error
    cloud, found = app.session_state["cloud"], app.session_state["found"]
    vectors = np.stack(
        [e.layers[:, 2] for e in Elmo(*small_model_files).embed([u.tokens for u in found.uses])], 1
    )
    assert cloud.names == ("Layer 0", "Layer 1", "Layer 2", "Equal mix")
    for layer in (1, 2):
        want = fit_axes(vectors[layer]).place(vectors[layer])
        got = cloud.places[layer]
        # The same but for size and turning: distances are proportional.
        i, j = np.triu_indices(60, 1)
        a = np.linalg.norm(want[i] - want[j], axis=1)
        b = np.linalg.norm(got[i] - got[j], axis=1)
        assert np.corrcoef(a, b)[0, 1] > 0.98
    assert np.ptp(cloud.places[0]) < 1e-3, "layer 0 knows nothing of the sentence"
    assert cloud.kept[0] is None and 0 < cloud.kept[2] <= 1
    assert (
        f"of the ten nearest neighbours (counted among {len(found.uses)} uses drawn"
        in app.markdown[-1].value
    )


def test_the_smaller_documents_share_a_colour(app):
    names, groups = app.session_state["groups"]
    assert names[-1] == "other documents" and len(names) == 7
    assert np.bincount(groups).sum() == len(app.session_state["found"].uses)
