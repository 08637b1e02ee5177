"""A teacher's substitutes: which words could stand in a word's place, as targets for the cloze.

    q_i(w) is proportional to  p(w) exp( cos(t_i - 3/4 m_{w_i}, m_w - m) / T )
    loss = KL(q_i || p_i),  p_i by the cloze's logits W (f_{i-1} + b_{i+1}) + b

t_i is the teacher's vector of the use i of the word w_i, m_w the mean of the teacher's vectors over all uses of w, m the mean of
all uses, p(w) the share of w in the text. A reader of one side at a time cannot give a teacher's vectors, since what it can
predict of them is topic and grammar; it can predict the words that the teacher holds for likely. Both distributions are
over a random sample of the words of which the teacher saw enough uses.

Source: Hinton et al. 2015, arXiv:1503.02531 (soft targets). Differs: the targets come from the teacher's vectors, as the teacher
has no softmax.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from elmo.training.data.vocabulary import N_BOUNDARIES, UNKNOWN_ROW, Vocabulary
from elmo.training.teacher.distillation import FREQUENT, LEAST_USES, TeacherSet

TEMPERATURE = 0.08


@dataclass(frozen=True)
class Candidates:
    """The words that the softmax knows and of which the teacher saw enough uses, the most frequent left out.

    Attributes:
        rows: of the softmax, rising.
        means: the teacher's means of these words less the mean of all, of length 1.
        log_share: the logarithm of each word's share of the text.
    """

    rows: Int[np.ndarray, " candidates"]
    means: Float[np.ndarray, "candidates dim"]
    log_share: Float[np.ndarray, " candidates"]

    @classmethod
    def of(cls, teacher: TeacherSet, vocabulary: Vocabulary) -> "Candidates":
        """Of the forms of a word in upper and lower case the most frequent that the softmax knows."""
        ids = np.flatnonzero(vocabulary.row_of_code[N_BOUNDARIES:] > UNKNOWN_ROW)
        folded = teacher.folded[ids]
        ids = ids[(folded >= FREQUENT) & (teacher.n_uses[folded] >= LEAST_USES)]
        ids = ids[np.unique(teacher.folded[ids], return_index=True)[1]]  # ids fall by count
        rows = vocabulary.row_of_code[ids + N_BOUNDARIES]
        ids, rows = ids[np.argsort(rows)], np.sort(rows)
        share = np.maximum(vocabulary.counts[rows], 1) / vocabulary.counts.sum()
        return cls(rows, teacher.means(teacher.folded[ids]), np.log(share).astype(np.float32))

    def draw(self, n: int, rng: np.random.Generator) -> Int[np.ndarray, " chosen"]:
        """Places of `n` candidates at random, rising, or of all."""
        return np.sort(rng.permutation(len(self.rows))[:n])


def teacher_log_q(
    uses: Float[Tensor, "uses teacher"],
    candidates: Float[Tensor, "candidates teacher"],
    log_share: Float[Tensor, " candidates"],
    dtype: torch.dtype = torch.float32,
) -> Float[Tensor, "uses candidates"]:
    """log q of each use over the candidates.

    Args:
        uses: the teacher's vectors less most of the word's mean.
        candidates: the candidates' mean vectors less the mean of all, of length 1.
        log_share: the logarithm of each candidate's share of the text.
        dtype: of the matrix product.
    """
    unit = torch.nn.functional.normalize(uses, dim=1)
    cosines = (unit.to(dtype) @ candidates.to(dtype).t()).float()
    return torch.log_softmax(cosines / TEMPERATURE + log_share, dim=1)


def substitutes_loss(
    around: Float[Tensor, "uses dim"],
    W: Float[Tensor, "candidates dim"],
    b: Float[Tensor, " candidates"],
    log_q: Float[Tensor, "uses candidates"],
) -> Float[Tensor, ""]:
    """KL(q || p) in nats per use, p by the softmax's rows of the candidates.

    Args:
        around: f_{i-1} + b_{i+1} of each use.
    """
    log_p = torch.log_softmax((around @ W.to(around.dtype).t()).float() + b, dim=1)
    return (log_q.exp() * (log_q - log_p)).sum(1).mean()


def choose_uses(
    known: Int[np.ndarray, " uses"], n: int, rng: np.random.Generator
) -> Int[np.ndarray, " chosen"]:
    """At most `n` of the places given, at random, rising."""
    return np.sort(rng.permutation(known)[:n])
