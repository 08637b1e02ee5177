"""Published models: mirrors, other collections, softmaxes by ranges, and archives that are not to be trusted."""

import io
import json
import re

import h5py
import numpy as np
import pytest

from elmo.cli import main
from elmo.errors import DownloadError
from elmo.model.softmax import read_softmax
from elmo.predict import predict
from elmo.store import fetch as fetching
from elmo.store import http, official, sources
from elmo.store.download import download
from elmo.store.official import OFFICIAL
from elmo.store.sources import find_source
from elmo.store.store import Store
from tests.hostile_server import HostileServer
from tests.zips import zip_bytes

WORDS = ["</S>", "<S>", "<UNK>", *(f"word{i}" for i in range(3000))]
MODEL = OFFICIAL["original"]


@pytest.fixture
def server(tmp_path, monkeypatch, small_model_files):
    """The small model in the place of "original", in NLPL's and in Hugging Face's."""
    monkeypatch.setenv("ELMO_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(http, "STALL_SECONDS", 0.3)
    monkeypatch.setattr(fetching.time, "sleep", lambda seconds: None)
    server = HostileServer()
    monkeypatch.setenv("ELMO_MIRROR", server.url)
    monkeypatch.setattr(sources, "NLPL", f"{server.url}/20/")
    monkeypatch.setattr(sources, "HUGGING_FACE", f"{server.url}/hf/")
    for path, file in zip((MODEL.options_path, MODEL.weight_path), small_model_files, strict=True):
        server.serve(f"/{path}", file.read_bytes())
    yield server
    server.close()


def softmax_file(rows: int, group: str = "softmax/", **options) -> tuple[bytes, np.ndarray]:
    """A softmax as it is published, larger than one block of its header, and its W."""
    W = np.random.default_rng(0).normal(size=(rows, 6)).astype(np.float32)
    data = io.BytesIO()
    with h5py.File(data, "w") as file:
        file.create_dataset("ballast_before_the_header_of_b", data=np.zeros(0, np.float32))
        del file["ballast_before_the_header_of_b"]
        file.create_dataset(f"{group}W", data=W, **options)
        file.create_dataset(f"{group}b", data=np.arange(rows, dtype=np.float32), **options)
    return data.getvalue(), W


def serve_softmax(server, content: bytes, words=WORDS, **behaviour):
    server.serve(f"/{MODEL.vocab_path}", "".join(f"{w}\n" for w in words).encode())
    return server.serve(f"/{MODEL.softmax_path}", content, **behaviour)


@pytest.mark.parametrize("group", ["softmax/", ""])
def test_the_first_rows_of_a_softmax_by_ranges(server, group, capsys):
    content, W = softmax_file(len(WORDS), group)
    behaviour = serve_softmax(server, content)
    assert main(["download", "original", "--with-softmax", "50"]) == 0
    told = capsys.readouterr().err
    assert "WARNING" in told and MODEL.sha256 in told, "the weights are not the published ones"
    asked = [request["Range"] for request in behaviour.requests]
    sizes = [int(b) - int(a) + 1 for a, b in (r.removeprefix("bytes=").split("-") for r in asked)]
    assert 50 * 6 * 4 in sizes and sum(sizes) < len(content) * 2
    entry = Store().get("original")
    softmax = entry.load_softmax()
    assert softmax.words == tuple(WORDS[:50])
    assert np.array_equal(softmax.W.numpy(), W[:50])
    assert np.array_equal(softmax.b.numpy(), np.arange(50))
    assert {p.name for p in entry.weight_file.parent.iterdir()} == {
        "model.json", "options.json", "weights.hdf5", "softmax.hdf5", "vocab.txt",
    }  # fmt: skip
    assert len(predict(entry.load(), softmax, ["word1", "word2"], 3).places) == 2


@pytest.mark.parametrize(
    ("options", "behaviour"),
    [
        ({}, {"ranges": False}),
        ({"chunks": (100, 6)[:1] + (6,)}, {}),
        ({"compression": "gzip"}, {}),
    ],
)
def test_where_ranges_do_not_help_the_whole_file_is_cut(server, options, behaviour):
    W_options = {k: v for k, v in options.items() if k != "chunks"}
    content, W = softmax_file(len(WORDS), **W_options)
    if "chunks" in options:
        data = io.BytesIO()
        with h5py.File(data, "w") as file:
            file.create_dataset("softmax/W", data=W, chunks=(100, 6))
            file.create_dataset("softmax/b", data=np.arange(len(W), dtype=np.float32), chunks=(99,))
        content = data.getvalue()
    serve_softmax(server, content, **behaviour)
    softmax = download("original", with_softmax=150).load_softmax()
    assert np.array_equal(softmax.W.numpy(), W[:150]) and len(softmax.words) == 150


def test_rows_and_vocabulary_of_other_lengths_are_fitted_and_told(server):
    content, W = softmax_file(40)
    serve_softmax(server, content)
    warnings: list[str] = []
    softmax = download("original", with_softmax=1000, warn=warnings.append).load_softmax()
    assert len(softmax.words) == 40 and np.array_equal(softmax.W.numpy(), W)
    assert any("3,003 lines and the softmax 40 rows" in warning for warning in warnings)


def test_an_interrupted_softmax_goes_on_without_the_weights_again(server):
    content, W = softmax_file(len(WORDS))
    behaviour = serve_softmax(server, content, cut_after=20_000)
    weights = server.paths[f"/{MODEL.weight_path}"]
    server.paths.pop(f"/{MODEL.vocab_path}")
    with pytest.raises(DownloadError, match="404"):
        download("original", with_softmax=3003)
    n_before = len(weights.requests)
    serve_softmax(server, content, cut_after=70_000)
    softmax = download("original", with_softmax=3003).load_softmax()
    assert np.array_equal(softmax.W.numpy(), W)
    assert len(weights.requests) == n_before, "the weights were there"
    assert not behaviour.requests


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda content: content[:9000], "shorter than its header|cannot be read|truncated"),
        (lambda content: b"<html>" * 20_000, "cannot be read as HDF5"),
        (lambda content: content.replace(b"\0\0\x80?", b"\0\0\xc0\x7f"), "not finite"),
    ],
)
def test_a_softmax_that_is_none_is_refused_and_deleted(server, spoil, words, tmp_path):
    content, _ = softmax_file(len(WORDS))
    serve_softmax(server, spoil(content))
    with pytest.raises(DownloadError, match=words):
        download("original", with_softmax=100)
    assert list((tmp_path / "home" / "models").iterdir()) == []


