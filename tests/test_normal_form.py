"""The normal form: one way to write what texts write in several, and where it stood."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elmo.normal_form import Normalized, comparison_form, normal_form
from elmo.tokenizer import tokenize

UNSEEN = ["\u00ad", "\u200b", "\u200c", "\u200d", "\ufeff", "\u2060", "\ufe0f"]
TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from([*UNSEEN, *"’‘“”\u00a0\u3000\u2011e\u0301がｶﾞ\u1112\u1161\u11ab \u0323"]),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("don’t ‘so’ “said”", "don't 'so' \"said\""),
        ("cafe\u0301", "café"),
        ("so\u00adcial ban\u200bk b\u200dank \ufeffBank", "social bank bank Bank"),
        ("well\u2011known", "well-known"),
        ("New\u00a0York\u202f10\u3000km", "New York 10 km"),
        ("ＡＢＣ１２！", "ABC12!"),
        ("ｶﾞ", "ガ"),
        ("x² ½ … –", "x² ½ … –"),
        ("ﬁnd oﬃce don´t 6′ Hawaiʻi −5", "find office don't 6' Hawai'i -5"),
    ],
)
def test_what_is_folded_and_what_is_not(written, normal):
    assert normal_form(written) == normal


@given(TEXTS)
@settings(deadline=None)
def test_normalizing_again_changes_nothing(text):
    normal = normal_form(text)
    assert normal_form(normal) == normal
    assert unicodedata.is_normalized("NFC", normal)
    folded = comparison_form(text)
    assert comparison_form(folded) == folded
    assert comparison_form(normal) == folded


@given(TEXTS)
@settings(deadline=None)
def test_every_character_has_its_place(text):
    normalized = Normalized(text)
    assert normalized.text == normal_form(text)
    last = 0
    for at in range(len(normalized.text)):
        start, end = normalized.place(at, at + 1)
        assert last <= start <= end <= len(text)
        last = end
    if normalized.text:
        start, end = normalized.place(0, len(normalized.text))
        assert normal_form(text[start:end]) == normalized.text


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_its_own_normal_form(text):
    assert normal_form(text) is text and Normalized(text).text is text


@given(st.text(st.sampled_from("abé’'-. km10"), min_size=1, max_size=30), st.data())
@settings(deadline=None)
def test_a_text_is_split_as_its_normal_form_is(text, data):
    at = data.draw(st.lists(st.integers(0, len(text)), max_size=4))
    decomposed = list(unicodedata.normalize("NFD", text).replace("'", "’").replace("-", "\u2011"))
    for place in sorted(at, reverse=True):
        decomposed.insert(min(place, len(decomposed)), data.draw(st.sampled_from(UNSEEN)))
    disguised = tokenize("".join(decomposed))
    assert disguised.forms == tokenize(normal_form(text)).tokens
