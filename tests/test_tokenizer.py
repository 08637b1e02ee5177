"""Words, sentences and their places, for any text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elmo.errors import InputError
from elmo.normal_form import normal_form
from elmo.tokenizer import process, tokenize


def split(text):
    return [list(sentence.tokens) for sentence in process(text)]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_every_token_stands_where_its_span_says(text):
    document = process(text)
    last = 0
    for sentence in document:
        assert text[sentence.start : sentence.start + len(sentence.text)] == sentence.text
        for token, (start, end) in zip(sentence.tokens, sentence.spans, strict=True):
            assert text[start:end] == token and token.strip()
            assert start >= last
            last = end
    words = "".join("".join(normal_form(t).split()) for s in document for t in s.tokens)
    assert words == "".join(normal_form(text).split())


def test_lone_surrogates_stay_where_they_are():
    document = process("bank \ud800 river\udfff.")
    assert document[0].tokens == ("bank", "\ud800", "river", "\udfff", ".")


def test_sentences_and_words():
    assert split('He said "Stop!" Dr. Smith didn\'t. Why?! 3.5 miles') == [
        ["He", "said", '"', "Stop", "!", '"'],
        ["Dr.", "Smith", "did", "n't", "."],
        ["Why", "?", "!"],
        ["3.5", "miles"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Peters et al. (2018) say so. | Smith et al. 2019 do not.",
        "The 2019 Kerrang! Awards were near. | They won.",
        "Meet me at 10 a.m. by the bank. | See you at 5 p.m. | The bank is closed.",
        "See fig. 3, no. 5, approx. 20 m, vol. 2, p. 7. | Done.",
        "He works at Yahoo! and she at Widget Inc. | They met at Yahoo! Inc. yesterday.",
        "Say “stop!” and leave. | “Stop!” he said. | ‘Why?’ she asked.",
        "John Smith Sr. said so on Martin Luther King Jr. Day. | He left.",
        "Well ... the bank is closed. | wait... what? | Yes… no.",
        "Dr. Smith vs. Mr. Jones. | No. | Why not?!",
        "(It rained.) | [She left.] | 'Go!' | Then he went.",
        "I said no. | They left with 3.5 kg of U.S. goods. | J. K. Rowling wrote it.",
    ],
)
def test_sentences_end_where_a_reader_ends_them(text):
    sentences = text.split(" | ")
    assert [sentence.text for sentence in process(" ".join(sentences))] == sentences


def test_lines_end_sentences():
    assert split("one two\nthree\r\n\nfour") == [["one", "two"], ["three"], ["four"]]


def test_scripts_without_spaces_go_by_character_and_say_so():
    document = process("東京に行く。 I love 東京!")
    assert list(document[0].tokens) == list("東京に行く。")
    assert document[1].tokens == ("I", "love", "東", "京", "!")
    assert "by character" in document.notice
    assert process("plain words").notice is None


def test_thai_vowel_signs_stay_with_their_letter():
    assert tokenize("ที่นี่").tokens == ("ที่", "นี่")


def test_one_sentence_is_not_split():
    assert tokenize("A. B! C?").tokens == ("A.", "B", "!", "C", "?")


def test_a_very_long_line_keeps_its_places():
    text = "word " * 50_000 + "end."
    sentence = tokenize(text)
    assert len(sentence) == 50_002 and sentence.spans[-2] == (250_000, 250_003)


def test_a_long_run_without_spaces_takes_no_square_of_its_length():
    start = time.process_time()
    assert len(tokenize("?!.,;:" * 20_000)) > 1000
    assert tokenize("see " + "x" * 10_000 + " there").tokens == ("see", "x" * 10_000, "there")
    assert time.process_time() - start < 20, "it took hours before the run was cut in pieces"


def test_refusals():
    with pytest.raises(InputError, match="text is list, expected a string"):
        process(["a"])
    with pytest.raises(InputError, match="60,000,000 characters, at most 50,000,000"):
        process("a" * 60_000_000)
