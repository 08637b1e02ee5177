"""The training loop of a bidirectional language model.

Peters et al. 2018, section 3.1: minimise the sum of both directions' cross-entropies, the token layer and the softmax
shared. A step: sentences of like length -> token vectors -> both directions' LSTMs -> sampled softmax (and a teacher's
losses) -> gradients, averaged over processes -> Adam. Everything random is drawn from the seed and the step's number, so
that a run resumed from a checkpoint gives the numbers of one that never stopped.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from elmo.errors import TrainingError
from elmo.model.bilm import BiLm
from elmo.model.characters import char_ids
from elmo.training.batches import Batch, Batches, make_batch
from elmo.training.checkpoint import NAME, read_checkpoint, write_checkpoint
from elmo.training.distillation import Heads, TeacherSet
from elmo.training.objective import Rows, TeacherBatch, batch_loss
from elmo.training.presets import Recipe
from elmo.training.processes import Processes
from elmo.training.row_adam import RowAdam
from elmo.training.sampled_softmax import Sampler
from elmo.training.vocabulary import N_BOUNDARIES, Vocabulary


@dataclass(frozen=True)
class Limit:
    """When training ends, and so how fast the learning rate falls: after minutes, steps, or epochs of the text."""

    minutes: float | None = None
    steps: int | None = None
    epochs: float | None = None

    def progress(self, step: int, seconds: float, epochs: float) -> float:
        """The share that is done."""
        if self.minutes is not None:
            return seconds / (60 * self.minutes)
        return epochs / self.epochs if self.epochs is not None else step / (self.steps or 1)


def training_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where the machine is fast at it, else float32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    fast = "avx512_bf16" in _processor_flags() or "amx_bf16" in _processor_flags()
    return torch.bfloat16 if fast else torch.float32


def _processor_flags() -> str:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return ""


class Trainer:
    """A model, its softmax, and the loop that trains both.

    Args:
        model: changed in place.
        W, b: the softmax, changed in place.
        vocabulary: its words, and the rows of the corpus's words.
        words: the word of each code, for the token layer; the first two are <S> and </S>.
        batches: the sentences to train on.
        recipe: the settings.
        limit: when to end.
        folder: where checkpoints and the log go; None to keep nothing.
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
        limit: Limit,
        folder: str | Path | None = None,
        table: Float[Tensor, "codes dim"] | None = None,
        teacher: TeacherSet | None = None,
        dtype: torch.dtype = torch.float32,
        processes: Processes = Processes(),
    ) -> None:
        self.model, self.W, self.b, self.vocabulary, self.words = model, W, b, vocabulary, words
        self.batches, self.recipe, self.limit, self.table, self.teacher = batches, recipe, limit, table, teacher
        self.folder = Path(folder) if folder is not None else None
        self.dtype, self.processes, self.device = dtype, processes, W.device
        self.sampler = Sampler(vocabulary.counts, recipe.n_sampled)
        self.heads = None
        if teacher is not None:
            with torch.random.fork_rng():
                torch.manual_seed(recipe.seed)
                self.heads = Heads(model.options.n_layers, model.options.representation_dim, teacher.dim).to(self.device)
        model.token_encoder.requires_grad_(table is None)
        modules = [model] + ([self.heads] if self.heads is not None else [])
        self.parameters = [p for module in modules for p in module.parameters() if p.requires_grad]
        self.optimizer = torch.optim.Adam(self.parameters, lr=recipe.learning_rate, betas=(0.9, 0.99), fused=True)
        self.row_optimizers = RowAdam(W), RowAdam(b)
        self.step, self.place, self.seconds, self.n_tokens, self.progress = 0, (0, 0, 0), 0.0, 0, 0.0
        self._recent: dict[str, list[float]] = {}
        self._lower = self._lower_case_codes() if recipe.lower_case else None

    def _lower_case_codes(self) -> np.ndarray:
        """For each code that of the word in lower case, or itself where the corpus has no such word."""
        codes = {word: code for code, word in enumerate(self.words) if code >= N_BOUNDARIES}
        return np.array([0, 1] + [codes.get(w.lower(), c) for c, w in enumerate(self.words[2:], 2)], dtype=np.int64)

    # ---- one step

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

    def _touched(self, codes: list[np.ndarray], rng: np.random.Generator) -> Rows:
        sampled = self.sampler(rng)
        targets = self.vocabulary.row_of_code[np.unique(np.concatenate([[0, 1], *codes]))]
        numbers = np.union1d(sampled, targets)
        places = torch.from_numpy(np.searchsorted(numbers, sampled)).to(self.device)
        inclusion = torch.from_numpy(self.sampler.inclusion[sampled].astype(np.float32)).to(self.device)
        index = torch.from_numpy(numbers).to(self.device)
        return Rows(index, self.W[index].requires_grad_(), self.b[index].requires_grad_(), places, inclusion)

    def token_vectors(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """What each direction reads, in its order."""
        read = [torch.from_numpy(np.ascontiguousarray(codes)) for codes in (batch.forward, batch.backward)]
        if self.table is not None:
            return tuple(self.table[codes].to(self.device, self.dtype) for codes in read)
        distinct, places = torch.unique(torch.stack(read), return_inverse=True)
        ids = char_ids([self.words[code] for code in distinct.tolist()], self.model.options.max_characters_per_token)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.dtype == torch.bfloat16):
            vectors = self.model.token_encoder(torch.from_numpy(ids).to(self.device))
        return tuple(vectors.to(self.dtype)[place.to(self.device)] for place in places)

    def take_step(self) -> dict[str, float]:
        """One step; returns the parts of its loss, averaged over processes."""
        rng = np.random.default_rng([self.recipe.seed, self.step])
        torch.manual_seed((self.recipe.seed * 1_000_003 + self.step) * 64 + self.processes.rank)
        codes, teacher_rows = self._draw(rng)
        rows = self._touched(codes, rng)
        mine = slice(self.processes.rank, None, self.processes.world)
        batch = make_batch(codes[mine])
        lesson = None
        if teacher_rows is not None:
            lesson = TeacherBatch(self.teacher.vectors(teacher_rows[mine]), self.teacher.words(teacher_rows[mine]))
        x = self.token_vectors(batch)
        loss, parts = batch_loss(
            self.model, x, batch, self.vocabulary.row_of_code, rows, self.recipe, rng, lesson, self.heads
        )
        for parameter in self.parameters:
            parameter.grad = None
        # processes whose sentences have more words count more, so that their mean is that of the whole batch
        share = self.processes.world * int(batch.mask.sum()) / sum(len(sentence) + 1 for sentence in codes)
        (loss * share).backward()
        for parameter in self.parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        gradients = [p.grad for p in self.parameters] + [rows.W.grad, rows.b.grad]
        told = torch.tensor([*(share * value for value in (loss.item(), *parts.values())), self._progress_now()])
        self.processes.average([*gradients, told.to(self.device)] if self.processes.world > 1 else [])
        if self.processes.world > 1:
            told = told.to(self.device)
        self._update(rows, gradients, told)
        self.step += 1
        self.n_tokens += sum(map(len, codes))
        return dict(zip(["loss", *parts], told.tolist(), strict=False)) | {"tokens": sum(map(len, codes))}

    def _update(self, rows: Rows, gradients: list[Tensor], told: Tensor) -> None:
        norm = math.sqrt(sum(float(g.square().sum()) for g in gradients))
        if not math.isfinite(norm) or not math.isfinite(float(told[0])):
            where = f"the last good checkpoint is {self.folder / NAME}" if self.folder else "nothing was kept"
            raise TrainingError(
                f"step {self.step}: the loss is {float(told[0])} and the gradient's norm {norm}, so training stopped; "
                f"{where}. Try a lower learning rate (now {self.recipe.learning_rate})."
            )
        self._recent.setdefault("gradient_norm", []).append(norm)
        if norm > self.recipe.clip_norm:
            for gradient in gradients:
                gradient.mul_(self.recipe.clip_norm / norm)
        self.progress = min(1.0, float(told[-1]))
        rate = self.learning_rate()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.row_optimizers[0].step(rows.numbers, rows.W.grad, rate)
        self.row_optimizers[1].step(rows.numbers, rows.b.grad, rate)

    def learning_rate(self) -> float:
        """Rises for `warmup` steps, then falls as half a cosine."""
        rise = min(1.0, (self.step + 1) / max(1, self.recipe.warmup))
        return self.recipe.learning_rate * rise * (0.01 + 0.99 * (0.5 + 0.5 * math.cos(math.pi * self.progress)))

    # ---- the loop

    def _progress_now(self) -> float:
        return self.limit.progress(self.step, self._elapsed(), self.batches.epochs_at(*self.place))

    def _elapsed(self) -> float:
        return self.seconds + time.monotonic() - self._began

    def run(
        self,
        checkpoint_seconds: float = 180.0,
        report_seconds: float = 10.0,
        report: Callable[[dict[str, Any]], None] = lambda entry: None,
        at_checkpoint: Callable[["Trainer"], dict[str, Any]] = lambda trainer: {},
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Trains to the limit or until it should stop, and keeps a checkpoint at the end.

        Args:
            checkpoint_seconds: between checkpoints; a crash costs no more.
            report_seconds: between the lines of the log.
            report: told each line of the log.
            at_checkpoint: what it returns, measures say, goes into the log.
            should_stop: asked after each step; only where one process trains.
        """
        self._began = kept = told = time.monotonic()
        self._stream = self.batches.after(*self.place)
        tokens_told = self.n_tokens
        done = self._progress_now() >= 1
        while not done:
            for name, value in self.take_step().items():
                self._recent.setdefault(name, []).append(value)
            now = time.monotonic()
            # every process must come to the same answer, so they go by the progress that they averaged
            done = self.progress >= 1 if self.limit.minutes is not None else self._progress_now() >= 1
            done = done or (self.processes.world == 1 and should_stop())
            if self.processes.rank == 0 and (now - told >= report_seconds or done):
                self._write(self._entry((self.n_tokens - tokens_told) / max(now - told, 1e-9)), report)
                told, tokens_told = now, self.n_tokens
            if self.processes.rank == 0 and (now - kept >= checkpoint_seconds or done):
                self._keep(report, at_checkpoint)
                kept = time.monotonic()
        self.processes.wait()

    def _keep(self, report, at_checkpoint) -> None:
        if self.folder is not None:
            write_checkpoint(self.folder, self.state())
        measured = at_checkpoint(self)
        if measured:
            self._write({"step": self.step, "tokens": self.n_tokens, "seconds": round(self._elapsed(), 1)} | measured, report)

    def _entry(self, tokens_per_second: float) -> dict[str, Any]:
        mean = {name: float(np.mean(values)) for name, values in self._recent.items() if name != "tokens"}
        self._recent = {}
        elapsed = self._elapsed()
        left = elapsed * (1 - self.progress) / self.progress if self.progress > 0 else None
        return {
            "step": self.step,
            "tokens": self.n_tokens,
            "seconds": round(elapsed, 1),
            "seconds_left": None if left is None else round(left, 1),
            "tokens_per_second": round(tokens_per_second),
            "learning_rate": round(self.learning_rate(), 7),
            "forward_perplexity": round(math.exp(min(mean["forward"], 50)), 2),
            "backward_perplexity": round(math.exp(min(mean["backward"], 50)), 2),
            "epoch": self.place[0],
        } | {name: round(value, 5) for name, value in mean.items()}

    def _write(self, entry: dict[str, Any], report: Callable[[dict[str, Any]], None]) -> None:
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            with open(self.folder / "log.jsonl", "a", encoding="utf-8") as out:
                out.write(json.dumps(entry) + "\n")
        report(entry)

    # ---- checkpoints

    def state(self) -> dict[str, Any]:
        """All that `load_state` needs to go on."""
        return {
            "model": self.model.state_dict(),
            "heads": None if self.heads is None else self.heads.state_dict(),
            "W": self.W,
            "b": self.b,
            "optimizer": self.optimizer.state_dict(),
            "row_optimizers": [optimizer.state_dict() for optimizer in self.row_optimizers],
            "step": self.step,
            "place": list(self.place),
            "seconds": self._elapsed(),
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
            raise TrainingError("the checkpoint is of a model of other sizes; resume with the preset it was begun with.")
        if tuple(state["vocabulary"]) != self.vocabulary.words:
            raise TrainingError("the checkpoint has another vocabulary; resume with the corpus it was begun with.")
        self.model.load_state_dict(state["model"])
        if self.heads is not None and state["heads"] is not None:
            self.heads.load_state_dict(state["heads"])
        with torch.no_grad():
            self.W.copy_(state["W"])
            self.b.copy_(state["b"])
        self.optimizer.load_state_dict(state["optimizer"])
        for optimizer, kept in zip(self.row_optimizers, state["row_optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        self.step, self.place = state["step"], tuple(state["place"])
        self.seconds, self.n_tokens = state["seconds"], state["tokens"]

    def resume(self) -> None:
        """Goes on from the folder's checkpoint."""
        assert self.folder is not None
        self.load_state(read_checkpoint(self.folder))
