"""The match of a question's words with those of a passage under any mix of layers, and the training of a mix.

A cosine of mixed vectors is a function of the inner products of all layers. The products are computed once for each
question, so that the scores of a mix, also of a mix in training, take little time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float, Int

from elmo.model.scalar_mix import ScalarMix
from elmo.representation.vectors import unit
from elmo.tasks.ladder.results import Learned

TEMPERATURE = 20.0
"""Factor of the scores before the softmax of the loss, as scores are cosines and differ little."""

MIX_PENALTY = 0.01
N_STEPS = 60


@dataclass(frozen=True)
class Match:
    """The inner products of a question's words with all words of its passage.

    Attributes:
        products: inner products, layer of the question's word × layer of the passage's word.
        norms_question: layer × layer inner products of each word of the question with itself.
        norms_passage: layer × layer inner products of each word of the passage with itself.
        rarity: weight of each word of the question, at least 0, with the sum 1.
        sentence: number of the sentence of each word of the passage.
        answer: number of the sentence that answers the question.
        static: cosines of the words' static vectors, 0 for unknown words; None without static vectors.
    """

    products: Float[np.ndarray, "layers layers question passage"]
    norms_question: Float[np.ndarray, "layers layers question"]
    norms_passage: Float[np.ndarray, "layers layers passage"]
    rarity: Float[np.ndarray, " question"]
    sentence: Int[np.ndarray, " passage"]
    answer: int
    static: Float[np.ndarray, "question passage"] | None = None

    @classmethod
    def of(
        cls,
        question: Float[np.ndarray, "layers question dim"],
        sentences: Sequence[Float[np.ndarray, "layers tokens dim"]],
        rarity: Float[np.ndarray, " question"],
        answer: int,
    ) -> "Match":
        """The match of a question with its passage."""
        passage = np.concatenate(sentences, axis=1)
        numbers = np.repeat(np.arange(len(sentences)), [s.shape[1] for s in sentences])
        rarity = np.maximum(rarity, 0.0)
        return cls(
            np.einsum("aqd,bpd->abqp", question, passage, optimize=True),
            np.einsum("aqd,bqd->abq", question, question, optimize=True),
            np.einsum("apd,bpd->abp", passage, passage, optimize=True),
            rarity / rarity.sum() if rarity.sum() > 0 else np.full(len(rarity), 1 / len(rarity)),
            numbers,
            answer,
        )

    def with_static(
        self,
        question: Float[np.ndarray, "question static"],
        sentences: Sequence[Float[np.ndarray, "tokens static"]],
    ) -> "Match":
        """The match with the cosines of static vectors, too."""
        passage = np.concatenate(sentences)
        return replace(self, static=unit(question) @ unit(passage).T)

    @property
    def n_sentences(self) -> int:
        return int(self.sentence[-1]) + 1


class Matches:
    """The matches of several questions in padded tensors, so that a mix is scored for all questions at once.

    >>> scores = Matches(items).scores(np.array([0.2, 0.5, 0.3]))     # doctest: +SKIP
    """

    def __init__(self, matches: Sequence[Match]) -> None:
        self.answers = torch.tensor([match.answer for match in matches])
        self.n_sentences = [match.n_sentences for match in matches]
        n, n_layers = len(matches), len(matches[0].norms_question)
        n_question = max(len(match.rarity) for match in matches)
        n_passage = max(len(match.sentence) for match in matches)
        self._most = max(self.n_sentences)
        self._products = torch.zeros(n, n_layers, n_layers, n_question, n_passage)
        self._question = torch.ones(n, n_layers, n_layers, n_question)
        self._passage = torch.ones(n, n_layers, n_layers, n_passage)
        self._rarity = torch.zeros(n, n_question)
        # Padding has the number of an extra sentence, whose score is dropped.
        self._sentence = torch.full((n, n_passage), self._most)
        self._static = None if matches[0].static is None else torch.zeros(n, n_question, n_passage)
        for i, match in enumerate(matches):
            q, p = match.products.shape[2:]
            self._products[i, :, :, :q, :p] = torch.from_numpy(match.products)
            self._question[i, :, :, :q] = torch.from_numpy(match.norms_question)
            self._passage[i, :, :, :p] = torch.from_numpy(match.norms_passage)
            self._rarity[i, :q] = torch.from_numpy(match.rarity)
            self._sentence[i, :p] = torch.from_numpy(match.sentence)
            if self._static is not None and match.static is not None:
                self._static[i, :q, :p] = torch.from_numpy(match.static)

    def scores(
        self, weights: Float[np.ndarray, " layers"], joined: bool = False
    ) -> list[Float[np.ndarray, " sentences"]]:
        """The score of each sentence under a mix, for each question.

        Args:
            weights: normalized weights, one for each layer.
            joined: True joins static vectors with the mix, both at length 1.
        """
        with torch.no_grad():
            padded = self._scores(torch.from_numpy(np.asarray(weights, np.float32)), joined)
        return [row[:n].numpy() for row, n in zip(padded, self.n_sentences, strict=True)]

    def static_scores(self) -> list[Float[np.ndarray, " sentences"]]:
        """The score of each sentence by static vectors alone, for each question."""
        assert self._static is not None
        padded = self._by_sentence(self._static)
        return [row[:n].numpy() for row, n in zip(padded, self.n_sentences, strict=True)]

    def learn(self, joined: bool = False) -> Learned:
        """Train a mix that gives the answering sentence the highest score.

        γ does not change a cosine and stays 1.
        """
        mix = ScalarMix(self._products.shape[1])
        optimizer = torch.optim.Adam([mix.scalar_weights], lr=0.1)
        absent = torch.arange(self._most) >= torch.tensor(self.n_sentences)[:, None]
        for _ in range(N_STEPS):
            optimizer.zero_grad()
            scores = self._scores(mix.normalized_weights, joined).masked_fill(absent, -1e3)
            loss = torch.nn.functional.cross_entropy(TEMPERATURE * scores, self.answers)
            (loss + MIX_PENALTY * mix.scalar_weights.square().sum()).backward()
            optimizer.step()
        return Learned(mix.scalar_weights.tolist(), mix.normalized_weights.tolist(), 1.0)

    def _scores(self, weights: torch.Tensor, joined: bool) -> torch.Tensor:
        pairs = weights[:, None] * weights
        product = torch.einsum("ab,nabqp->nqp", pairs, self._products)
        question = torch.einsum("ab,nabq->nq", pairs, self._question)
        passage = torch.einsum("ab,nabp->np", pairs, self._passage)
        cosines = product / (question[:, :, None] * passage[:, None]).clamp(min=1e-12).sqrt()
        if joined and self._static is not None:
            cosines = (cosines + self._static) / 2
        return self._by_sentence(cosines)

    def _by_sentence(self, cosines: torch.Tensor) -> torch.Tensor:
        """The highest cosine of each word of the question in each sentence, weighted by rarity."""
        numbers = self._sentence[:, None].expand_as(cosines)
        best = torch.full((*cosines.shape[:2], self._most + 1), -1.0).scatter_reduce(
            2, numbers, cosines, "amax", include_self=True
        )
        return torch.einsum("nq,nqs->ns", self._rarity, best)[:, : self._most]
