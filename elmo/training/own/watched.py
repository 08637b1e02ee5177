"""The uses of a word and the sentence that are watched while a model trains on a person's text.

`watched.json` has the uses and the sentence. `snapshots/STEP.npz` of each checkpoint has the vectors of
the uses and the predictions of the sentence. Both contain the person's words and stay in the job's folder.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from elmo.embedder import Elmo
from elmo.model.softmax import read_softmax
from elmo.predict import predict
from elmo.tokenizer import process, tokenize
from elmo.training import trainer
from elmo.whole_files import whole_file

MAX_WATCHED = 60


def choose_watched(text: str, word: str, sentence: str | None, folder: Path) -> dict[str, Any]:
    """The uses of a word and the sentence to predict, from watched.json, or else chosen and written there.

    Args:
        word: the word to watch; "" watches no word.
        sentence: the sentence to predict; None takes one of the text.
    """
    path = folder / "watched.json"
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    uses, example = [], None
    for part in process(text):
        if len(part) > 60:
            continue
        if example is None and 6 <= len(part) <= 14 and (word in part.tokens or not word):
            example = list(part.tokens)
        for place, token in enumerate(part.tokens):
            if token == word and len(uses) < MAX_WATCHED:
                uses.append({"tokens": list(part.tokens), "position": place})
    if sentence:
        example = list(tokenize(sentence).forms)
    watched = {"word": word, "uses": uses, "sentence": example or ["The"]}
    path.write_text(json.dumps(watched, ensure_ascii=False), encoding="utf-8")
    return watched


@dataclass(frozen=True)
class Snapshot:
    """Vectors and predictions of the model at one checkpoint.

    Attributes:
        step: number of the training step.
        vectors: vectors of the watched word's uses.
        predictions: predictions of the watched sentence, in the form of `Predictions.to_list`.
    """

    step: int
    vectors: Float[np.ndarray, "layers uses dim"]
    predictions: list[dict[str, Any]]


def write_snapshot(model: Path, watched: Mapping[str, Any], path: Path) -> None:
    """Write a model's vectors and predictions of the watched uses and sentence, whole or not at all."""
    elmo = Elmo(model / "options.json", model / "weights.hdf5")
    softmax = read_softmax(model / "softmax.hdf5", model / "vocab.txt", elmo.options.projection_dim)
    sentences = [use["tokens"] for use in watched["uses"]]
    vectors = [
        embedded.layers[:, use["position"]]
        for embedded, use in zip(elmo.embed(sentences), watched["uses"], strict=True)
    ]
    dim = elmo.options.representation_dim
    empty = np.zeros((elmo.options.n_representations, 0, dim), np.float32)
    predictions = predict(elmo, softmax, watched["sentence"], min(8, len(softmax.words)))
    path.parent.mkdir(exist_ok=True)
    with whole_file(path) as part, part.open("wb") as out:
        np.savez(
            out,
            vectors=np.stack(vectors, axis=1) if vectors else empty,
            predictions=json.dumps(predictions.to_list(), ensure_ascii=False),
        )


def snapshot_steps(folder: Path) -> list[int]:
    """The steps of all snapshots, in ascending order."""
    return sorted(int(path.stem) for path in (folder / "snapshots").glob("*.npz"))


def read_snapshot(folder: Path, step: int) -> Snapshot:
    """The snapshot of a checkpoint."""
    with np.load(folder / "snapshots" / f"{step:08d}.npz") as arrays:
        return Snapshot(step, arrays["vectors"], json.loads(str(arrays["predictions"])))


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The entries of the training's log so far."""
    return trainer.read_log(folder / "model" / "training")


def read_watched(folder: Path) -> dict[str, Any] | None:
    """The contents of watched.json: word, uses and sentence; None if there is no file yet."""
    path = folder / "watched.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
