"""A language of a few words, and a trainer for it that needs seconds."""

from pathlib import Path

import numpy as np
import torch

from elmo.model.bilm import BiLm
from elmo.model.options import Options
from elmo.training.data.batches import Batches
from elmo.training.data.corpus import Corpus
from elmo.training.data.prepare import prepare
from elmo.training.data.vocabulary import build_vocabulary
from elmo.training.presets import Recipe
from elmo.training.processes import Processes
from elmo.training.teacher.distillation import TeacherSet
from elmo.training.trainer import Limit, Trainer

OPTIONS = Options(projection_dim=12, dim=16, n_layers=2, filters=((1, 4), (2, 8)), char_dim=4)
RECIPE = Recipe(
    vocabulary=40,
    batch_tokens=200,
    n_sampled=1000,
    learning_rate=2e-2,
    warmup=5,
    dropout=0.0,
    lower_case=0.0,
)


def write_grammar(path: Path, n_sentences: int = 400, seed: int = 0) -> Path:
    """Sentences in which the first word decides the last, ten to a document."""
    rng = np.random.default_rng(seed)
    ends = {"cats": "purr", "dogs": "bark", "birds": "sing"}
    lines = []
    for number in range(n_sentences):
        subject = str(rng.choice(list(ends)))
        middle = " ".join(rng.choice(["often", "rarely", "never", "always"], rng.integers(0, 3)))
        lines.append(f"The {subject} {middle} {ends[subject]} .".replace("  ", " "))
        if number % 10 == 9:
            lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def grammar_corpus(folder: Path) -> Corpus:
    return prepare(
        [write_grammar(folder / "text.txt")], folder / "corpus", held_out_every=10, processes=1
    )


def make_trainer(
    corpus: Corpus,
    steps: int,
    folder: Path | None = None,
    recipe: Recipe = RECIPE,
    processes: Processes = Processes(),
    numbers: np.ndarray | None = None,
    teacher: TeacherSet | None = None,
) -> Trainer:
    torch.manual_seed(0)
    numbers = corpus.sentence_numbers() if numbers is None else numbers
    vocabulary = build_vocabulary(corpus.words, corpus.counts, len(numbers), recipe.vocabulary)
    W = torch.randn(len(vocabulary.words), OPTIONS.projection_dim) * 0.1
    return Trainer(
        limit=Limit(steps=steps),
        folder=folder,
        model=BiLm(OPTIONS),
        W=W,
        b=torch.zeros(len(vocabulary.words)),
        vocabulary=vocabulary,
        words=["<S>", "</S>", *corpus.words],
        batches=Batches(
            corpus, numbers, recipe.batch_tokens * processes.world, recipe.max_tokens, recipe.seed
        ),
        recipe=recipe,
        teacher=teacher,
        processes=processes,
    )
