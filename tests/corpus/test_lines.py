"""One reader of text files: every command, training and uploads read the same lines out of any file."""

import gzip
import io
import json
import lzma
import os
import threading

import h5py
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elmo.cli import main
from elmo.corpus.build import build_index
from elmo.corpus.lines import _Counted, _lines, read_lines, read_text, seekable
from elmo.corpus.tables import read_sentences
from elmo.errors import CorpusError, ElmoError
from elmo.tokenizer import tokenize
from elmo.training.data.documents import read_documents
from elmo.training.data.prepare import prepare
from elmo.vectors.file import embed_file
from elmo.vectors.ray_engine import write_lines

LINES = ["The café bank closed .", "We left .", "", "The bank opened , too .", "A third one ."]
TEXT = "\n".join(LINES) + "\n"
LATIN = TEXT.replace("é", "e")

FILES = {
    "plain.txt": TEXT.encode(),
    "no_last_end.txt": TEXT.rstrip("\n").encode(),
    "bom.txt": b"\xef\xbb\xbf" + TEXT.encode(),
    "bom_in_the_middle.txt": "\ufeff".encode()
    + TEXT.replace("The bank", "\ufeffThe bank").encode(),
    "cr.txt": TEXT.replace("\n", "\r").encode(),
    "crlf.txt": TEXT.replace("\n", "\r\n").encode(),
    "mixed_ends.txt": "\r\n".join([*LINES[:2], "\r".join(LINES[2:]) + "\n"]).encode(),
    "UPPER.TXT.GZ": gzip.compress(TEXT.encode()),
    "UPPER.XZ": lzma.compress(TEXT.encode()),
    "renamed_gz.txt": gzip.compress(TEXT.encode()),
    "renamed_xz.txt": lzma.compress(TEXT.encode()),
    "two_members.gz": gzip.compress(TEXT[:30].encode()) + gzip.compress(TEXT[30:].encode()),
    "utf16_le_bom.txt": b"\xff\xfe" + TEXT.encode("utf-16-le"),
    "utf16_be_bom.txt": b"\xfe\xff" + TEXT.replace("\n", "\r\n").encode("utf-16-be"),
    "utf16_le.txt": TEXT.replace("\n", "\r\n").encode("utf-16-le"),
    "utf16_be.txt": TEXT.encode("utf-16-be"),
    "utf32.txt": TEXT.encode("utf-32"),
    "packed_utf16.gz": gzip.compress(TEXT.encode("utf-16")),
}
REFUSED = {
    "cp1252.txt": (TEXT.encode("cp1252"), "line 1 is not UTF-8.*'The café bank closed .'.*cp1252"),
    "late_cp1252.txt": (("x\n" * 9 + TEXT).encode("cp1252"), "line 10 is not UTF-8"),
    "nul.txt": (TEXT.replace("third", "th\0ird").encode(), "line 5: character 5 is NUL"),
    "nul_utf16.txt": (TEXT.replace("left", "\0").encode("utf-16"), "line 2: character 4 is NUL"),
    "archive.txt": (b"PK\x03\x04" + bytes(50), "is a ZIP archive"),
    "page.txt": (b"%PDF-1.7\n\xe2\xe3\xcf\xd3", "is a PDF, not text"),
    "cut.gz": (gzip.compress(os.urandom(10_000))[:5000], "cannot be unpacked"),
    "text.gz": (TEXT.encode(), "cannot be unpacked"),
}  # fmt: skip


def of_embed(path, tmp_path, encoding, elmo):
    embed_file(elmo, path, tmp_path / "out.hdf5", "top", text=True, encoding=encoding)
    with h5py.File(tmp_path / "out.hdf5") as file:
        n = len(file) - 1
        return [json.loads(str(file[str(i)].attrs["tokens"])) for i in range(n)]


def of_ray(path, tmp_path, encoding, elmo):
    write_lines(path, tmp_path / "lines.txt", encoding)
    return [line.split() for line in (tmp_path / "lines.txt").read_text("utf-8").split("\n")[:-1]]


def of_index(path, tmp_path, encoding, elmo):
    with build_index([path], tmp_path / "out.index", encoding=encoding) as index:
        return [list(hit.tokens) for hit in index.hits([".", ","], None) if hit.word == "."]


def of_train(path, tmp_path, encoding, elmo):
    corpus = prepare([path], tmp_path / "corpus", processes=1, encoding=encoding)
    return [[corpus.words[i] for i in corpus.sentence(n)] for n in range(len(corpus.lengths))]


def of_upload(path, tmp_path, encoding, elmo):
    return [line.split() for line in read_sentences(path.read_bytes(), path.name, encoding)]


def of_perplexity(path, tmp_path, encoding, elmo):
    """The documents as the command perplexity reads them."""
    documents = read_documents(path, encoding)
    return [list(tokenize(sentence).forms) for document in documents for sentence in document]


