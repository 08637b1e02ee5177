"""The bundled sets are what they claim to be; a person's own files are read whole or refused by line."""

from collections import Counter

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline

from elmo.errors import ElmoError, InputError
from elmo.tasks.datasets import read_bundled, read_labelled_csv, read_passages, read_texts


@pytest.mark.parametrize(("name", "n", "n_classes"), [("intent", 400, 4), ("sentiment", 200, 2)])
def test_bundled_texts_are_balanced_and_distinct(name, n, n_classes):
    data = read_bundled(name)
    assert len(data) == n == len({text.casefold() for text in data.texts})
    assert Counter(data.labels) == dict.fromkeys(data.classes, n // n_classes)
    openings = Counter(" ".join(text.split()[:3]).casefold() for text in data.texts)
    assert openings.most_common(1)[0][1] <= 6, "texts that begin alike are templates"
    assert data.notice is None


@pytest.mark.parametrize(("name", "chance"), [("intent", 0.25), ("sentiment", 0.5)])
def test_tfidf_is_neither_at_chance_nor_done(name, chance):
    data = read_bundled(name)
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(max_iter=1000))
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    reached = cross_val_score(model, data.texts, data.labels, cv=folds).mean()
    assert chance + 0.05 < reached < 0.75


def test_bundled_passages():
    passages = read_passages()
    assert len(passages) == 60 == len({p.title for p in passages})
    assert all(4 <= len(p.sentences) <= 7 for p in passages)
    assert all(len({q.answer for q in p.questions}) == 3 == len(p.questions) for p in passages)
    places = Counter(q.answer for p in passages for q in p.questions)
    assert max(places.values()) < 0.35 * 180, "answers should not stand in one place"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_with_any_separator_other_columns_and_quotes(separator):
    table = (
        separator.join(["Label", "id", "Text"])
        + "\n"
        + separator.join(["a", "1", '"one, two;\nthree"'])
    )
    data = read_labelled_csv(f"\ufeff{table}\n{separator.join(['b', '2', 'four'])}\n\n".encode())
    assert data.texts == ("one, two;\nthree", "four")
    assert data.labels == ("a", "b")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"sentence,class\na,b\n", "expected the column names text and label"),
        (b"text,label\na,x\n,y\nb,\n", "line 3 has no text; line 4 has no label"),
        (b"text,label\na,x\nb,x\n", "1 different labels, expected 2 to 50"),
        ("text,label\nblé,x\n".encode("latin-1"), "line 2 is not UTF-8"),
        (b"", "expected a header and rows"),
    ],
)
def test_csv_errors_name_the_place(content, words):
    with pytest.raises(ElmoError, match=words):
        read_labelled_csv(content, "mine.csv")


def test_copies_are_told():
    data = read_labelled_csv("text,label\na,x\na,x\nb,y\n")
    assert data.notice is not None
    assert data.notice.startswith("1 texts are copies")


def test_folder_with_one_file_a_class(tmp_path):
    (tmp_path / "films.pos").write_text("good\nfine\n", encoding="utf-8")
    (tmp_path / "films.neg").write_text("bad\n\n", encoding="utf-8")
    data = read_texts(tmp_path)
    assert sorted(zip(data.labels, data.texts, strict=True)) == [
        ("neg", "bad"),
        ("pos", "fine"),
        ("pos", "good"),
    ]


def test_nothing_of_that_name(tmp_path):
    with pytest.raises(InputError, match="neither a bundled set .intent, sentiment. nor a file"):
        read_texts(tmp_path / "none.csv")


def test_passage_with_an_answer_outside():
    bad = (
        "["
        + ",".join(
            [
                '{"title": "t", "sentences": ["a", "b"], "questions": [{"question": "q", "answer": 2}]}'
            ]
            * 5
        )
        + "]"
    )
    with pytest.raises(
        InputError, match=r"passage 1 \(t\): the answer to 'q' is sentence 2, expected 0 to 1"
    ):
        read_passages(bad)
