"""The corpus index: equal to a plain scan, resumable, filtered, sampled, and clear when it fails."""

import gzip
import json
import lzma
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elmo.cli import main
from elmo.corpus.build import build_index
from elmo.corpus.hit import decode_sentence, encode_sentence, sample
from elmo.corpus.index import CorpusIndex
from elmo.corpus.suggest import edit_distances
from elmo.errors import CorpusError, InputError
from elmo.targets import target
from elmo.tokenizer import process
from elmo.usages import example_names, read_examples
from tests.runs import tokens_and_bigrams

TEXTS = {
    "news.txt": "The bank raised its rates. A Bank can fail!\n\nNobody said (the) bank's name.\n",
    "river.txt.gz": "We sat on the river bank.  The other bank was  muddy. The BANK.\n",
    "other.txt.xz": "Nothing here. 東京の銀行 is text. The river, the bank and the end.\n" * 3,
}


@pytest.fixture
def corpus(tmp_path) -> list[Path]:
    files = []
    for name, text in TEXTS.items():
        opener = {".gz": gzip.open, ".xz": lzma.open}.get(Path(name).suffix, open)
        with opener(tmp_path / name, "wt", encoding="utf-8") as file:
            file.write(text)
        files.append(tmp_path / name)
    return files


@pytest.fixture
def index(corpus, tmp_path):
    with build_index(corpus, tmp_path / "corpus.index", segment_tokens=20) as index:
        yield index


def scan(query: str, near: str | None = None, window: int = 5, documents=None) -> list[tuple]:
    """(document, tokens, position) of all uses, by reading everything."""
    wanted, other = target(query), None if near is None else target(near)
    found = []
    for name, text in TEXTS.items():
        if documents is not None and name not in documents:
            continue
        for sentence in process(text):
            others = [] if other is None else list(other.runs(sentence))
            for start, length in wanted.runs(sentence):
                end = start + length
                around = any(
                    start - window <= begin + n - 1 < start or end <= begin < end + window
                    for begin, n in others
                )
                if near is None or around:
                    found.append((name, sentence.tokens, start))
    return found


@pytest.mark.parametrize(
    "word", ["bank", "BANK", "the", ".", "銀", "river bank", "the bank", "bank's", "nowhere"]
)
@pytest.mark.parametrize("near", [None, "river", "the", "the river"])
@pytest.mark.parametrize("documents", [None, ["river.txt.gz", "news.txt"]])
def test_counts_and_hits_equal_a_scan(index, word, near, documents):
    for window in (1, 2, 5):
        where = {"near": near, "window": window, "documents": documents}
        want = scan(word, **where)
        assert index.count(word, **where) == len(want)
        hits = index.hits(word, None, **where)
        assert [(hit.document, hit.tokens, hit.position) for hit in hits] == want
        assert index.hits(word, 2, **where) == hits[:2]


@pytest.mark.parametrize("documents", [None, ["river.txt.gz", "news.txt"]])
def test_words_beside_uses_are_those_of_a_scan(index, documents):
    words, queries = (
        ["the", ".", "bank", "river"],
        ["bank", "the", ["raised", "river"], "river bank"],
    )
    counts = index.beside(queries, words, documents=documents)
    for query, found in zip(queries, counts.tolist(), strict=True):
        expected = [[0] * 6, [0] * 6]
        for one in [query] if isinstance(query, str) else query:
            for _, tokens, start in scan(one, documents=documents):
                end = start + len(one.split())
                for row, place in ((0, start - 1), (1, end)):
                    token = tokens[place].casefold() if 0 <= place < len(tokens) else None
                    column = 5 if token is None else words.index(token) if token in words else 4
                    expected[row][column] += 1
        assert found == expected


def test_a_hit_is_its_sentence_cut_in_three(index):
    hits = index.hits("bank", None)
    assert [(hit.left, hit.word, hit.right) for hit in hits[:3]] == [
        ("The", "bank", "raised its rates."),
        ("A", "Bank", "can fail!"),
        ("Nobody said (the)", "bank", "'s name."),
    ]
    usage = hits[4].usage()
    assert (usage.text, usage.form, usage.genre) == (
        "The other bank was  muddy.",
        "bank",
        "river.txt.gz",
    )
    assert index.hits("river bank")[0].word == "river bank"


def test_documents_and_size(index):
    assert [document.name for document in index.documents] == list(TEXTS)
    assert index.n_tokens == sum(len(s) for text in TEXTS.values() for s in process(text))


def test_samples_are_seeded_and_stratified(index):
    everything = index.hits("the", None)
    one, same, other = (index.hits("the", 6, seed=seed) for seed in (1, 1, 2))
    assert one == same != other
    assert all(hit in everything for hit in one)
    even = [hit.document for hit in index.hits("the", 6, seed=0, stratified=True)]
    assert {name: even.count(name) for name in TEXTS} == dict.fromkeys(TEXTS, 2)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(0, 60), st.integers(0, 5))
