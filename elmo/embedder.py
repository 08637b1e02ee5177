"""`Elmo`, a pretrained model that returns the vectors of every word of a text.

`Elmo` has no state: the same words give the same vectors, alone or in any batch, in any order. Between
calls only vectors of the token layer are kept, which depend on a word's letters alone; a carried LSTM
state is an explicit argument and result of `embed_batch`.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float

from elmo import tokenizer
from elmo.embedded import Embedded, Processed
from elmo.errors import InputError, WeightsError
from elmo.home import BUNDLED
from elmo.limits import MAX_SENTENCE_TOKENS
from elmo.model.bilm import BiLm, BiLmOutput, BiLmState
from elmo.model.device import available_device
from elmo.model.fast import FastBiLm
from elmo.model.options import Options
from elmo.model.softmax import N_SPECIAL, Softmax, read_softmax, read_vocabulary
from elmo.model.token_vectors import TokenVectors
from elmo.model.weights import fingerprint, read_model
from elmo.representation import Constants, Output, Reading, joined, read_uses
from elmo.usages import Usage


class Elmo:
    """A pretrained ELMo model.

    >>> elmo = Elmo()                                       # the bundled model
    >>> for sentence in elmo.embed([["The", "river", "bank"]]):
    ...     sentence.layers.shape, sentence.mix().shape     # doctest: +SKIP
    """

    def __init__(
        self,
        options_file: str | Path | None = None,
        weight_file: str | Path | None = None,
        dtype: torch.dtype = torch.float32,
        device: str | torch.device = "cpu",
        *,
        fast: bool | None = None,
        reduced_precision: bool = False,
    ) -> None:
        """Load a model.

        Args:
            options_file, weight_file: both files, or neither for the bundled model.
            dtype: float32, or float64 for comparisons of numbers.
            device: "cpu", "cuda", "cuda:1" or "mps".
            fast: use the fast path (`elmo.model.fast`), whose results are equal to 1e-5; None uses it for
                float32 on a processor, unless the environment has ELMO_FAST=0.
            reduced_precision: weights in bfloat16 or float16 on the fast path, the type that this
                processor multiplies faster; the cosine to the exact vectors is at least 0.9999. Not
                meant for numbers that are compared.

        Raises:
            InputError: only one file is given, the dtype is another one, or the device is missing.
            ModelFileError: a file is wrong; the message names every wrong key at once.
        """
        if (options_file is None) != (weight_file is None):
            raise InputError(
                f"options_file is {options_file!r} and weight_file is {weight_file!r}; a model is "
                "both files, or none for the bundled model."
            )
        if dtype not in (torch.float32, torch.float64):
            raise InputError(f"dtype is {dtype}, expected torch.float32 or torch.float64.")
        self.name = "bundled"
        if options_file is None or weight_file is None:
            options_file, weight_file = BUNDLED / "options.json", BUNDLED / "weights.hdf5"
        else:
            self.name = Path(weight_file).stem
        self.weight_file = Path(weight_file)
        self.dtype, self.device = dtype, available_device(device)
        self.model: BiLm = read_model(options_file, weight_file, dtype).to(self.device)
        possible = dtype == torch.float32 and self.device.type == "cpu"
        fast = possible and os.environ.get("ELMO_FAST") != "0" if fast is None else fast
        if (fast or reduced_precision) and not possible:
            raise InputError(
                f"fast and reduced_precision need float32 on the CPU, not {dtype} on {self.device}."
            )
        self.is_exact = not reduced_precision
        self._fast = fast or reduced_precision
        self._prepare()

    def _prepare(self) -> None:
        """Make the fast path for this machine, and an empty cache of words."""
        reduced = not self.is_exact
        self._run = FastBiLm(self.model, reduced) if self._fast else self.model
        self._words = TokenVectors(self._run.token_encoder, self.options, self.dtype, self.device)

    def __getstate__(self) -> dict[str, Any]:
        """The attributes of a copy: the model with its weights, without the parts that `_prepare` makes."""
        return {name: value for name, value in vars(self).items() if name not in ("_run", "_words")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._prepare()

    def untrained(self, seed: int = 0) -> "Elmo":
        """A model of the same sizes with random weights, which shows the figures that need no training.

        The model predicts no words: its `constants` have no softmax.

        Args:
            seed: seed of the weights.
        """
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = BiLm(self.options)
            if self.model.token_encoder.W_proj is not None and model.token_encoder.W_proj is None:
                model.token_encoder.add_projection()
        other = object.__new__(Elmo)
        state = self.__getstate__()
        state.pop("fingerprint", None)
        state.pop("constants", None)
        vars(other).update(state)
        other.name = f"untrained {self.name}"
        other.model = model.to(self.dtype).to(self.device).requires_grad_(False).eval()
        other._prepare()
        vars(other)["constants"] = other.constants_with(None)
        return other

    @property
    def options(self) -> Options:
        """The model's sizes and switches."""
        return self.model.options

    @cached_property
    def fingerprint(self) -> str:
        """A checksum of options and weights, as a key for stored vectors."""
        return fingerprint(self.model) + ("" if self.is_exact else "-reduced")

    def __repr__(self) -> str:
        o = self.options
        return (
            f"Elmo({self.name!r}, {o.n_layers} layers, dim {o.dim}, projection {o.projection_dim})"
        )

    def process(self, text: str) -> Processed:
        """Split a text into sentences and words, and embed them.

        Raises:
            InputError: `text` is no string, or too long.
        """
        document = tokenizer.process(text)
        empty = np.zeros(
            (self.options.n_representations, 0, self.options.representation_dim),
            np.float64 if self.dtype == torch.float64 else np.float32,
        )
        embedded = self.embed(sentence.forms for sentence in document)
        # The result has the written words; the model reads their normal form.
        sentences = [
            Embedded(sentence.tokens, result.layers)
            for sentence, result in zip(document, embedded, strict=True)
        ]
        return Processed(document, sentences, empty)

    def embed(
        self,
        sentences: Iterable[Sequence[str]],
        batch_tokens: int = 4096,
        *,
        boundaries: bool = True,
    ) -> Iterator[Embedded]:
        """Yield the vectors of each sentence, in the order of the sentences.

        Some batches of sentences are read ahead, so that sentences of similar length share a batch;
        memory does not grow with the number of sentences.

        Args:
            sentences: lists of words. The layers of an empty sentence are (layers, 0, dim).
            batch_tokens: largest number of tokens in a batch, padding included; a longer sentence is a
                batch of its own.
            boundaries: True reads the words "<S>" and "</S>" as boundaries of the sentence, as AllenNLP
                does; False reads them as ordinary words.

        Raises:
            InputError: a sentence is a string instead of words, has an item that is no string, or more
                than `MAX_SENTENCE_TOKENS` words; the message has the number of the sentence, from 0.
        """
        if isinstance(sentences, str):
            raise InputError(
                "sentences is one string, expected lists of words; use process() for plain text."
            )
        if not isinstance(batch_tokens, int) or batch_tokens < 1:
            raise InputError(
                f"batch_tokens is {batch_tokens!r}, expected a whole number from 1 up."
            )
        window: list[tuple[str, ...]] = []
        n_tokens = 0
        for number, sentence in enumerate(sentences):
            window.append(sentence_words(sentence, number))
            n_tokens += len(window[-1]) + 2
            if n_tokens >= 4 * batch_tokens:
                yield from self._embed_window(window, batch_tokens, boundaries)
                window, n_tokens = [], 0
        yield from self._embed_window(window, batch_tokens, boundaries)

    def read_uses(self, uses: Sequence[Usage], constants: Constants | None = None) -> Reading:
        """The model's reading of uses, from which all their representations are computed.

        The model reads the sentence of a use in normal form (`Usage.forms`), each distinct sentence
        once. Memory holds the vectors of the uses, not those of their sentences.

        Args:
            constants: constants of the model; None is `self.constants`.

        Raises:
            InputError: see `embed`.
        """
        constants = constants or self.constants
        if not uses:
            n, dim = self.options.n_representations, self.options.representation_dim
            none = np.zeros((n + 1, 0, dim), np.float32)
            return Reading(none[:-1], none[-1], none[-1, :, : dim // 2], constants)
        of_sentence: dict[tuple[str, ...], list[int]] = {}
        for number, use in enumerate(uses):
            of_sentence.setdefault(use.forms, []).append(number)
        parts: dict[int, Reading] = {}
        for embedded in self.embed(of_sentence):
            for number in of_sentence[embedded.tokens]:
                parts[number] = read_uses(
                    [embedded.layers], [uses[number]], [embedded.tokens], constants
                )
        return joined([parts[number] for number in range(len(uses))], constants)

    def embed_batch(
        self,
        sentences: Sequence[Sequence[str]],
        state: BiLmState | None = None,
        *,
        boundaries: bool = True,
    ) -> tuple[list[Embedded], BiLmState]:
        """The vectors of one batch, and the state after the batch.

        Args:
            sentences: with a state, sentence i continues sentence i of the batch before (in both
                directions: the backward direction begins from its state after the first word of the
                sentence before).
            state: state after the batch before; None is the zero state, which `embed` always uses.
            boundaries: as in `embed`.

        Raises:
            InputError: see `embed`; or the state has another number of rows.
        """
        output = self.read_batch(sentences, state, boundaries=boundaries)
        layers = output.layers.cpu().numpy()
        embedded = [
            Embedded(tuple(row), np.ascontiguousarray(layers[:, i, 1 : len(row) + 1]))
            for i, row in enumerate(sentences)
        ]
        return embedded, output.state

    def read_batch(
        self,
        sentences: Sequence[Sequence[str]],
        state: BiLmState | None = None,
        *,
        boundaries: bool = True,
    ) -> BiLmOutput:
        """The layers of one batch with the rows of <S> and </S>, and the state after the batch.

        The tensors may be the input of a module that is trained, such as `ScalarMix`. The model's own
        weights get no gradient; to fine-tune them, call the torch module `self.model` instead.

        Raises:
            InputError: see `embed_batch`. WeightsError: the vectors are not finite.
        """
        rows = [sentence_words(sentence, number) for number, sentence in enumerate(sentences)]
        if not rows:
            raise InputError("sentences is empty, expected at least one sentence in a batch.")
        if state is not None and len(state[0][0][0]) != len(rows):
            raise InputError(
                f"state has {len(state[0][0][0])} rows and the batch {len(rows)} sentences; each "
                "row of a batch goes on with its own state."
            )
        with torch.no_grad():
            vectors = self._words.of_sentences(rows, boundaries)
            lengths = torch.tensor([len(row) + 2 for row in rows], device=self.device)
            output = self._run(vectors, lengths, state)
            self._check_finite(output.layers)
            return output

    def read_words(
        self, sentences: Sequence[Sequence[str]]
    ) -> tuple[Float[torch.Tensor, "layers batch tokens dim"], Bool[torch.Tensor, "batch tokens"]]:
        """The layers of a batch's words as one tensor, 0 at padding, and a mask that is True at words.

        The tensors may be the input of a module that is trained, see `read_batch`. Each call begins from
        the zero state.

        Raises:
            InputError, WeightsError: see `read_batch`.
        """
        layers = self.read_batch(sentences).layers[:, :, 1:-1]
        lengths = torch.tensor([len(sentence) for sentence in sentences], device=self.device)
        mask = torch.arange(layers.shape[2], device=self.device) < lengths[:, None]
        return layers * mask[:, :, None], mask

    def token_vectors(self, words: Sequence[str]) -> Float[np.ndarray, "tokens dim"]:
        """The token vectors of words: one half of layer 0, which does not depend on a context."""
        with torch.no_grad():
            vectors = self._words.of_words(list(words))
            self._check_finite(vectors)
            return vectors.cpu().numpy()

    def _check_finite(self, vectors: torch.Tensor) -> None:
        """Refuse vectors that are not finite, so that they are never shown or written.

        Raises:
            WeightsError: a vector is not finite: the model's weights are too large.
        """
        if not (vectors.sum().isfinite() or vectors.isfinite().all()):
            raise WeightsError(
                f"the model {self.name!r} gives vectors with values that are not finite (NaN or "
                f"infinite): its weights are too large for {self.dtype}. Is weights.hdf5 damaged?"
            )

    @cached_property
    def constants(self) -> Constants:
        """The values of the model that representations need beside the layers of a sentence.

        The softmax is read from softmax.hdf5 and vocab.txt in the folder of the weights, if there are any.

        Raises:
            ModelFileError: the softmax is damaged, or is for vectors of another size.
        """
        files = self.weight_file.with_name("softmax.hdf5"), self.weight_file.with_name("vocab.txt")
        if not all(file.is_file() for file in files):
            return self.constants_with(None)
        return self.constants_with(read_softmax(*files, self.options.projection_dim))

    def constants_with(self, softmax: Softmax | None) -> Constants:
        """The constants with a given softmax, or without a softmax.

        The ranks of words are their order in the softmax's vocabulary, or else in the bundled model's.

        Raises:
            InputError: the softmax is for vectors of another size.
        """
        top = self.read_batch([["a"]]).layers[-1, 0].cpu().numpy()  # <S>, the word, </S>
        half = top.shape[1] // 2
        ends = np.concatenate([top[0, :half], top[-1, half:]])
        words = read_vocabulary(BUNDLED / "vocab.txt") if softmax is None else softmax.words
        ranks: dict[str, int] = {}
        for rank, word in enumerate(words[N_SPECIAL:], 1):
            ranks.setdefault(word, rank)
        output = None
        if softmax is not None:
            W, b = softmax.W.detach().cpu().numpy(), softmax.b.detach().cpu().numpy()
            output = Output(softmax.words, W, b)
            output.check(half)
        return Constants(ends, ranks, output)

    def clear_word_cache(self) -> None:
        """Delete the token vectors of former calls; results stay the same."""
        self._words.cache.clear()

    def _embed_window(
        self, window: list[tuple[str, ...]], batch_tokens: int, boundaries: bool
    ) -> Iterator[Embedded]:
        """Yield the vectors of sentences in their order; sentences of similar length are read in one batch."""
        order = sorted(range(len(window)), key=lambda i: -len(window[i]))
        results: dict[int, Embedded] = {}
        start = 0
        while start < len(order):
            rows = max(1, batch_tokens // (len(window[order[start]]) + 2))
            batch = order[start : start + rows]
            start += rows
            embedded, _ = self.embed_batch([window[i] for i in batch], boundaries=boundaries)
            results |= zip(batch, embedded, strict=True)
        for index in range(len(window)):
            yield results.pop(index)


def sentence_words(sentence: Sequence[str], number: int) -> tuple[str, ...]:
    """A sentence as a tuple of words.

    Raises:
        InputError: the sentence is no list of words, or too long; the message has its number.
    """
    if isinstance(sentence, str):
        raise InputError(
            f"sentence {number} is the string {sentence[:40]!r}, expected a list of words; use "
            "process() for plain text."
        )
    words = tuple(sentence)
    for place, word in enumerate(words):
        if not isinstance(word, str):
            raise InputError(
                f"sentence {number}, word {place} is {type(word).__name__}, expected a string."
            )
    if len(words) > MAX_SENTENCE_TOKENS:
        raise InputError(
            f"sentence {number} has {len(words):,} words, at most {MAX_SENTENCE_TOKENS:,} are read "
            "at once; split it into sentences (nothing was cut off)."
        )
    return words
