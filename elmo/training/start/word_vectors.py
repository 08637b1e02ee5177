"""Learn word vectors before the language model, with gensim's word2vec on a prepared corpus.

The vectors have two uses. In full width they initialize the character CNN and the softmax: a language model learns the
topics of words slowly, word2vec in minutes. Reduced and rounded to eight bits, they are the static vectors of a model
folder (`static.npz`), so that [word vector; contextual vector] needs no download.

Source: Mikolov et al. 2013, arXiv:1301.3781 (continuous bag of words), by gensim.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from jaxtyping import Float

from elmo.errors import TrainingError
from elmo.representation.vectors import unit
from elmo.training.data.corpus import Corpus
from elmo.whole_files import whole_file


def write_training_text(
    corpus: Corpus, path: str | os.PathLike, sentences_at_a_time: int = 200_000
) -> None:
    """Writes the training sentences as text with single spaces between words, which gensim reads fastest."""
    words = np.array(corpus.words, dtype=object)
    numbers = corpus.sentence_numbers()
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        for start in range(0, len(numbers), sentences_at_a_time):
            out.writelines(
                " ".join(words[corpus.sentence(n)]) + "\n"
                for n in numbers[start : start + sentences_at_a_time]
            )


def learn_word_vectors(
    corpus: Corpus,
    folder: str | os.PathLike,
    dim: int = 256,
    n_words: int = 80_000,
    epochs: int = 3,
    workers: int = 2,
    report: Callable[[float], None] = lambda done: None,
) -> tuple[list[str], Float[np.ndarray, "vocab dim"]]:
    """Learns vectors of the most frequent words; returns words, most frequent first, and vectors.

    Args:
        corpus: a prepared corpus; only its training documents are read.
        folder: folder for the temporary text file that gensim reads.
        dim: size of a vector.
        n_words: largest number of words with a vector.
        epochs: number of times that the corpus is read.
        workers: number of threads.
        report: called with the finished share after each epoch.
    """
    try:
        from gensim.models import Word2Vec  # pyright: ignore[reportMissingImports]
        from gensim.models.callbacks import (  # pyright: ignore[reportMissingImports]
            CallbackAny2Vec,
        )
    except ImportError as error:
        raise TrainingError(
            f"learning word vectors first needs {error.name}: pip install 'elmo-explorer[train]', or from a checkout pip "
            "install -r requirements/train.txt (up to Python 3.13: gensim has no wheel for 3.14). Or train without word vectors "
            "(--word-vector-epochs 0), which needs much more text for the same quality."
        ) from error

    class _Epochs(CallbackAny2Vec):
        done = 0

        def on_epoch_end(self, model) -> None:
            self.done += 1
            report(self.done / epochs)

    text = Path(folder) / "word2vec.txt"
    write_training_text(corpus, text)
    try:
        model = Word2Vec(
            corpus_file=str(text),
            vector_size=dim,
            window=6,
            min_count=5,
            max_final_vocab=n_words,
            negative=8,
            sample=1e-4,
            epochs=epochs,
            workers=workers,
            seed=1,
            callbacks=[_Epochs()],
        )
    finally:
        text.unlink()
    words = [str(word) for word in model.wv.index_to_key]
    return words, np.asarray(model.wv.vectors, dtype=np.float32)


def reduce_vectors(
    vectors: Float[np.ndarray, "vocab dim"], dim: int
) -> Float[np.ndarray, "vocab reduced"]:
    """Projects centred vectors on their first `dim` principal directions."""
    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    return centred @ directions[:, ::-1][:, :dim]


def write_static(
    path: str | os.PathLike, words: list[str], vectors: Float[np.ndarray, "vocab dim"]
) -> None:
    """Writes `static.npz`: the words, and their unit vectors rounded to eight bits, with a scale for each word.

    The arrays are `words` (UTF-8, one a line), `vectors` (int8) and `scale` (float16); a vector is
    `vectors * scale`. The file contains no pickle.
    """
    units = unit(vectors)
    scale = (np.abs(units).max(axis=1, keepdims=True) / 127).clip(1e-6).astype(np.float16)
    rounded = np.rint(units / scale.astype(np.float32)).clip(-127, 127).astype(np.int8)
    text = np.frombuffer("\n".join(words).encode("utf-8"), dtype=np.uint8)
    with whole_file(path) as part, part.open("wb") as out:
        np.savez_compressed(out, words=text, vectors=rounded, scale=scale)


def read_static_file(path: str | os.PathLike) -> tuple[list[str], Float[np.ndarray, "vocab dim"]]:
    """Reads `static.npz` as words and float32 unit vectors."""
    with np.load(path, allow_pickle=False) as arrays:
        words = arrays["words"].tobytes().decode("utf-8").split("\n")
        return words, arrays["vectors"].astype(np.float32) * arrays["scale"].astype(np.float32)