def test_a_stratified_sample_is_as_even_as_can_be(strata, n, seed):
    strata = np.array(strata)
    chosen = sample(strata, n, seed)
    assert len(chosen) == len(set(chosen)) == min(n, len(strata))
    assert (np.diff(chosen) > 0).all()
    taken = np.bincount(strata[chosen], minlength=5)
    there = np.bincount(strata, minlength=5)
    for stratum in range(5):
        if taken[stratum] < there[stratum]:
            assert taken[stratum] >= taken.max() - 1, "who gave less than others has no more"


@given(st.text(max_size=200))
@settings(deadline=None)
def test_a_kept_sentence_has_the_same_words(text):
    for sentence in process(text):
        kept, tokens = decode_sentence(encode_sentence(sentence))
        assert tokens == sentence.tokens
        assert kept.split() == sentence.text.replace("\x1f", " ").split()


class Interrupted(Exception):
    pass


def test_an_interrupted_index_goes_on(tmp_path):
    lines = [f"Line {i} is by the bank." for i in range(6_000)]
    (tmp_path / "a.txt").write_text("\n".join(lines))
    (tmp_path / "b.txt").write_text("The end of the bank.")
    files, output = [tmp_path / "a.txt", tmp_path / "b.txt"], tmp_path / "out.index"

    def progress(done: int, total: int) -> None:
        if done > total / 3:
            raise Interrupted

    with pytest.raises(Interrupted):
        build_index(files, output, progress, segment_tokens=2000)
    assert not output.exists()
    with sqlite3.connect(tmp_path / "out.index.part") as connection:
        (n_sentences,) = connection.execute("SELECT count(*) FROM sentences").fetchone()
    connection.close()
    assert 0 < n_sentences < 6_000
    calls = []
    with build_index(files, output, lambda *call: calls.append(call), segment_tokens=2000) as index:
        assert index.count("bank") == 6_001
        tokens = {hit.tokens[1] for hit in index.hits("line", None)}
        assert tokens == {str(i) for i in range(6_000)}, "no line is lost, none doubled"
    assert calls[0][0] > calls[0][1] / 4, "what was done is not done again"
    assert calls == sorted(calls)
    assert calls[-1][0] == calls[-1][1]


def test_a_killed_index_goes_on(tmp_path):
    text, output = tmp_path / "a.txt", tmp_path / "out.index"
    text.write_text("\n".join(f"Line {i} is by the bank." for i in range(12_000)))
    code = "import sys; from elmo.corpus.build import build_index as b; b(sys.argv[1:2], sys.argv[2], segment_tokens=4_000)"
    process = subprocess.Popen([sys.executable, "-c", code, str(text), str(output)])
    part = tmp_path / "out.index.part"
    until = time.time() + 120
    while time.time() < until and not (part.exists() and part.stat().st_size > 250_000):
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert part.exists() and not output.exists()
    assert main(["index", str(text), "--output", str(output)]) == 0
    with CorpusIndex(output) as index:
        assert len(index._segments) > 1, "the killed process had written some"
        assert index.count("bank") == 12_000
        assert len({hit.tokens[1] for hit in index.hits("line", None)}) == 12_000


def test_a_run_that_indexed_nothing_leaves_nothing_in_the_way(tmp_path, capsys):
    text, out = tmp_path / "a.txt", str(tmp_path / "out")
    text.write_bytes("The café bank.\n".encode("cp1252"))
    assert main(["index", str(text), "--output", out]) == 1
    assert "name the encoding cp1252" in capsys.readouterr().err
    assert main(["index", str(text), "--output", out, "--encoding", "cp1252"]) == 0
    with CorpusIndex(out) as index:
        assert index.count("café") == 1 and index.n_tokens == 4


