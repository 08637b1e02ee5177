"""The loss of a teacher's substitutes: the words that fit in a word's place are targets of the cloze.

    q_i(w) is proportional to  p(w) exp( cos(t_i - 3/4 m_{w_i}, m_w - m) / T )
    loss = KL(q_i || p_i),  p_i by the cloze's logits W (f_{i-1} + b_{i+1}) + b

t_i is the teacher's vector of the use i of the word w_i, m_w the mean of the teacher's vectors over all uses of w, m the mean of
all uses, p(w) the share of w in the text. A model that reads one side at a time cannot reproduce a teacher's vectors:
trained to do so, it learns topic and grammar. Such a model can predict the words that the teacher holds for likely. Both
distributions are over a random sample of the words with enough uses in the teacher's sentences.

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
    """The words of the softmax with enough uses in the teacher's sentences, without the most frequent words.

    Attributes:
        rows: softmax rows of the words, in ascending order.
        means: the teacher's mean vector of each word minus the mean of all, scaled to length 1.
        log_share: logarithm of each word's share of the text.
    """

    rows: Int[np.ndarray, " candidates"]
    means: Float[np.ndarray, "candidates dim"]
    log_share: Float[np.ndarray, " candidates"]

    @classmethod
    def of(cls, teacher: TeacherSet, vocabulary: Vocabulary) -> "Candidates":
        """The candidates of a teacher and a vocabulary; of a word's forms in upper and lower case only the most frequent."""
        ids = np.flatnonzero(vocabulary.row_of_code[N_BOUNDARIES:] > UNKNOWN_ROW)
        folded = teacher.folded[ids]
        ids = ids[(folded >= FREQUENT) & (teacher.n_uses[folded] >= LEAST_USES)]
        ids = ids[np.unique(teacher.folded[ids], return_index=True)[1]]  # ids fall by count
        rows = vocabulary.row_of_code[ids + N_BOUNDARIES]
        ids, rows = ids[np.argsort(rows)], np.sort(rows)
        share = np.maximum(vocabulary.counts[rows], 1) / vocabulary.counts.sum()
        return cls(rows, teacher.means(teacher.folded[ids]), np.log(share).astype(np.float32))

    def draw(self, n: int, rng: np.random.Generator) -> Int[np.ndarray, " chosen"]:
        """Places of `n` random candidates, or of all if there are fewer, in ascending order."""
        return np.sort(rng.permutation(len(self.rows))[:n])


def teacher_log_q(
    uses: Float[Tensor, "uses teacher"],
    candidates: Float[Tensor, "candidates teacher"],
    log_share: Float[Tensor, " candidates"],
    dtype: torch.dtype = torch.float32,
) -> Float[Tensor, "uses candidates"]:
    """log q of each use over the candidates.

    Args:
        uses: the teacher's vectors minus most of the word's mean.
        candidates: mean vectors of the candidates minus the mean of all, scaled to length 1.
        log_share: logarithm of each candidate's share of the text.
        dtype: type of the matrix product.
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
    """KL(q || p) in nats per use.

    Args:
        around: f_{i-1} + b_{i+1} of each use.
        W, b: softmax rows of the candidates, from which p is computed.
        log_q: see `teacher_log_q`.
    """
    log_p = torch.log_softmax((around @ W.to(around.dtype).t()).float() + b, dim=1)
    return (log_q.exp() * (log_q - log_p)).sum(1).mean()


def choose_uses(
    known: Int[np.ndarray, " uses"], n: int, rng: np.random.Generator
) -> Int[np.ndarray, " chosen"]:
    """A random sample of at most `n` of the places, in ascending order."""
    return np.sort(rng.permutation(known)[:n])
