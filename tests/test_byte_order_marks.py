"""Every reader of a text file takes a byte order mark, or refuses the file by its name."""

import json
import shutil

import pytest

from elmo.corpus.lines import read_lines
from elmo.corpus.tables import read_table
from elmo.corpus.uses import read_usages
from elmo.errors import ElmoError
from elmo.home import BUNDLED
from elmo.model.options import Options
from elmo.model.softmax import read_vocabulary
from elmo.tasks.change.rows import is_rows_file
from elmo.tasks.change.texts import read_words
from elmo.tasks.change.wug import (
    has_judgment_columns,
    has_use_columns,
    read_judgments,
    read_targets,
    read_uses,
)
from elmo.tasks.datasets import read_labelled_csv, read_passages
from elmo.tasks.senses.contexts import read_contexts
from elmo.tasks.senses.induction import read_key
from elmo.tasks.senses.word_in_context import read_wic
from elmo.tasks.senses.word_senses import read_coarsewsd
from elmo.tasks.static_vectors import read_text_vectors

MARKS = {
    "UTF-8": lambda text: text.encode("utf-8-sig"),
    "UTF-16 LE": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "UTF-16 BE": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "Windows": lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
}
VOCABULARY = "<S>\n</S>\n<UNK>\nthe\ncafé\n"
PASSAGE = {
    "title": "t",
    "sentences": ["A café.", "B."],
    "questions": [{"question": "q?", "answer": 1}],
}
USES = (
    "lemma\tgrouping\tidentifier\tcontext\tindexes_target_token\ncafé\t1\tu1\tA café here.\t2:6\n"
)
XML = '<instance id="café.n.1">A <head>café</head> here.</instance>'


def pairs_of_wic(path):
    folder = path.parent / "dev"
    folder.mkdir(exist_ok=True)
    shutil.copy(path, folder / "dev.data.txt")
    shutil.copy(path.with_name("gold.txt"), folder / "dev.gold.txt")
    pairs = read_wic(path.parent, "dev")
    return pairs.first, pairs.second, pairs.same.tolist()


def words_of_wsd(path):
    folder = path.parent / "café"
    folder.mkdir(exist_ok=True)
    for split in ("train", "test"):
        shutil.copy(path, folder / f"{split}.data.txt")
        shutil.copy(path.with_name("gold.txt"), folder / f"{split}.gold.txt")
    return read_coarsewsd(path.parent)


READERS = {
    "options.json": (None, Options.read),
    "vocab.txt": (VOCABULARY, read_vocabulary),
    "text.txt": ("A café.\nB.\n", lambda path: [line.text for line in read_lines(path)]),
    "table.csv": ("text,label\nA café.,x\n", lambda path: read_table(path.read_bytes(), path.name).rows),
    "table.tsv": ("text\tlabel\nA café.\tx\n", lambda path: read_table(path.read_bytes(), path.name).columns),
    "labelled.csv": ("text,label\nA café.,x\nB.,y\n", lambda path: read_labelled_csv(path.read_bytes(), "a").texts),
    "passages.json": (json.dumps([PASSAGE] * 5), lambda path: read_passages(path.read_bytes(), path.name)),
    "uses.tsv": ("sentence\tform\nA café.\tcafé\n", read_usages),
    "words.txt": ("café\nbank\n", read_words),
    "gold.tsv": ("café\t0.5\nbank\t1\n", read_targets),
    "uses.csv": (USES, lambda path: (has_use_columns(path), read_uses(path))),
    "judgments.csv": ("identifier1\tidentifier2\tjudgment\na\tb\t3\n", lambda path: (has_judgment_columns(path), read_judgments(path))),
    "gold.key": ("café.n café.n.1 a/1\n", read_key),
    "contexts.xml": (XML, read_contexts),
    "wic.txt": ("café\tN\t1-1\tA café .\tThe café .\n", pairs_of_wic),
    "wsd.txt": ("1\tA café .\n", words_of_wsd),
    "vectors.txt": ("café 1 2\nbank 3 4\n", lambda path: read_text_vectors(path, ["café"])["café"].tolist()),
    "rows.jsonl": ('{"old": 1, "new": 1, "representation": "", "uses": 1}\n', is_rows_file),
}  # fmt: skip


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("name", READERS)
def test_a_file_with_a_mark_is_read_or_refused_by_name(name, mark, tmp_path):
    text, read_file = READERS[name]
    text = text or (BUNDLED / name).read_text()
    read = {}
    for kind, data in (("plain", text.encode()), ("marked", MARKS[mark](text))):
        folder = tmp_path / kind / "files"
        folder.mkdir(parents=True)
        gold = "F\n" if name == "wic.txt" else "0\n"
        (folder / "gold.txt").write_bytes(MARKS[mark](gold) if kind == "marked" else gold.encode())
        (folder / name).write_bytes(data)
        try:
            read[kind] = read_file(folder / name)
        except ElmoError as error:
            assert kind == "marked" and name == "vectors.txt", error
            assert "vectors.txt is UTF-16" in str(error)
            return
    own = (
        name == "rows.jsonl"
    )  # only the command itself writes such a file: with a mark it is not replaced
    assert read["marked"] == (False if own else read["plain"])
