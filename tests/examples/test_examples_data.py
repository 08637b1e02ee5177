"""The example sentences in elmo/examples/ keep the format and the sizes that elmo/examples/README.md promises."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
import spacy

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "elmo/examples"
HEADER = ["sentence", "form", "occurrence", "sense", "genre"]
GENRES = {
    "news", "fiction", "web", "speech", "science", "guide", "letter",
    "law", "advert", "poem", "history", "sermon",
}  # fmt: skip
TEACHING = {
    "record": 2,
    "virus_genres": 1,
    "negation": 2,
    "nonce": 3,
}  # file -> number of senses

SENSES = sorted((EXAMPLES / "senses").glob("*.tsv"))
HELDOUT = sorted((EXAMPLES / "senses_heldout").glob("*.tsv"))
ONE_SENSE = sorted((EXAMPLES / "one_sense").glob("*.tsv"))
TEACHING_FILES = sorted((EXAMPLES / "teaching").glob("*.tsv"))
ALL = SENSES + HELDOUT + ONE_SENSE + TEACHING_FILES

each_file = pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}/{path.stem}")
each_sense_file = pytest.mark.parametrize(
    "path", SENSES + HELDOUT, ids=lambda path: f"{path.parent.name}/{path.stem}"
)


class Row(NamedTuple):
    sentence: str
    form: str
    occurrence: int
    sense: str
    genre: str


def read_rows(path: Path) -> list[Row]:
    """Reads one file by splitting at tabs, as the format has no quoting."""
    header, *lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    assert header.split("\t") == HEADER
    rows = []
    for number, line in enumerate(lines, start=2):
        fields = line.split("\t")
        assert len(fields) == len(HEADER), f"{path.name} line {number} has {len(fields)} fields"
        sentence, form, occurrence, sense, genre = fields
        rows.append(Row(sentence, form, int(occurrence), sense, genre))
    return rows


@pytest.fixture(scope="module")
def words_of():
    """spaCy's blank English tokenizer, the one the app uses."""
    nlp = spacy.blank("en")
    return lambda sentence: [token.text for token in nlp(sentence)]


def test_the_promised_files_are_there():
    assert len(SENSES) >= 16
    assert len(HELDOUT) == 10
    assert {path.stem for path in TEACHING_FILES} == set(TEACHING)
    assert not {path.stem for path in SENSES} & {path.stem for path in HELDOUT}


def test_there_are_300_sentences_without_the_held_out_words():
    assert sum(len(read_rows(path)) for path in SENSES) >= 300


@each_file
def test_fields_are_clean(path: Path):
    assert '"' not in path.read_text(encoding="utf-8"), "a quote would confuse CSV readers"
    for row in read_rows(path):
        assert all(
            field == field.strip() and field for field in (row.sentence, row.form, row.sense)
        )
        assert "  " not in row.sentence
        assert row.sentence[-1] in ".?!"
        assert row.genre in GENRES


@each_file
def test_the_target_is_a_whole_word_at_the_stated_occurrence(path: Path, words_of):
    for row in read_rows(path):
        found = re.findall(rf"(?<!\w){re.escape(row.form)}(?!\w)", row.sentence)
        assert 0 <= row.occurrence < len(found), row
        assert words_of(row.sentence).count(row.form) == len(found), row


@each_file
def test_every_occurrence_of_the_target_has_its_row(path: Path):
    rows = read_rows(path)
    stated = Counter((row.sentence, row.form) for row in rows)
    for (sentence, form), n_rows in stated.items():
        assert len(re.findall(rf"(?<!\w){form}(?!\w)", sentence)) == n_rows, sentence


@each_file
def test_sentences_have_6_to_25_words(path: Path):
    for row in read_rows(path):
        assert 6 <= len(row.sentence.split()) <= 25, row.sentence


