"""The tab “Groups” of Word in context: groups found without labels, with their names and words."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float

from elmo.explore.clusters import Clusters, silhouette_values
from elmo.explore.group_names import GroupName, group_of_own_words, typical_uses
from elmo.tasks.senses.groups import shares
from elmo.views import sentences as word_text
from elmo.views.answers import one_or_several
from elmo.views.numbers import percent, short
from elmo.views.sentences import plain
from ui.shared import charts, choices, page
from ui.uses import vectors as word_analysis
from ui.word import charts as word_charts
from ui.word.group_names import group_names, likely
from ui.word.scene import Scene

FOUND = "found for me"
MOST_DOUBTFUL = 5


def groups(scene: Scene) -> None:
    """Show the groups with their names, sentences and words, their tree, and their agreement with the labels."""
    uses = scene.chosen.uses
    labels = tuple(use.sense for use in uses)
    asked = choices.one_of(
        "Number of groups",
        [FOUND, *map(str, range(2, min(8, len(uses) - 1) + 1))],
        default=FOUND,
        key="word_groups",
        help="Found for me: the number with the highest mean silhouette that leaves three uses or more in each "
        "group. Or set the number by hand.",
    )
    by_hand = None if asked == FOUND else int(asked)
    seed = scene.context.seed
    shown = word_analysis.clusters(scene.vectors, scene.choice.by, by_hand)
    numbers = tuple(shown.labels.tolist())
    test = word_analysis.agreement(scene.vectors, scene.choice.by, labels, numbers, seed)
    text = word_text.clusters(
        shown, test if any(labels) else None, scene.choice.label, by_hand is not None
    )
    several = word_analysis.several(scene.context.model, uses)
    page.finding(f"Senses: {one_or_several(several, len(uses))}")
    page.finding(text)
    if shown.n_clusters > 1:
        names = group_names(scene, shown.labels)
        _list(scene, names, shown)
        _words(scene, names)
    _tree(scene, shown, text)
    if any(labels):
        page.finding(word_text.labels(test, scene.choice.label))
    st.caption(
        "Groups: average linkage over 1 - cosine. Any uses can be cut into groups, by topic if not by sense. Whether "
        "there are several senses is read from how varied the uses are, beside words whose senses are known."
    )
    _tables(scene, shown)


def _list(scene: Scene, names: Sequence[GroupName], shown: Clusters) -> None:
    """Draw a box for each group: its name, its share, its labels, and its most typical sentences."""
    uses, n = scene.chosen.uses, len(scene.chosen.uses)
    typical = typical_uses(scene.matrix, shown.labels)
    fit = silhouette_values(scene.matrix, shown.labels)
    words = likely(scene)
    speak_for = shown.labels if words is None else group_of_own_words(words, shown.labels)
    by_genre = shares(uses, shown.labels) if len({use.genre for use in uses} - {None}) > 1 else {}
    columns = st.columns(min(3, len(names)))
    for number, name in enumerate(names):
        rows = np.flatnonzero(shown.labels == number).tolist()
        counts = Counter(uses[row].sense for row in rows if uses[row].sense)
        with columns[number % len(columns)].container(border=True, key=f"word-group-{number}"):
            st.markdown(f"**{plain(name)}** · {percent(len(rows) / n)} of the uses")
            if counts:
                labels = ", ".join(
                    f"{count} {plain(sense)}" for sense, count in counts.most_common()
                )
                st.caption(f"Labels: {labels}")
            if by_genre:
                st.caption(genres_in_words(by_genre[number]))
            st.caption(fit_in_words(fit[rows]))
            for row in typical[number]:
                st.markdown(f"{row + 1}: {word_text.marked(uses[row], 6)}")
            doubtful = [row for row in rows if speak_for[row] != number]
            if doubtful:
                st.caption("Doubtful, as their own words speak for another group:")
            for row in doubtful[:MOST_DOUBTFUL]:
                other = names[int(speak_for[row])].letter
                st.markdown(
                    f":material/warning: {other}? {row + 1}: {word_text.marked(uses[row], 6)}"
                )
            if len(doubtful) > MOST_DOUBTFUL:
                st.caption(f"… and {len(doubtful) - MOST_DOUBTFUL} more")


def fit_in_words(silhouettes: Float[np.ndarray, " uses"]) -> str:
    """How many uses of a group are nearer to the group than to the next one; a group that is none has few."""
    n = int((silhouettes > 0).sum())
    return (
        f"{n} of {len(silhouettes)} nearer to this group than to another (mean silhouette "
        f"{short(float(silhouettes.mean()))})"
    )


def genres_in_words(rows: Sequence[tuple[str, int, float]], most: int = 3) -> str:
    """The documents or genres that most uses of a group come from, with the share of each one's uses."""
    shown = ", ".join(
        f"{plain(name or 'unnamed')} {n} ({percent(share)} of its uses)"
        for name, n, share in rows[:most]
    )
    rest = len(rows) - most
    return f"From: {shown}" + (f" and {rest} more" if rest > 0 else "")


