"""One training step of a bidirectional language model, and the state that it changes.

sentences of like length -> token vectors -> both directions' LSTMs -> sampled softmax (and a teacher's losses)
    -> gradients, averaged over processes -> Adam

Peters et al. 2018, section 3.1: the sum of both directions' cross-entropies, the token layer and the softmax shared.
Everything random is drawn from the seed and the step's number, so that a run resumed from a checkpoint gives the numbers
of one that never stopped.
"""

import json
import math
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
    """A model, its softmax, their optimisers, and the step that changes them.

    Args:
        model: changed in place.
        W, b: the softmax, changed in place.
        vocabulary: its words, and the rows of the corpus's words.
        words: the word of each code, for the token layer; the first two are <S> and </S>.
        batches: the sentences to train on.
        recipe: the settings.
        table: the token layer's vectors of all codes, where it does not learn on.
        teacher: sentences with a teacher's vectors.
        dtype: of the matrix products.
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
        """For each code that of the word in lower case, or itself where the corpus has no such word."""
        codes = {word: code for code, word in enumerate(self.words) if code >= N_BOUNDARIES}
        return np.array(
            [0, 1] + [codes.get(w.lower(), c) for c, w in enumerate(self.words[2:], 2)],
            dtype=np.int64,
        )

    def _draw(self, rng: np.random.Generator) -> tuple[list[np.ndarray], np.ndarray | None]:
        """The sentences of a step, of all processes, and their rows in the teacher's set if they come from there."""
        n_tokens = self.recipe.batch_tokens * self.processes.world
        if self.teacher is not None and rng.random() < self.recipe.teacher_share:
            rows = self.teacher.draw(rng, n_tokens, uses=8 * self.processes.world)
            codes = self.teacher.codes(rows)
        else:
            rows = None
            numbers = np.empty(0)
            while len(numbers) < self.processes.world:
                self.place, numbers = next(self._stream)
            codes = self.batches.codes(numbers)
        if self._lower is not None:
            lower = rng.random(len(codes)) < self.recipe.lower_case
            codes = [self._lower[c] if low else c for c, low in zip(codes, lower, strict=True)]
        return codes, rows

    def _touched(
        self,
        codes: list[np.ndarray],
        candidates: Int[np.ndarray, " candidates"],
        rng: np.random.Generator,
    ) -> Rows:
        """The softmax rows of a step: those sampled, those of its words, and those of the substitutes' candidates."""
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
        """What the teacher says of this process's sentences."""
        assert self.teacher is not None and self.candidates is not None
        words = self.teacher.words(teacher_rows)
        enough = (self.teacher.n_uses[words] >= LEAST_USES) & (words >= FREQUENT)
        numbers = torch.from_numpy(self.candidates.rows[chosen]).to(self.device)
        return TeacherBatch(
            self.teacher.vectors(teacher_rows),
            words,
            np.flatnonzero(enough),
            torch.searchsorted(rows.numbers, numbers),
            torch.from_numpy(self.candidates.means[chosen]).to(self.device),
            torch.from_numpy(self.candidates.log_share[chosen]).to(self.device),
        )

    def token_vectors(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """What each direction reads, in its order."""
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
        """One step; returns the parts of its loss, averaged over processes.

        Args:
            progress: the share of training that is done, as this process sees it.

        Raises:
            TrainingError: the loss or the gradient is not a number; nothing was changed.
        """
        rng = np.random.default_rng([self.recipe.seed, self.step])
        torch.manual_seed((self.recipe.seed * 1_000_003 + self.step) * 64 + self.processes.rank)
        codes, teacher_rows = self._draw(rng)
        chosen = np.empty(0, dtype=np.int64)
        if teacher_rows is not None and self.candidates is not None:
            chosen = self.candidates.draw(self.recipe.n_candidates, rng)
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
            self.recipe,
            rng,
            lesson,
        )
        for parameter in self.parameters:
            parameter.grad = None
        # processes whose sentences have more words count more, so that their mean is that of the whole batch
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
        told = torch.tensor(
            [*(share * value for value in (loss.item(), *parts.values())), progress]
        )
        told = told.to(self.device)
        self.processes.average([*gradients, told])
        *losses, progress = told.tolist()
        self.progress = min(1.0, progress)
        norm = self._update(rows, gradients, losses[0])
        self.step += 1
        self.n_tokens += sum(map(len, codes))
        return dict(zip(["loss", *parts], losses, strict=True)) | {"gradient_norm": norm}

    def _update(self, rows: Rows, gradients: list[Tensor], loss: float) -> float:
        """Moves everything against its gradient, the softmax rows' W and b the last two; returns the norm."""
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
        """Rises for `warmup` steps, then falls as half a cosine."""
        rise = min(1.0, (self.step + 1) / max(1, self.recipe.warmup))
        return (
            self.recipe.learning_rate
            * rise
            * (0.01 + 0.99 * (0.5 + 0.5 * math.cos(math.pi * self.progress)))
        )

    def state(self) -> dict[str, Any]:
        """All that `load_state` needs to go on."""
        return {
            "model": self.model.state_dict(),
            "W": self.W,
            "b": self.b,
            "optimizer": self.optimizer.state_dict(),
            "row_optimizers": [optimizer.state_dict() for optimizer in self.row_optimizers],
            "step": self.step,
            "place": list(self.place),
            "tokens": self.n_tokens,
            "vocabulary": list(self.vocabulary.words),
            "recipe": self.recipe.to_dict(),
            "options": json.dumps(self.model.options.to_dict()),
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Goes on from a checkpoint.

        Raises:
            TrainingError: it is of other sizes or another vocabulary.
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
        for optimizer, kept in zip(self.row_optimizers, state["row_optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        self.step, self.place = state["step"], tuple(state["place"])
        self.n_tokens = state["tokens"]
        self._stream = self.batches.after(*self.place)
