"""Token vectors of words, each distinct word encoded once and cached for later calls."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from elmo.limits import WORD_CACHE_WORDS
from elmo.model.characters import BEGIN_SENTENCE, END_SENTENCE, char_ids, word_bytes
from elmo.model.options import Options
from elmo.model.word_cache import WordCache

_BATCH_WORDS = 1024


class TokenVectors:
    """The token vectors of words under one character CNN."""

    def __init__(
        self,
        encoder: Callable[[Tensor], Tensor],
        options: Options,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        """
        Args:
            encoder: the character CNN: char ids (words, chars) to token vectors (words, dim).
        """
        self.encoder, self.options, self.dtype, self.device = encoder, options, dtype, device
        self.cache = WordCache(WORD_CACHE_WORDS)

    def of_sentences(
        self, rows: Sequence[tuple[str, ...]], boundaries: bool = True
    ) -> Float[Tensor, "batch tokens dim"]:
        """The token vectors of a batch of sentences, with <S> and </S> around each sentence.

        Args:
            boundaries: True reads the words "<S>" and "</S>" of the sentences as boundaries, too.
        """
        index: dict[str, int] = {BEGIN_SENTENCE: 0, END_SENTENCE: 1} if boundaries else {}
        for row in rows:
            for word in row:
                index.setdefault(word, len(index) + (0 if boundaries else 2))
        if boundaries:
            distinct = self.of_words(list(index))
        else:
            ends = self.of_words([BEGIN_SENTENCE, END_SENTENCE])
            distinct = torch.cat([ends, self.of_words(list(index), boundaries=False)])
        longest = max(len(row) for row in rows) + 2
        ids = np.zeros((len(rows), longest), dtype=np.int64)
        for place, row in zip(ids, rows, strict=True):
            place[1 : len(row) + 1] = [index[word] for word in row]
            place[len(row) + 1] = 1
        return distinct[torch.from_numpy(ids).to(self.device)]

    def of_words(self, words: list[str], boundaries: bool = True) -> Float[Tensor, "words dim"]:
        """The token vectors of words, from the cache for words of former calls."""
        n_characters = self.options.max_characters_per_token
        ends = (BEGIN_SENTENCE, END_SENTENCE) if boundaries else ()
        keys = [
            b"\xff" + word.encode() if word in ends else word_bytes(word, n_characters)
            for word in words
        ]
        word_of = dict(zip(keys, words, strict=True))
        order, vectors = self.cache.find(word_of)
        parts = [] if vectors is None else [vectors]
        # Words of similar length share a batch, as the longest word determines its cost.
        new = sorted(word_of.keys() - set(order), key=lambda key: (len(key), key))
        for start in range(0, len(new), _BATCH_WORDS):
            part = [word_of[key] for key in new[start : start + _BATCH_WORDS]]
            ids = torch.from_numpy(char_ids(part, n_characters, boundaries=boundaries))
            parts.append(self.encoder(ids.to(self.device)))
        if not parts:
            return torch.zeros(0, self.options.projection_dim, dtype=self.dtype, device=self.device)
        together = torch.cat(parts)
        self.cache.keep(new, together[len(order) :])
        place = {key: row for row, key in enumerate([*order, *new])}
        return together[torch.tensor([place[key] for key in keys], device=self.device)]