def _words(scene: Scene, names: Sequence[GroupName]) -> None:
    """Draw the words that the model expects in one group and not in the others, and the reverse."""
    if not any(name.words_for for name in names):
        st.caption("This model predicts no words, so the groups have letters and no names.")
        return
    letters = [name.letter for name in names]
    letter = choices.one_of(
        "Words for and against",
        letters,
        default=letters[0],
        key="word_group",
        format_func=lambda chosen: f"Group {chosen}",
        in_address=False,
        help="Words that the model expects in the word's place, and beside it in “word and …”. z: the log-odds "
        "of a word in this group against all others, divided by its standard error (Monroe, Colaresi and Quinn 2008).",
    )
    name = names[letters.index(letter) if letter in letters else 0]
    text = words_text(name)
    charts.show(
        words_figure(name),
        key="word-group-words",
        name=f"{scene.chosen.word}-group-{name.letter}",
        alt=text,
    )
    st.markdown(text)
    page.table(
        pd.DataFrame(
            [
                {"group": each.letter, "word": word, "z": z}
                for each in names
                for word, z in (*each.words_for, *each.words_against)
            ]
        ),
        f"{scene.chosen.word}-group-words",
        "The words for and against each group",
    )


def words_text(name: GroupName) -> str:
    """The sentence on the words that the model expects more, and less, in a group than elsewhere."""
    for_ = ", ".join(plain(word) for word, _ in name.words_for[:5])
    against = ", ".join(plain(word) for word, _ in name.words_against[:5])
    return (
        f"In group {name.letter}, {plain(name.n)} uses, the model expects {for_ or 'no word more than elsewhere'}"
        + (f"; less than elsewhere: {against}." if against else ".")
    )


def words_figure(name: GroupName) -> charts.Figure:
    """Bars to the right for words of the group, to the left for words of the others."""
    bars = [*name.words_for, *reversed(name.words_against)]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": "for" if positive else "against",
            "x": [z for _, z in bars if (z > 0) == positive],
            "y": [charts.escape(word) for word, z in bars if (z > 0) == positive],
            "marker": {
                "color": charts.colour(0 if positive else 1),
                "pattern": {"shape": "" if positive else "/"},
            },
            "hoverinfo": "x+y",
        }
        for positive in (True, False)
    ]
    layout = {
        "height": 110 + 20 * len(bars),
        "legend": charts.LEGEND_ABOVE,
        "xaxis": {"title": {"text": f"z of the log-odds, group {name.letter} against the others"}},
        "yaxis": {
            "autorange": "reversed",
            "categoryorder": "array",
            "categoryarray": [charts.escape(word) for word, _ in bars],
            "showgrid": False,
        },
    }
    return {"data": data, "layout": layout}


def _tree(scene: Scene, shown: Clusters, text: str) -> None:
    """Draw the tree of the groups."""
    uses = scene.chosen.uses
    charts.show(
        word_charts.dendrogram(
            shown,
            [word_text.name(i, use) for i, use in enumerate(uses)],
            [use.text for use in uses],
            tuple(use.sense for use in uses),
        ),
        key="word-tree",
        alt=word_text.unmarked(text),
        name=f"{scene.chosen.word}-groups",
    )


def _tables(scene: Scene, shown: Clusters) -> None:
    """Draw the tables of the groups and of the silhouettes."""
    uses = scene.chosen.uses
    page.table(
        pd.DataFrame(
            {
                "group": shown.labels + 1,
                "number": np.arange(1, len(uses) + 1),
                "sense": [use.sense for use in uses],
                "genre": [use.genre for use in uses],
                "sentence": [use.text for use in uses],
            }
        ).sort_values("group", kind="stable"),
        f"{scene.chosen.word}-groups",
        "The sentences of each group",
    )
    if any(use.genre for use in uses):
        page.table(
            pd.DataFrame(
                [
                    {"group": group + 1, "genre": name, "uses": n, "share of its uses": share}
                    for group, rows in shares(uses, shown.labels).items()
                    for name, n, share in rows
                ]
            ),
            f"{scene.chosen.word}-group-genres",
            "The genres or documents of each group",
        )
    if shown.silhouettes:
        page.table(
            pd.DataFrame(
                {
                    "groups": list(shown.silhouettes),
                    "mean silhouette": list(shown.silhouettes.values()),
                }
            ),
            f"{scene.chosen.word}-silhouettes",
            "The silhouette of each number of groups",
        )
