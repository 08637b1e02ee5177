"""Classify a text: which of some classes does it belong to?

A text is the mean of its words' vectors, and the classifier logistic regression, so that what differs
between two rows of the ladder is the representation and nothing else.
"""

from collections.abc import Callable

from elmo.embedder import Elmo
from elmo.tasks.datasets import LabelledTexts
from elmo.tasks.ladder.features import (
    Samples,
    TaskProgress,
    VectorSource,
    silent,
    static_text_vectors,
    text_vectors,
    tokenized,
)
from elmo.tasks.ladder.ladder import Ladder, Settings, run_ladder
from elmo.tasks.static_vectors import WordVectors
from elmo.views.numbers import percent


def samples(
    data: LabelledTexts,
    elmo: Elmo,
    static: WordVectors | None = None,
    cache: VectorSource | None = None,
    progress: TaskProgress = silent,
) -> Samples:
    """Everything the ladder needs to know about the texts.

    Args:
        static: word vectors to compare with and to join; None leaves those rows out.
        cache: where vectors are kept between runs.

    Raises:
        InputError: a text has no words.
    """
    texts = tokenized(data.texts)
    words = [[word for sentence in text for word in sentence] for text in texts]
    notices = [data.notice] if data.notice else []
    if static is not None:
        known = static.coverage(word for text in words for word in text)
        notices.append(
            f"{percent(known, 1)} of the words have a static vector ({static.name}); the others are left out."
        )
    return Samples(
        task="classification",
        name=data.name,
        texts=data.texts,
        labels=data.labels,
        bags=tuple(" ".join(text) for text in words),
        layers=text_vectors(texts, elmo, cache, progress),
        static=None if static is None else static_text_vectors(texts, static),
        notices=tuple(notices),
        model=elmo.name,
        fingerprint=elmo.fingerprint,
        static_name=None if static is None else static.name,
    )


def run(
    items: Samples,
    settings: Settings | None = None,
    progress: TaskProgress = silent,
    on_ladder: Callable[[Ladder], None] | None = None,
) -> Ladder:
    """Measure every representation; see `ladder.run_ladder`. The first measure is accuracy."""
    return run_ladder(
        items, settings or Settings(), ("accuracy", "macro recall"), progress, on_ladder
    )