def test_a_softmax_of_another_size_is_refused(server):
    data = io.BytesIO()
    with h5py.File(data, "w") as file:
        file["softmax/W"], file["softmax/b"] = np.zeros((9, 7), "f4"), np.zeros(9, "f4")
    serve_softmax(server, data.getvalue())
    with pytest.raises(DownloadError, match=r"\(9, 7\) and \(9,\), expected \(9, 6\)"):
        download("original", with_softmax=9)
    with pytest.raises(DownloadError, match="no softmax of 'small' was published"):
        download("small", with_softmax=9)


def test_a_published_softmax_in_a_folder_is_read_and_fitted_to_the_vocabulary(tmp_path):
    content, W = softmax_file(len(WORDS))
    (tmp_path / "softmax.hdf5").write_bytes(content)
    (tmp_path / "vocab.txt").write_text("\n".join(WORDS[:70]) + "\n")
    softmax = read_softmax(tmp_path / "softmax.hdf5", tmp_path / "vocab.txt", 6)
    assert np.array_equal(softmax.W.numpy(), W[:70])


# Mirrors


def test_mirrors_are_tried_in_their_order(server, monkeypatch):
    dead, other = "http://127.0.0.1:9", HostileServer()
    try:
        other.serve(f"/{MODEL.weight_path}", b"", status=503)
        monkeypatch.setenv("ELMO_MIRROR", f"{dead} {other.url} {server.url}/")
        assert download("original").load().options.n_layers == 2
        assert other.paths[f"/{MODEL.weight_path}"].requests, "asked before the one that works"
        monkeypatch.setenv("ELMO_MIRROR", f"{dead} {other.url}")
        with pytest.raises(DownloadError, match=r"none of 2 addresses.*refused.*404"):
            download("original", "again")
    finally:
        other.close()


def test_a_mirror_with_other_bytes_is_passed_over_once_a_checksum_is_known(
    server, monkeypatch, small_model_files
):
    first = download("original")
    changed = bytearray(small_model_files[1].read_bytes())
    changed[-1] ^= 1
    other = HostileServer()
    try:
        other.serve(f"/{MODEL.options_path}", small_model_files[0].read_bytes())
        other.serve(f"/{MODEL.weight_path}", bytes(changed))
        monkeypatch.setenv("ELMO_MIRROR", f"{other.url} {server.url}")
        assert download("original", "again").sha256 == first.sha256
        monkeypatch.setenv("ELMO_MIRROR", f"{other.url}")
        with pytest.raises(DownloadError, match="that of the first download"):
            download("original", "third")
    finally:
        other.close()


