"""Targets are runs of tokens: found however they are written, marked and counted as one use."""

import gzip
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elmo.corpus.uses import read_usages
from elmo.errors import InputError
from elmo.inflections import inflections, related_forms
from elmo.normal_form import comparison_form
from elmo.targets import never_found, target
from elmo.tokenizer import process, tokenize
from elmo.usages import Usage, example_names, find_usages, forms_of, read_examples
from tests.runs import tokens_and_bigrams

TEXT = """We cannot leave New York today. The New York bank and the New\u00a0York mayor don’t know.
They don't run 10km, it is a well-known 10 km run; well\u2011known, gonna, dont. (New Yorkers)
The cafe\u0301 and the café; a so\u00adcial club. \ufeffBank notes, the bank\u200b. 我在银行。他去銀行。
The year is new. York is old. He can not go. Say no.to it. "id" I.D. 8a.m. f**k */* /x/ U.S.-based."""


@pytest.mark.parametrize(
    ("query", "forms"),
    [
        ("New York", ["New York", "New York", "New\u00a0York"]),
        ("new  york", ["New York", "New York", "New\u00a0York"]),
        ("cannot", ["cannot", "can not"]),
        ("don't", ["don’t", "don't"]),
        ("don’t", ["don’t", "don't"]),
        ("10km", ["10km", "10 km"]),
        ("well-known", ["well-known", "well\u2011known"]),
        ("gonna", ["gonna"]),
        ("dont", ["dont"]),
        ("café", ["cafe\u0301", "café"]),
        ("social", ["so\u00adcial"]),
        ("bank", ["bank", "Bank", "bank"]),
        ("银行", ["银行"]),
        ("newyork", []),
        ("New Yorkers", ["New Yorkers"]),
        ("year is new. York", []),
        ("nowhere", []),
        ("n't", ["n’t", "n't"]),
        ('"id"', ['"id"']),
        (" bank ", ["bank", "Bank", "bank"]),
    ],
)
def test_a_query_is_found_as_its_tokens_stand(query, forms):
    wanted = target(query)
    found = [
        Usage(s.text, s.tokens, position, length=length).form
        for s in process(TEXT)
        for position, length in wanted.runs(s)
    ]
    assert found == forms


def spelled(query: str, sentence) -> list[tuple[int, int]]:
    """The definition of `elmo.targets`, by trying every run of tokens of every length."""
    own = tokenize(query)
    tokens = [form.casefold() for form in own.forms]
    blanks = {len("".join(tokens[:n])) for n in range(1, len(tokens)) if not own.joined(n)}
    found = []
    words = [form.casefold() for form in sentence.forms]
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            run = words[start:end]
            borders = {len("".join(run[:n])) for n in range(1, len(run))}
            apart = {
                len("".join(run[:n])) for n in range(1, len(run)) if not sentence.joined(start + n)
            }
            as_split = run == tokens or apart <= blanks
            if "".join(run) == "".join(tokens) and blanks <= borders and as_split:
                found.append((start, end - start))
    return found


@given(st.text(st.sampled_from("ab '’.-1k m\u00a0\u200bn't?"), max_size=40), st.data())
@settings(deadline=None, max_examples=200)
def test_runs_are_those_of_the_definition_and_hold_what_was_asked(text, data):
    sentence = tokenize(text)
    if not sentence.tokens:
        return
    start = data.draw(st.integers(0, len(sentence) - 1))
    end = data.draw(st.integers(start + 1, min(start + 3, len(sentence))))
    query = text[sentence.spans[start][0] : sentence.spans[end - 1][1]]
    runs = list(target(query).runs(sentence))
    assert runs == spelled(query, sentence)
    assert (start, end - start) in runs


def test_every_token_and_bigram_of_a_text_is_found_as_often_as_it_stands_there():
    sentences = [
        tokenize(use.text) for name in example_names() for use in read_examples(name)
    ] + list(process(TEXT))
    counts, written = tokens_and_bigrams(sentences)
    tokens = [key for key in counts if len(key) == 1]
    bigrams = [key for key in counts if len(key) == 2]
    asked = tokens + random.Random(0).sample(bigrams, min(2000, len(bigrams)))
    assert len(tokens) > 1500 and len(asked) > 3000
    by_word: dict[str, list] = {}
    for sentence in sentences:
        for word in {form.casefold() for form in sentence.forms}:
            by_word.setdefault(word, []).append(sentence)
    for key in asked:
        wanted = target(written[key])
        found = sum(1 for sentence in by_word[key[0]] for _ in wanted.runs(sentence))
        assert found == counts[key], written[key]


def test_uses_keep_letter_case_and_the_form_as_written():
    uses = find_usages(process(TEXT), ["New York", "bank", "cannot"])
    assert [use.form for use in uses] == [
        "cannot",
        "New York",
        "New York",
        "bank",
        "New\u00a0York",
        "bank",
        "can not",
    ]
    assert [use.length for use in uses] == [2, 2, 2, 1, 2, 1, 2]
    assert uses[0].left == "We" and uses[0].right == "leave New York today ."
    assert [use.vector_run for use in uses[:2]] == [(1, 2), (4, 2)]
    heads = [Usage("", ("a", "b", "c"), 0, length=2, head=h).vector_run for h in ("first", "last")]
    assert heads == [(0, 1), (1, 1)]
    with pytest.raises(InputError, match="empty"):
        find_usages(process(TEXT), [" \u200b "])


