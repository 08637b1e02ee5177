"""Accuracy on film reviews with other poolings and a small network: `python -m benchmarks.reviews`.

Each line is the accuracy on folds of the training part of fold 0 of sentence_polarity; the test part is not used. The
poolings are compared with TF-IDF, and a small network reads the words one by one. The script takes about two minutes on
two cores, and needs ../shared.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits
from torch import nn

from elmo.store.store import Store
from elmo.tasks.datasets import read_texts
from elmo.tasks.ladder.features import embed_sentences, tokenize_texts
from elmo.tasks.ladder.ladder import fold_of_each
from elmo.tasks.ladder.lexical_classifier import bag_of_words
from elmo.tasks.static_vectors import read_bundled_vectors

EPOCHS = 4


def main() -> None:
    """Print the accuracy of each trial."""
    parser = argparse.ArgumentParser(description="Accuracy on film reviews.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    args = parser.parse_args()
    data = read_texts(args.shared / "eval" / "sentence_polarity")
    train = np.flatnonzero(fold_of_each(data.texts, data.labels, 5, 0) != 0)
    labels = np.unique(np.array(data.labels)[train], return_inverse=True)[1]
    folds = list(StratifiedKFold(3, shuffle=True, random_state=0).split(train, labels))
    words, bags = read_words([data.texts[i] for i in train])

    def search(model, grid: list[float], x) -> float:
        name = f"{type(model[-1]).__name__.lower()}__C"
        return GridSearchCV(model, {name: grid}, cv=folds).fit(x, labels).best_score_

    classifier = LogisticRegression(max_iter=2000, tol=1e-4)
    print(
        f"TF-IDF                         {search(make_pipeline(bag_of_words(), classifier), [3, 10, 30], bags):.3f}"
    )
    vectors = make_pipeline(StandardScaler(), classifier)
    layer_1 = slice(512, 1024)
    for name, of in (
        ("layer 1, mean", lambda w: w[:, layer_1].mean(0)),
        ("layer 1, mean and maximum", lambda w: np.r_[w[:, layer_1].mean(0), w[:, layer_1].max(0)]),
        ("all layers and static, mean", lambda w: w.mean(0)),
        ("the same, mean, max, min", lambda w: np.r_[w.mean(0), w.max(0), w.min(0)]),
    ):
        x = np.stack([of(w.astype(np.float32)) for w in words])
        print(f"{name:30} {search(vectors, [0.001, 0.01, 0.06], x):.3f}", flush=True)
    for name, width in (("network over words", 1), ("the same over three words", 3)):
        print(f"{name:30} {network(words, labels, folds[0], width):.3f}", flush=True)


def read_words(texts: list[str]) -> tuple[list[np.ndarray], list[str]]:
    """The vectors of each text's words, [layer 0, 1, 2, static vector], as float16, and the words of each text."""
    elmo, static = Store().load("bundled"), read_bundled_vectors()
    sentences_of_texts = tokenize_texts(texts)
    layers = embed_sentences(elmo, [sentence for text in sentences_of_texts for sentence in text])
    words = []
    for text in sentences_of_texts:
        parts = [np.c_[np.concatenate(list(next(layers)), axis=1), static.of(s)] for s in text]
        words.append(np.concatenate(parts).astype(np.float16))
    return words, [" ".join(word for s in text for word in s) for text in sentences_of_texts]


class Network(nn.Module):
    """A convolution over words, the mean and the maximum over the text, and a linear classifier."""

    def __init__(self, dim: int, width: int) -> None:
        super().__init__()
        self.windows = nn.Conv1d(dim, 128, width, padding=width // 2)
        self.out = nn.Linear(256, 2)
        self.drop = nn.Dropout(0.5)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        h = torch.relu(self.windows(x.transpose(1, 2))).transpose(1, 2)
        mean = (h * mask).sum(1) / mask.sum(1)
        return self.out(self.drop(torch.cat([mean, h.masked_fill(mask == 0, 0).amax(1)], 1)))


def network(words: list[np.ndarray], labels: np.ndarray, fold: tuple, width: int) -> float:
    """The accuracy on one inner fold after training on the others."""
    train, test = fold
    torch.manual_seed(0)
    some = np.concatenate([words[i] for i in train[:1000]]).astype(np.float32)
    mean, spread = some.mean(0), some.std(0) + 1e-3
    model = Network(len(mean), width)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3)

    def batch(items: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        rows = [torch.from_numpy((words[i].astype(np.float32) - mean) / spread) for i in items]
        marks = [torch.ones(len(row), 1) for row in rows]
        pad = nn.utils.rnn.pad_sequence
        return pad(rows, batch_first=True), pad(marks, batch_first=True)

    rng = np.random.default_rng(0)
    for _ in range(EPOCHS):
        model.train()
        for items in np.array_split(rng.permutation(train), len(train) // 50):
            optimizer.zero_grad()
            target = torch.from_numpy(labels[items])
            nn.functional.cross_entropy(model(*batch(items)), target).backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        guess = [model(*batch(part)).argmax(1).numpy() for part in np.array_split(test, 30)]
    return float((np.concatenate(guess) == labels[test]).mean())


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
