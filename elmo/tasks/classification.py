"""Classification of texts: the class of each text.

The vector of a text is the mean of its words' vectors, and the classifier is logistic regression, so that two rows of
the ladder differ only in the representation.
"""

from functools import partial

from elmo.embedder import Elmo
from elmo.tasks.datasets import LabelledTexts
from elmo.tasks.ladder.features import (
    Samples,
    TaskProgress,
    VectorSource,
    silent,
    static_text_vectors,
    text_vectors,
    tokenize_texts,
)
from elmo.tasks.ladder.ladder import run_ladder
from elmo.tasks.static_vectors import WordVectors
from elmo.views.numbers import percent


def samples(
    data: LabelledTexts,
    elmo: Elmo,
    static: WordVectors | None = None,
    cache: VectorSource | None = None,
    progress: TaskProgress = silent,
) -> Samples:
    """The labels, vectors and words of the texts, from which a ladder is made.

    Args:
        static: static word vectors for rows of their own and for joined rows; None leaves these rows out.
        cache: cache of vectors between runs; None embeds every text.

    Raises:
        InputError: a text has no words.
    """
    texts = tokenize_texts(data.texts)
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


run = partial(run_ladder, measures=("accuracy", "macro recall"))
"""The ladder of the texts; see `ladder.run_ladder`."""
