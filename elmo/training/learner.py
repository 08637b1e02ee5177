"""One training step of a bidirectional language model, and the state that it changes.

sentences of similar length -> token vectors -> both directions' LSTMs -> sampled softmax (and a teacher's losses)
    -> gradients, averaged over processes -> Adam

Source: Peters et al. 2018, section 3.1: the loss is the sum of both directions' cross-entropies, which share the token
layer and the softmax. All random numbers depend on the seed and the step's number, so that a run resumed from a checkpoint
gives the numbers of an uninterrupted run.
"""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from elmo.errors import TrainingError
from elmo.model.bilm import BiLm
from elmo.model.characters import char_ids
from elmo.training.data.batches import Batch, Batches, make_batch
from elmo.training.data.vocabulary import N_BOUNDARIES, Vocabulary
from elmo.training.fast.row_adam import RowAdam
from elmo.training.fast.sampled_softmax import Sampler
from elmo.training.objective import Rows, TeacherBatch, batch_loss
from elmo.training.presets import Recipe
from elmo.training.processes import ALONE, Processes
from elmo.training.teacher.distillation import FREQUENT, LEAST_USES, TeacherSet
from elmo.training.teacher.substitutes import Candidates


class Learner:
    """A model, its softmax, their optimisers, and the training step.

    Args:
        model: changed in place.
        W, b: the softmax, changed in place.
        vocabulary: words of the softmax, and softmax rows of the corpus's words.
        words: the word of each code, for the token layer; the first two are <S> and </S>.
        batches: batches of the training sentences.
        recipe: settings of training.
        table: the token layer's vectors of all codes, if the token layer is not trained; else None.
        teacher: sentences with a teacher's vectors, or None.
        dtype: type of the matrix products.
        processes: the processes that train together.
    """

    def __init__(
        self,
        model: BiLm,
        W: Float[Tensor, "vocab dim"],
        b: Float[Tensor, " vocab"],
        vocabulary: Vocabulary,
        words: list[str],
        batches: Batches,
        recipe: Recipe,
        table: Float[Tensor, "codes dim"] | None = None,
        teacher: TeacherSet | None = None,
        dtype: torch.dtype = torch.float32,
        processes: Processes = ALONE,
    ) -> None:
        self.model, self.W, self.b, self.vocabulary, self.words = model, W, b, vocabulary, words
        self.batches, self.recipe, self.table, self.teacher = batches, recipe, table, teacher
        self.dtype, self.processes, self.device = dtype, processes, W.device
        self.sampler = Sampler(vocabulary.counts, recipe.n_sampled)
        self.candidates = None if teacher is None else Candidates.of(teacher, vocabulary)
        model.token_encoder.requires_grad_(table is None)
        self.parameters = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.Adam(
            self.parameters, lr=recipe.learning_rate, betas=(0.9, 0.99), fused=True
        )
        self.row_optimizers = RowAdam(W), RowAdam(b)
        self.step, self.place, self.n_tokens, self.progress = 0, (0, 0, 0), 0, 0.0
        self._stream = batches.after(*self.place)
        self._lower = self._lower_case_codes() if recipe.lower_case else None

    def _lower_case_codes(self) -> np.ndarray:
        """For each code the code of the word in lower case, or the code itself if the corpus does not have that word."""
        codes = {word: code for code, word in enumerate(self.words) if code >= N_BOUNDARIES}
        return np.array(
            [0, 1] + [codes.get(w.lower(), c) for c, w in enumerate(self.words[2:], 2)],
            dtype=np.int64,
        )

    def _recipe_now(self) -> Recipe:
        """The recipe of this step: without cloze and teacher in the first part of the training."""
        if self.progress < self.recipe.language_model_alone:
            return replace(self.recipe, cloze_weight=0.0, teacher_share=0.0)
        return self.recipe

    def _draw(
        self, recipe: Recipe, rng: np.random.Generator
    ) -> tuple[list[np.ndarray], np.ndarray | None]:
        """The sentences of a step, for all processes, and their rows in the teacher's set (None for other sentences)."""
        n_tokens = recipe.batch_tokens * self.processes.world
        if self.teacher is not None and rng.random() < recipe.teacher_share:
            rows = self.teacher.draw(rng, n_tokens, uses=8 * self.processes.world)
            codes = self.teacher.codes(rows)
        else:
            rows = None
            numbers = np.empty(0)
            while len(numbers) < self.processes.world:
                self.place, numbers = next(self._stream)
            codes = self.batches.codes(numbers)
        if self._lower is not None:
            lower = rng.random(len(codes)) < recipe.lower_case
            codes = [self._lower[c] if low else c for c, low in zip(codes, lower, strict=True)]
        return codes, rows

    def _touched(
        self,
        codes: list[np.ndarray],
        candidates: Int[np.ndarray, " candidates"],
        rng: np.random.Generator,
    ) -> Rows:
        """The softmax rows of a step: of the sampled words, of the sentences' words, and of the substitutes' candidates."""
        sampled = self.sampler(rng)
        targets = self.vocabulary.row_of_code[np.unique(np.concatenate([[0, 1], *codes]))]
        numbers = np.union1d(np.union1d(sampled, targets), candidates)
        places = torch.from_numpy(np.searchsorted(numbers, sampled)).to(self.device)
        inclusion = torch.from_numpy(self.sampler.inclusion[sampled].astype(np.float32)).to(
            self.device
        )
        index = torch.from_numpy(numbers).to(self.device)
        return Rows(
            index, self.W[index].requires_grad_(), self.b[index].requires_grad_(), places, inclusion
        )

    def _lesson(
        self,
        teacher_rows: np.ndarray,
        chosen: Int[np.ndarray, " candidates"],
        rows: Rows,
    ) -> TeacherBatch:
        """The teacher's vectors and candidates for this process's sentences."""
        assert self.teacher is not None and self.candidates is not None
        words = self.teacher.words(teacher_rows)
        enough = (self.teacher.n_uses[words] >= LEAST_USES) & (words >= FREQUENT)
        numbers = torch.from_numpy(self.candidates.rows[chosen]).to(self.device)
        return TeacherBatch(
            self.teacher.vectors(teacher_rows),
            words,
            self.teacher.sentence_vectors(teacher_rows) if self.recipe.sentences_weight else None,
            np.flatnonzero(enough),
            torch.searchsorted(rows.numbers, numbers),
            torch.from_numpy(self.candidates.means[chosen]).to(self.device),
            torch.from_numpy(self.candidates.log_share[chosen]).to(self.device),
        )

    def token_vectors(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """The token vectors that each direction reads, in its reading order."""
        read = [
            torch.from_numpy(np.ascontiguousarray(codes))
            for codes in (batch.forward, batch.backward)
        ]
        if self.table is not None:
            forward, backward = (self.table[codes].to(self.device, self.dtype) for codes in read)
            return forward, backward
        distinct, places = torch.unique(torch.stack(read), return_inverse=True)
        ids = char_ids(
            [self.words[code] for code in distinct.tolist()],
            self.model.options.max_characters_per_token,
        )
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.dtype == torch.bfloat16):
            vectors = self.model.token_encoder(torch.from_numpy(ids).to(self.device))
        forward, backward = (vectors.to(self.dtype)[place.to(self.device)] for place in places)
        return forward, backward

    def take_step(self, progress: float) -> dict[str, float]:
        """Take one training step; returns the parts of the loss, averaged over processes.

        Args:
            progress: finished share of the training, as this process measures it.

        Raises:
            TrainingError: the loss or the gradient is not a number; the model is unchanged.
        """
        rng = np.random.default_rng([self.recipe.seed, self.step])
        torch.manual_seed((self.recipe.seed * 1_000_003 + self.step) * 64 + self.processes.rank)
        recipe = self._recipe_now()
        codes, teacher_rows = self._draw(recipe, rng)
        chosen = np.empty(0, dtype=np.int64)
        if teacher_rows is not None and self.candidates is not None:
            chosen = self.candidates.draw(recipe.n_candidates, rng)
            rows = self._touched(codes, self.candidates.rows[chosen], rng)
        else:
            rows = self._touched(codes, chosen, rng)
        mine = slice(self.processes.rank, None, self.processes.world)
        batch = make_batch(codes[mine])
        lesson = None if teacher_rows is None else self._lesson(teacher_rows[mine], chosen, rows)
        loss, parts = batch_loss(
            self.model,
            self.token_vectors(batch),
            batch,
            self.vocabulary.row_of_code,
            rows,
            recipe,
            rng,
            lesson,
        )
        for parameter in self.parameters:
            parameter.grad = None
        # each process is weighted by its number of words, so that the mean over processes is that of the whole batch
        share = (
            self.processes.world
            * int(batch.mask.sum())
            / sum(len(sentence) + 1 for sentence in codes)
        )
        (loss * share).backward()
        gradients: list[Tensor] = []
        for leaf in (*self.parameters, rows.W, rows.b):
            if leaf.grad is None:
                leaf.grad = torch.zeros_like(leaf)
            gradients.append(leaf.grad)
        averaged = torch.tensor(
            [*(share * value for value in (loss.item(), *parts.values())), progress]
        )
        averaged = averaged.to(self.device)
        self.processes.average([*gradients, averaged])
        *losses, progress = averaged.tolist()
        self.progress = min(1.0, progress)
        norm = self._update(rows, gradients, losses[0])
        self.step += 1
        self.n_tokens += sum(map(len, codes))
        return dict(zip(["loss", *parts], losses, strict=True)) | {"gradient_norm": norm}

    def _update(self, rows: Rows, gradients: list[Tensor], loss: float) -> float:
        """Updates all parameters and returns the gradient's norm; the last two gradients are those of the softmax rows."""
        norm = math.sqrt(sum(float(g.square().sum()) for g in gradients))
        if not (math.isfinite(norm) and math.isfinite(loss)):
            raise TrainingError(
                f"step {self.step}: the loss is {loss} and the gradient's norm {norm}, so training stopped"
            )
        if norm > self.recipe.clip_norm:
            for gradient in gradients:
                gradient.mul_(self.recipe.clip_norm / norm)
        rate = self.learning_rate()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        for optimizer, gradient in zip(self.row_optimizers, gradients[-2:], strict=True):
            optimizer.step(rows.numbers, gradient, rate)
        return norm

    def learning_rate(self) -> float:
        """The learning rate of this step: it rises for `warmup` steps, then falls as half a cosine."""
        rise = min(1.0, (self.step + 1) / max(1, self.recipe.warmup))
        return (
            self.recipe.learning_rate
            * rise
            * (0.01 + 0.99 * (0.5 + 0.5 * math.cos(math.pi * self.progress)))
        )

    def state(self) -> dict[str, Any]:
        """The state for a checkpoint; `load_state` restores it."""
        return {
            "model": self.model.state_dict(),
            "W": self.W,
            "b": self.b,
            "optimizer": self.optimizer.state_dict(),
            "row_optimizers": [optimizer.state_dict() for optimizer in self.row_optimizers],
            "step": self.step,
            "progress": self.progress,
            "place": list(self.place),
            "tokens": self.n_tokens,
            "vocabulary": list(self.vocabulary.words),
            "recipe": self.recipe.to_dict(),
            "options": json.dumps(self.model.options.to_dict()),
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Restores the state of a checkpoint.

        Raises:
            TrainingError: the checkpoint has other sizes or another vocabulary.
        """
        if state["options"] != json.dumps(self.model.options.to_dict()):
            raise TrainingError(
                "the checkpoint is of a model of other sizes; resume with the preset it was begun with."
            )
        if tuple(state["vocabulary"]) != self.vocabulary.words:
            raise TrainingError(
                "the checkpoint has another vocabulary; resume with the corpus it was begun with."
            )
        self.model.load_state_dict(state["model"])
        with torch.no_grad():
            self.W.copy_(state["W"])
            self.b.copy_(state["b"])
        self.optimizer.load_state_dict(state["optimizer"])
        for optimizer, row_state in zip(self.row_optimizers, state["row_optimizers"], strict=True):
            optimizer.load_state_dict(row_state)
        self.step, self.place = state["step"], tuple(state["place"])
        self.n_tokens = state["tokens"]
        self.progress = state.get("progress", 0.0)  # earlier versions did not write this
        self._stream = self.batches.after(*self.place)