READERS = [of_embed, of_ray, of_index, of_train, of_perplexity, of_upload]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("reader", READERS)
def test_every_reader_reads_the_same_lines(reader, name, tmp_path, elmo):
    (tmp_path / name).write_bytes(FILES[name])
    sentences = reader(tmp_path / name, tmp_path, None, elmo)
    assert [s for s in sentences if s] == [line.split() for line in LINES if line]


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_takes_the_encoding_that_is_named(reader, tmp_path, elmo):
    (tmp_path / "a.txt").write_bytes(TEXT.replace("\n", "\r\n").encode("cp1252"))
    sentences = reader(tmp_path / "a.txt", tmp_path, "cp1252", elmo)
    assert [s for s in sentences if s] == [line.split() for line in LINES if line]


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("reader", READERS)
def test_every_reader_refuses_what_is_no_text_by_its_line(reader, name, tmp_path, elmo):
    data, message = REFUSED[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ElmoError, match=message):
        reader(tmp_path / name, tmp_path, None, elmo)
    assert not (tmp_path / "out.index").exists()


SCRIPTS = {
    "Latin": "The bank raised its rates.", "accents": "Łódź, L’été; Işık", "Greek": "Η τράπεζα έκλεισε.",
    "Cyrillic": "Банк повысил ставки.", "Hebrew": "הבנק נסגר.", "Arabic": "البنك مغلق.", "Devanagari": "बैंक बंद है।",
    "Thai": "ธนาคาร ปิด", "Han": "银行在河岸上。", "kana": "はい、銀行です。", "Hangul": "한국 은행.", "emoji": "👍🏽 ok",
}  # fmt: skip
UNMARKED = ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("encoding", UNMARKED)
@pytest.mark.parametrize("script", SCRIPTS)
def test_unicode_without_a_mark_is_read_in_every_script(script, encoding):
    text = f"{SCRIPTS[script]}\n{SCRIPTS[script]} 2"
    for written in (text, text.replace("\n", "\r\n"), f"{text}\n" * 3000):
        read = read_text(written.encode(encoding), "a.txt")
        assert read == written.replace("\r\n", "\n").removesuffix("\n")


@given(st.lists(st.sampled_from(list(SCRIPTS.values())), min_size=1, max_size=5), st.data())
@settings(deadline=None, max_examples=100)
def test_no_nul_passes_as_another_encoding(sentences, data):
    text = "\n".join(sentences)
    at = data.draw(st.integers(0, len(text)))
    with pytest.raises(CorpusError, match="is NUL"):
        read_text(f"{text[:at]}\0{text[at:]}".encode(), "a.txt")


def test_an_encoding_that_is_none_is_refused(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"text")
    for name in ("latin-one", "base64"):
        with pytest.raises(CorpusError, match=f"no encoding '{name}'"):
            list(read_lines(tmp_path / "a.txt", encoding=name))
    with pytest.raises(CorpusError, match="is not UTF-16 .little-endian.: byte"):
        list(_lines(_Counted(io.BytesIO(b"a\0b")), "a.txt", "utf-16-le", None))


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n\ufeff"), max_size=9),
        min_size=1,
    ),
    st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]),
    st.lists(st.sampled_from(["\n", "\r", "\r\n"]), min_size=1, max_size=4),
    st.integers(1, 7),
)
@settings(deadline=None)
def test_lines_do_not_depend_on_where_chunks_end(lines, encoding, ends, chunk):
    # An empty line between CR and LF would be the two characters of one end.
    joined = "".join(f"{line}x{ends[i % len(ends)]}" for i, line in enumerate(lines))
    source = _Counted(Dripping(joined.encode(encoding), chunk))
    assert [line.text for line in _lines(source, "a", None, None)] == [f"{x}x" for x in lines]


class Dripping(io.BytesIO):
    """A file of which a read gives a few bytes at a time, as a pipe may."""

    def __init__(self, data: bytes, chunk: int) -> None:
        super().__init__(data)
        self.chunk = chunk

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self.chunk if size is None or size < 0 else min(size, self.chunk))


def test_a_bomb_is_stopped_at_the_limit():
    packed = gzip.compress(b"bank a. " * 200 + b"\n" + b"bank a.\n" * 3_000_000)
    with pytest.raises(CorpusError, match="bomb.gz unpacks to more than 1,000,000 bytes"):
        read_text(packed, "bomb.gz", max_bytes=1_000_000)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_commands_read_pipes(tmp_path, monkeypatch, capsys):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def run(*arguments: str) -> None:
        writer = threading.Thread(target=pipe.write_bytes, args=(gzip.compress(TEXT.encode()),))
        writer.start()
        assert main([*arguments]) == 0, capsys.readouterr().err
        writer.join()

    run("index", str(pipe), "--output", str(tmp_path / "out.index"))
    run("embed", str(pipe), str(tmp_path / "out.hdf5"), "--layers", "top")
    with h5py.File(tmp_path / "out.hdf5") as file:
        assert [file[str(i)].shape[0] for i in range(5)] == [5, 3, 0, 6, 4]
    with seekable(tmp_path / "nothing") as path:
        assert path == tmp_path / "nothing"