@pytest.mark.parametrize(
    "written", ["café bar", "cafe\u0301\u00a0bar", " café  bar\u200b", "ca\u00adfé\tbar"]
)
def test_labels_that_look_the_same_are_one_sense(written):
    assert Usage("A bank.", ("A", "bank", "."), 1, sense=written).sense == "café bar"
    assert Usage("A bank.", ("A", "bank", "."), 1, sense=" \u200b").sense is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_table_of_uses_is_read_as_every_text_is(tmp_path, encoding, end, pack):
    rows = ["sentence\tform\tsense", "A bank.\tbank\tx", "", "New York!\tNew York\ty", ""]
    (tmp_path / "a.tsv").write_bytes(pack(end.join(rows).encode(encoding)))
    uses = read_usages(tmp_path / "a.tsv")
    assert [(use.form, use.sense) for use in uses] == [("bank", "x"), ("New York", "y")]


@pytest.mark.parametrize(
    ("word", "has", "lacks"),
    [
        ("sing", "sang sung singing sings", "singer sign"),
        ("go", "goes going gone went", "god goer"),
        ("be", "am is are was were been being", "bed beer bees bing"),
        ("see", "saw seen seeing sees", "seed"),
        ("child", "children", "childer"),
        ("mouse", "mice", "mouser"),
        ("big", "bigger biggest", "biger"),
        ("try", "tried tries trying", "trys tryed"),
        ("stop", "stopped stopping stops", "stopper stoped"),
        ("bar", "bars barred barring", "bared baring"),
        ("travel", "traveled travelled travelling", "travler"),
        ("panic", "panics panicked panicking", "paniced panicced"),
        ("quit", "quits quitting", "quiting"),
        ("tie", "ties tied tying", "tiing"),
        ("tooth", "teeth", "toothhed"),
        ("agree", "agreed agreeing agrees", "agreer"),
        ("box", "boxes boxed", "boxs"),
        ("lie", "lay lain lying lies lied", "lier"),
        ("bank", "banks banked banking", "banker"),
        ("zorp", "zorps zorped zorping", "zorper"),
        ("analysis", "analyses", "analysed"),
        ("a", "", "as ad aing"),
    ],
)
def test_the_forms_of_a_word_are_inflections_and_no_other_words(word, has, lacks):
    forms = inflections(word)
    assert set(has.split()) <= forms and not set(lacks.split()) & forms


@pytest.mark.parametrize(
    ("query", "why"),
    [('"bank"', "to find bank."), ("“New York”", "to find New York."), ("ends. The", "within the query (ends .)")]
    + [(query, "") for query in ("bank", "don't", "rock 'n' roll", "U.S. bank", "'", '"', "Yahoo! Inc.", "no. 4", "et al. 2019")],
)  # fmt: skip
def test_why_a_query_is_never_found(query, why):
    assert why in never_found(query)
    assert bool(never_found(query)) == bool(why)


@pytest.mark.parametrize(
    ("query", "text"),
    [("straße", "STRASSE"), ("istanbul", "\u0130stanbul"), ("\u0130STANBUL", "istanbul"), ("hawai'i", "Hawai\u02bbi"),
     ("e-mail", "E\u2010mail"), ("fish", "\ufb01sh"), ("bank note", "bank\u202fnote"), ("ﾊﾞﾝｸ", "バンク"), ("café", "CAFE\u0301"),
     ("क\u200dष", "कष"), ("می\u200cخواهم", "میخواهم"), ("bank note", "bank\u2028note"), ("office", "of\u00adfice")],
)  # fmt: skip
def test_a_word_is_found_in_another_spelling(query, text):
    (sentence,) = process(text)
    assert list(target(query).runs(sentence)) == [(0, len(sentence))]


@pytest.mark.parametrize(
    "word", ["", " ", "\u200b", "\ud800", "\0", "\u0301", "é" * 500, "'", "\u0149"]
)
def test_odd_words_have_forms_too(word):
    assert comparison_form(word) in related_forms(word)
    assert comparison_form(comparison_form(word)) == comparison_form(word)


def test_a_form_leads_to_its_base_and_to_the_other_forms():
    assert {"sing", "sung", "sings"} <= related_forms("sang")
    assert {"saw", "see", "seen", "saws"} <= related_forms("saw")


def test_forms_of_a_word_and_of_a_run():
    sentences = list(process("Banks bank; he banked. New York, NEW YORK, new york. New Yorks."))
    assert forms_of(sentences, "bank") == {"Banks": 1, "bank": 1, "banked": 1}
    assert forms_of(sentences, "new york") == {"New York": 1, "NEW YORK": 1, "new york": 1}