def test_the_publishers_addresses(monkeypatch):
    monkeypatch.delenv("ELMO_MIRROR", raising=False)
    source = find_source("original")
    assert source.weights[0].startswith(official.BASE) and source.weights[1].startswith(
        official.OLD_BASE
    )
    assert source.weights[2].startswith("https://huggingface.co/lysandre/")
    assert source.recorded_as == source.weights[0]
    for model in OFFICIAL.values():
        found = find_source(model.name)
        for address in (*found.options, *found.weights, *found.archives, *found.softmaxes):
            assert address.startswith("https://")
        assert model.language and model.licence and model.size


# Other collections


def test_a_model_of_nlpl_by_its_number(server, small_model_files, tmp_path):
    options, weights = (path.read_bytes() for path in small_model_files)
    tricks = {"../../options.json": options, "/etc/model.hdf5": weights, "..\\evil.exe": b"evil"}
    server.serve("/20/201.zip", zip_bytes(tricks | {"vocab.txt": b"a\n", "meta.json": b"{}"}))
    entry = download("nlpl:201")
    assert entry.name == "nlpl-201" and entry.load().options.n_layers == 2
    kept = {path.name for path in (tmp_path / "home").rglob("*") if path.is_file()}
    assert kept == {"checksums.json", "model.json", "options.json", "weights.hdf5", "vocab.txt"}
    assert list(tmp_path.glob("evil*")) == []


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"encoder.pkl": b"\x80", "token_embedder.pkl": b"\x80"}, "ELMoForManyLangs"),
        ({"options.json": b"{}", "a/options.json": b"{}"}, "2 files that could be options.json"),
        (
            {"options.json": b"{}", "a.hdf5": b"x", "weights.hdf5": b"x"},
            "2 files that could be weights",
        ),
        ({"options.json": b"{}", "model.hdf5": bytes(50_000_000)}, "unpacks to more than"),
        ({"options.json": b" " * 100_000, "a.hdf5": b"x"}, "unpacks to more than"),
        ({"readme.txt": b"nothing"}, "0 files that could be options.json"),
    ],
)
def test_archives_that_are_none_are_refused_and_deleted(server, files, words, tmp_path):
    server.serve("/20/999.zip", zip_bytes(files))
    with pytest.raises(DownloadError, match=words):
        download("nlpl:999")
    assert list((tmp_path / "home" / "models").iterdir()) == []


def test_a_repository_of_hugging_face(server, small_model_files):
    names = ["README.md", "elmo_options.json", "elmo_weights.hdf5"]
    listing = json.dumps({"siblings": [{"rfilename": name} for name in names]}).encode()
    server.serve("/hf/api/models/some-one/my_elmo", listing)
    for name, file in zip(names[1:], small_model_files, strict=True):
        server.serve(f"/hf/some-one/my_elmo/resolve/main/{name}", file.read_bytes())
    assert download("hf:some-one/my_elmo").name == "my_elmo"


@pytest.mark.parametrize(
    ("listing", "words"),
    [
        ({"siblings": [{"rfilename": "encoder.pkl"}]}, "ELMoForManyLangs"),
        ({"siblings": [{"rfilename": "pytorch_model.bin"}]}, "no pair of options.json"),
        ({"siblings": [{"rfilename": f"{x}/options.json"} for x in "ab"]}, "several files"),
        ({"siblings": 3}, "list of files cannot be read"),
        ([], "list of files cannot be read"),
    ],
)
def test_repositories_that_are_no_model_are_refused(server, listing, words):
    server.serve("/hf/api/models/some/one", json.dumps(listing).encode())
    with pytest.raises(DownloadError, match=words):
        download("hf:some/one")


@pytest.mark.parametrize(
    "what",
    ["ELMoForManyLangs", "https://example.org/elmo_for_many_langs/179.zip", "hf:x/ELMo-ManyLangs"],
)
def test_elmo_for_many_langs_is_refused_by_name_with_the_reason(what):
    with pytest.raises(DownloadError, match="another format.*can run any program"):
        find_source(what)


@pytest.mark.parametrize("what", ["nlpl:x", "nlpl:", "hf:alone", "hf:a/b/c", "hf:../..", "large"])
def test_other_names_are_refused(server, what):
    with pytest.raises(DownloadError, match=re.escape("nlpl:NUMBER, hf:OWNER/NAME")):
        download(what)