def test_no_use_stands_twice_in_any_file():
    uses = Counter(
        (row.sentence.lower(), row.form, row.occurrence) for path in ALL for row in read_rows(path)
    )
    assert [use for use, n in uses.items() if n > 1] == []


@each_sense_file
def test_senses_and_sentences_are_enough(path: Path):
    n_by_sense = Counter(row.sense for row in read_rows(path))
    assert 2 <= len(n_by_sense) <= 4
    assert min(n_by_sense.values()) >= 5, n_by_sense
    assert n_by_sense.total() >= (14 if path in SENSES else 10)


def test_words_of_one_sense_have_16_sentences_each():
    assert len(ONE_SENSE) == len(SENSES)
    for path in ONE_SENSE:
        rows = read_rows(path)
        assert len(rows) == 16 and {row.sense for row in rows} == {path.stem}
        assert {row.form for row in rows} == {path.stem}
        assert len({row.genre for row in rows}) >= 5


@pytest.mark.parametrize("path", SENSES + HELDOUT + ONE_SENSE, ids=lambda path: path.stem)
def test_sentences_of_a_word_are_no_template(path: Path):
    openings = Counter(tuple(row.sentence.lower().split()[:3]) for row in read_rows(path))
    assert [opening for opening, n in openings.items() if n > 1] == []


@each_sense_file
def test_genre_does_not_give_the_sense_away(path: Path):
    genres: dict[str, set[str]] = {}
    for row in read_rows(path):
        genres.setdefault(row.sense, set()).add(row.genre)
    assert all(len(used) >= 3 for used in genres.values()), genres


@each_sense_file
def test_the_file_is_named_after_its_word(path: Path):
    inflected = {"charge": {"charged"}, "run": {"ran"}, "draw": {"drew"}}
    forms = {row.form for row in read_rows(path)}
    assert forms - inflected.get(path.stem, set()) == {path.stem}


@pytest.mark.parametrize(("name", "n_senses"), TEACHING.items())
def test_teaching_files_have_their_senses(name: str, n_senses: int):
    rows = read_rows(EXAMPLES / "teaching" / f"{name}.tsv")
    n_by_sense = Counter(row.sense for row in rows)
    assert len(rows) >= 10
    assert len(n_by_sense) == n_senses
    assert min(n_by_sense.values()) >= 5


def test_the_start_page_set_is_four_of_each_sense_of_bank():
    first = read_rows(EXAMPLES / "senses" / "bank.tsv")[:8]
    assert [row.sense for row in first] == ["money"] * 4 + ["river"] * 4
    assert {row.form for row in first} == {"bank"}


def test_virus_stands_in_ten_genres():
    rows = read_rows(EXAMPLES / "teaching" / "virus_genres.tsv")
    assert len({row.genre for row in rows}) >= 10


def test_negation_rows_come_in_pairs_of_nearly_the_same_words():
    rows = read_rows(EXAMPLES / "teaching" / "negation.tsv")
    for affirmed, negated in zip(rows[::2], rows[1::2], strict=True):
        assert (affirmed.sense, negated.sense) == ("affirmed", "negated")
        assert affirmed.genre == negated.genre
        difference = set(affirmed.sentence.split()) ^ set(negated.sentence.split())
        assert 1 <= len(difference) <= 5, (affirmed.sentence, negated.sentence)


@pytest.mark.parametrize(
    ("files", "promise"),
    [
        (SENSES, "{files} ambiguous words, {rows} sentences"),
        (HELDOUT, "{files} other words, {rows} sentences"),
        (ONE_SENSE, "{files} words of one sense, {rows} sentences"),
        (TEACHING_FILES, "{files} small sets, {rows} rows"),
    ],
    ids=["senses", "senses_heldout", "one_sense", "teaching"],
)
def test_the_readme_states_the_true_counts(files: list[Path], promise: str):
    n_rows = sum(len(read_rows(path)) for path in files)
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert promise.format(files=len(files), rows=n_rows) in readme
