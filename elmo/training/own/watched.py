"""What is watched while a model trains on a person's text: a word's uses, and a sentence.

Once, `watched.json`: the uses and the sentence. At each checkpoint, `snapshots/STEP.npz`: the uses'
vectors and the sentence's predictions. Both hold the person's words and stay in the job's folder.
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
    """Choose the uses of a word and a sentence to predict, once; they are kept in watched.json."""
    path = folder / "watched.json"
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    uses, example = [], None
    for found in process(text):
        if len(found) > 60:
            continue
        if example is None and 6 <= len(found) <= 14 and (word in found.tokens or not word):
            example = list(found.tokens)
        for place, token in enumerate(found.tokens):
            if token == word and len(uses) < MAX_WATCHED:
                uses.append({"tokens": list(found.tokens), "position": place})
    if sentence:
        example = list(tokenize(sentence).forms)
    watched = {"word": word, "uses": uses, "sentence": example or ["The"]}
    path.write_text(json.dumps(watched, ensure_ascii=False), encoding="utf-8")
    return watched


@dataclass(frozen=True)
class Snapshot:
    """A model at one checkpoint.

    Attributes:
        step: of training.
        vectors: of the watched word's uses.
        predictions: of the watched sentence, as `Predictions.to_list` gives them.
    """

    step: int
    vectors: Float[np.ndarray, "layers uses dim"]
    predictions: list[dict[str, Any]]


def write_snapshot(model: Path, watched: Mapping[str, Any], path: Path) -> None:
    """Keep what a model makes of the watched uses and sentence, whole or not at all."""
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
    """The steps of the checkpoints so far."""
    return sorted(int(path.stem) for path in (folder / "snapshots").glob("*.npz"))


def read_snapshot(folder: Path, step: int) -> Snapshot:
    """What the model was at a checkpoint."""
    with np.load(folder / "snapshots" / f"{step:08d}.npz") as arrays:
        return Snapshot(step, arrays["vectors"], json.loads(str(arrays["predictions"])))


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The lines of the training's log so far, one dict each."""
    return trainer.read_log(folder / "model" / "training")


def read_watched(folder: Path) -> dict[str, Any] | None:
    """The watched word, its uses, and the sentence that is predicted; None before they are chosen."""
    path = folder / "watched.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
