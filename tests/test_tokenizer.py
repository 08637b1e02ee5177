"""Words, sentences and their places, for any text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elmo.errors import InputError
from elmo.normal_form import normal_form
from elmo.targets import target
from elmo.tokenizer import process, split_lines, tokenize
from elmo.vectors.tokens import words_of


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


NOT_CUT = """Peters et al., 2019, say so. | See Tab. 2, Ex. 4 and exs. 5. | See vol. XII, no. V and fig. A1.
1. Open the door. | 23. Close it. | E! Entertainment bought Guess? Inc. yesterday. | Tim Jones, eds. Smith and Jones.
It holds cats, dogs, etc. and so on. | It is, a.k.a. Bob, w.r.t. the rest. | Mme. Curie met Messrs. Smith and Jones.
It costs 5 incl. VAT. | At approx. $5 it sells. | Op. 27 No. 2 is his. | Jeopardy! is a show. | ca. 50 came.
See fig. 3; no. 4: see p. 5. | Ms. Green had approx. five. | Wham! is a band. | Which magazine? she asked."""


@pytest.mark.parametrize("sentence", NOT_CUT.replace("\n", " | ").split(" | "))
def test_names_numbers_and_abbreviations_do_not_end_a_sentence(sentence):
    assert [found.text for found in process(sentence)] == [sentence]


ABBREVIATIONS = "Dr Prof vs cf approx ca Mr Mrs Ms Gen Rev St Messrs".split()


@given(st.lists(st.sampled_from(ABBREVIATIONS), min_size=1, max_size=4), st.integers(0, 999))
@settings(deadline=None, max_examples=60)
def test_any_abbreviations_stay_in_their_sentence(abbreviations, number):
    first = f"He saw {' and '.join(f'{each}. Lee' for each in abbreviations)}, no. {number}."
    assert [found.text for found in process(f"{first} Then he left.")] == [first, "Then he left."]


BLANKS = [c for c in map(chr, range(0x110000)) if c.isspace()]


@pytest.mark.parametrize("blank", BLANKS, ids=lambda blank: f"U+{ord(blank):04X}")
def test_every_blank_separates_words_and_line_ends_alone_end_sentences(blank):
    text = f"ab{blank}cd ef"
    assert list(tokenize(text)) == ["ab", "cd", "ef"] == [t for s in process(text) for t in s]
    assert len(process(text)) == (2 if blank in "\r\n" else 1)
    assert list(target(f"ab{blank}cd").runs(tokenize(text))) == [(0, 2)]
    assert [word.text for word in words_of(text, text=False)] == ["ab", "cd", "ef"]
    assert split_lines(text) == (["ab", "cd ef"] if blank in "\r\n" else [text])


def test_lines_end_sentences():
    assert split("one two\nthree\r\n\nfour") == [["one", "two"], ["three"], ["four"]]
    assert split_lines("one\n\ntwo\r\nthree\rfour\n") == ["one", "", "two", "three", "four"]


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


def test_cuts_are_told():
    assert process("word " * 15_000 + "x" * 900).notice is None
    assert "longer than 100,000 characters" in process("word " * 30_000).notice
    assert "more than 400 characters has no blank" in process("see " + "-a" * 300).notice
    both = process("word " * 30_000 + "東" * 500)
    assert "by character" in both.notice and "400 characters" in both.notice
    assert all(
        both.text[a:b] == t for s in both for t, (a, b) in zip(s.tokens, s.spans, strict=True)
    )


def test_refusals():
    with pytest.raises(InputError, match="text is list, expected a string"):
        process(["a"])
    with pytest.raises(InputError, match="60,000,000 characters, at most 50,000,000"):
        process("a" * 60_000_000)