def test_a_part_of_other_files_is_refused(corpus, tmp_path):
    def stop(done: int, total: int) -> None:
        raise Interrupted

    (tmp_path / "long.txt").write_text("The bank is here.\n" * 10_000)
    with pytest.raises(Interrupted):
        build_index([tmp_path / "long.txt"], tmp_path / "out", stop, 1000)
    with pytest.raises(CorpusError, match="begun with other files"):
        build_index(corpus, tmp_path / "out")
    connection = sqlite3.connect(tmp_path / "out.part")
    connection.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CorpusError, match="another process builds"):
        build_index([tmp_path / "long.txt"], tmp_path / "out")
    connection.close()
    (tmp_path / "out.part").write_bytes(b"not a database" * 1000)
    with pytest.raises(CorpusError, match="Delete it to start again"):
        build_index(corpus, tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"fine\nnot \xff fine", "a.txt, line 2 is not UTF-8"),
        ("a.xz", lzma.compress(b"The bank.\n" * 50_000)[:100], "a.xz cannot be unpacked"),
        ("a.gz", b"no gzip", "a.gz cannot be unpacked"),
        ("a.gz", gzip.compress(b"a" * 21_000_000), "line 1 is longer than 20,000,000 characters"),
    ],
)
def test_a_bad_file_is_named(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CorpusError, match=message):
        build_index([tmp_path / name], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_folders_and_missing_files(corpus, tmp_path):
    with build_index([tmp_path], tmp_path / "out") as index:
        assert index.count("bank") == len(scan("bank"))
    with pytest.raises(CorpusError, match=r"nowhere.txt was not found"):
        build_index([tmp_path / "nowhere.txt"], tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="has no files"):
        build_index([tmp_path / "empty"], tmp_path / "out")
    with pytest.raises(InputError, match="cannot be written"):
        build_index(corpus, tmp_path / "no" / "out")


def test_what_is_no_index_is_refused(tmp_path, index):
    with pytest.raises(CorpusError, match="was not found. An index is made with"):
        CorpusIndex(tmp_path / "nothing")
    (tmp_path / "text").write_bytes(b"just text" * 100)
    with pytest.raises(CorpusError, match="text cannot be read as an index"):
        CorpusIndex(tmp_path / "text")
    with pytest.raises(InputError, match="no document 'x'.*news.txt"):
        index.count("bank", documents=["x"])
    with pytest.raises(InputError, match="empty"):
        index.count("  ")
    with pytest.raises(InputError, match="1,001 characters"):
        index.count("x" * 1001)
    (tmp_path / "old").write_bytes((index.file).read_bytes())
    with sqlite3.connect(tmp_path / "old") as connection:
        connection.execute("UPDATE meta SET value = 'elmo corpus index 1' WHERE key = 'format'")
    connection.close()
    with pytest.raises(CorpusError, match="'elmo corpus index 1'.*Index the corpus again"):
        CorpusIndex(tmp_path / "old")


def test_the_commands(corpus, tmp_path, capsys):
    output = str(tmp_path / "corpus.index")
    assert main(["index", *map(str, corpus), "--output", output]) == 0
    assert "words in 3 documents" in capsys.readouterr().out
    assert main(["concordance", output, "bank", "--limit", "2", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["count"] == len(scan("bank"))
    assert answer["hits"][1] == {
        "left": "A",
        "word": "Bank",
        "right": "can fail!",
        "document": "news.txt",
    }
    assert (
        main(["concordance", output, "bank", "--near", "river", "--document", "river.txt.gz"]) == 0
    )
    shown = capsys.readouterr().out
    assert shown.startswith("1 use of bank\n") and "Other forms" not in shown
    assert "We sat on the river  bank  ." in shown


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    """An index of words that are written in several ways, and of words with many forms."""
    folder = tmp_path_factory.mktemp("forms")
    (folder / "a.txt").write_text(
        "We cannot leave New York. I don’t know. I don't.\nA well-known run of 10km; well\u2011known."
        "\nThe café, the cafe\u0301.  A so\u00adcial club.\n\ufeffBank, bank\u200b!\nNew\u00a0York, NEW YORK."
        "\n我在银行。\nThey sing, she sings, we sang, it was sung. Singing f**k f*ck fork.\n"
        "An old bank account, a banker's bank-account. Banking in to another. a nother /sing/ 8a.m.\n",
        encoding="utf-8",
    )
    with build_index([folder], folder / "out.index", segment_tokens=60) as index:
        yield index


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("New York", 3), ("cannot", 1), ("can not", 1), ("don't", 2), ("DON’T", 2), ("10km", 1),
        ("well-known", 2), ("café", 2), ("social", 1), ("bank", 4), ("银行", 1), ("银", 1),
        ("bank*", 6), ("bank* account", 1), ("b*k", 4), ("new * don't", 0), ("s*g", 4),
        ("new * .", 2), ("well-kn*", 2), ("well-*", 2), ("*-known", 2), ("/s[aiu]ng/", 3), ("/bank(er|ing)/", 2), ("f*ck", 1),
        ("f*k", 3), ("another", 1), ("nowhere*", 0), ("/sing/", 1), ("8a.m.", 1), ("*", 0),
    ],
)  # fmt: skip
def test_runs_forms_and_patterns_are_counted(forms, query, n):
    assert forms.count(query) == n == len(forms.hits(query, None))


def test_what_was_matched_is_marked_and_named(forms):
    assert {hit.word for hit in forms.hits("New York")} == {"New York", "New\u00a0York", "NEW YORK"}
    assert {hit.usage().form for hit in forms.hits("bank*")} >= {"Bank", "banker", "Banking"}
    assert forms.hits("cannot")[0].usage().length == 2
    assert forms.matching_words("bank*") == {"bank": 4, "banker": 1, "banking": 1}
    assert forms.matching_words("bank") == {} == forms.matching_words("bank* account")
    assert forms.forms("sing") == {"sang": 1, "singing": 1, "sings": 1, "sung": 1}
    assert forms.forms("sang") == {"sing": 1, "singing": 1, "sings": 1, "sung": 1}
    assert forms.count(["sing", *forms.forms("sing")]) == 5
    assert forms.suggestions("bnk") == {"bnk": ["bank"]}
    assert forms.suggestions("New Yrk") == {"yrk": ["york"]}
    assert forms.suggestions("bank") == {}
    assert forms.suggestions("bnak") == {"bnak": ["bank"]}, "two letters are swapped"
    assert forms.suggestions("街") == {"街": []}, "no mark is near a letter"


@pytest.mark.parametrize(
    "query",
    ["", " ", "\u200b", "*", "**", "* *", "/", "//", "/ /", "/(a+)+$/", "/(a|a)*b/", "/[/", "/(?:.*.*.*)*x/",
     "/.{1,1000000000}/", "/\\p{Han}/", "/[👍🏽]/", "银行", "银*", "👍🏽", "👍*", "\u0301", "*\u0301", "x" * 999, "x" * 5000,
     "银" * 99, "a " * 99, "\ud800", "\ud800*", "a\0b", "/" + "(" * 99 + "/", "new\n*", "\ufeffbank"],
)  # fmt: skip
def test_odd_queries_have_an_answer_or_are_refused_in_words(forms, query):
    try:
        n = forms.count(query)
        assert n == len(forms.hits(query, None))
        forms.forms(query), forms.matching_words(query), forms.suggestions(query)
    except InputError as error:
        assert "\n" not in str(error).replace(query, "")


def test_patterns_that_cannot_be_used_are_refused(forms, monkeypatch):
    with pytest.raises(InputError, match="no regular expression that can be read"):
        forms.count("/(bank/")
    with pytest.raises(InputError, match="no regular expression that can be read"):
        forms.count("/" + "(" * 99 + "a" + ")" * 98 + "/")
    for bomb in ("/(((a{99}){99}){99}){99}/", "/a{1,1000000000}/", "/(?:a{999,}){1,1002}/"):
        with pytest.raises(InputError, match="may repeat a part more than 1,000,000 times"):
            forms.count(bomb)
    for call in ("/(?R)?a/", "/(a(?1)?b)/", "/(?P<q>a)(?&q)/"):
        with pytest.raises(InputError, match="calls a part of itself"):
            forms.count(call)
    assert forms.count("/b(an){1}k{1,3}/") == forms.count("bank")
    with pytest.raises(InputError, match="at most 200 are taken"):
        forms.count("a" * 300 + "*")
    monkeypatch.setattr("elmo.corpus.query.PATTERN_SECONDS", 0.05)
    monkeypatch.setitem(forms.__dict__, "_vocabulary", (["a" * 60 + "c"], [1]))
    with pytest.raises(InputError, match="took longer than 0.05 s; write a simpler"):
        forms.count("/(a|aa)+[de]/")


def test_every_token_and_bigram_of_a_corpus_is_found_as_often_as_it_stands_there(tmp_path):
    texts = [use.text for name in example_names() for use in read_examples(name)]
    (tmp_path / "a.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
    counts, written = tokens_and_bigrams(process("\n".join(texts)))
    tokens = [key for key in counts if len(key) == 1]
    bigrams = [key for key in counts if len(key) == 2]
    chosen = np.random.default_rng(0).choice(len(bigrams), 500, replace=False)
    with build_index([tmp_path / "a.txt"], tmp_path / "out", segment_tokens=8000) as index:
        for key in tokens + [bigrams[i] for i in chosen]:
            assert index.count(written[key]) == counts[key], written[key]


@given(st.text("abc", max_size=7), st.lists(st.text("abcd", max_size=7), min_size=1, max_size=9))
def test_edit_distances_are_those_of_the_recursion(word, others):
    def distance(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        rows = [list(range(len(b) + 1))]
        for i, x in enumerate(a, 1):
            row = [i]
            for j, y in enumerate(b, 1):
                row.append(min(row[-1] + 1, rows[-1][j] + 1, rows[-1][j - 1] + (x != y)))
                if i > 1 and j > 1 and a[i - 2] == y and b[j - 2] == x:
                    row[-1] = min(row[-1], rows[-2][j - 2] + 1)
            rows.append(row)
        return rows[-1][-1]

    assert edit_distances(word, others).tolist() == [distance(word, other) for other in others]
