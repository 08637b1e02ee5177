"""The groups of Word in context: named by substitutes, with their shares, words and doubtful uses."""

from functools import partial

import plotly.graph_objects as go

from elmo.explore.group_names import GroupName
from tests.ui.pages import checked, opened, page_of, words
from ui.word import groups

open_groups = partial(opened, "word", 180, word_tab="Groups")


def test_a_cut_by_hand_has_names_shares_and_labels():
    app = open_groups(example="bat", word_groups="2")
    text = words(app)
    boxes = [m.value for m in app.markdown if m.value.endswith("% of the uses")]
    assert [box[:3] for box in boxes] == ["**A", "**B"] and all(" · " in box for box in boxes)
    shares = [int(box.rsplit("· ", 1)[1].split("%")[0]) for box in boxes]
    assert sum(shares) in (99, 100, 101)
    labels = [c.value for c in app.caption if c.value.startswith("Labels: ")]
    assert len(labels) == 2 and "animal" in "".join(labels) and "club" in "".join(labels)
    genres = [c.value for c in app.caption if c.value.startswith("From: ")]
    assert len(genres) == 2 and all("% of its uses)" in caption for caption in genres)
    assert sum(" nearer to this group than to another" in c.value for c in app.caption) == 2
    assert "In group A, " in text and "the model expects " in text
    checked(app.segmented_control(key="word_group").set_value("B").run())
    assert "In group B, " in words(app)


def test_the_best_cut_of_spring_is_shown_with_the_answer_and_its_doubtful_uses():
    app = open_groups(example="spring")
    text = words(app)
    assert "Senses: **rather several senses than one**" in text
    assert "The best cut is 3 groups, by " in text and "adjusted Rand index is" in text
    assert any(m.value.endswith("% of the uses") for m in app.markdown)


def test_a_model_without_a_softmax_has_letters(small_model_files):
    app = page_of("word")
    for name, value in {
        "example": "bat", "model": "small (yours)", "word_tab": "Groups", "word_groups": "2"
    }.items():  # fmt: skip
        app.query_params[name] = value
    app.session_state["own_models"] = {"session:small": str(small_model_files[0].parent)}
    checked(app.run())
    assert any("predicts no words" in caption.value for caption in app.caption)
    assert any(m.value.startswith("**A (") for m in app.markdown)


def test_words_of_a_group_as_bars_and_in_words():
    name = GroupName("A", 9, ("lender",), (("lender", 3.0), ("firm", 2.0)), (("shore", -2.5),))
    figure = go.Figure(groups.words_figure(name))  # checks every property
    assert [list(bars.x) for bars in figure.data] == [[3.0, 2.0], [-2.5]]
    assert list(figure.layout.yaxis.categoryarray) == ["lender", "firm", "shore"]
    told = groups.words_text(name)
    assert told == "In group A, 9 uses, the model expects lender, firm; less than elsewhere: shore."
    assert "no word more than elsewhere" in groups.words_text(GroupName("A", 9, (), (), ()))
