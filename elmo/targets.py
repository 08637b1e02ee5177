"""A query for a word or several words, and the runs of tokens in a sentence that are its uses.

A run of tokens is a use of a query when

1. the tokens put together spell the query (in normal form, blanks left out);
2. a token begins wherever the query has a blank; and
3. the tokens are those that the tokenizer makes of the query, or no blank stands between them where
   the query has none.

So "New York", "cannot" (tokens can, not), "10km" (10, km), "well-known" and 银行 are found as
written, and a query that copies a run of tokens from a text finds this run.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from elmo.errors import InputError
from elmo.normal_form import comparison_form, normal_form
from elmo.tokenizer import Sentence, process, tokenize


@dataclass(frozen=True)
class Target:
    """A query and its tokens.

    Attributes:
        query: the query as typed.
        tokens: tokens of the query, in the form in which words are compared.
        blanks: offsets in `spelled` at which the query has a blank.
        fold_case: True if letter case is ignored.
    """

    query: str
    tokens: tuple[str, ...]
    blanks: frozenset[int]
    fold_case: bool

    @property
    def spelled(self) -> str:
        """The joined tokens."""
        return "".join(self.tokens)

    def runs(self, sentence: Sentence) -> Iterator[tuple[int, int]]:
        """Yield (position, length) of each use in a sentence, in the order of the sentence."""
        form = _form(self.fold_case)
        words = [form(token) for token in sentence.tokens]
        spelled = self.spelled
        for position, word in enumerate(words):
            if spelled.startswith(word):
                length = self._length(words[position : position + len(spelled)], spelled)
                if length and self._joined(sentence, words, position, length):
                    yield position, length

    def _length(self, words: Sequence[str], spelled: str) -> int:
        """The number of first words that spell the query, with a word border at each blank; 0 if they do not."""
        at, borders = 0, set()
        for number, word in enumerate(words, 1):
            if not spelled.startswith(word, at):
                return 0
            at += len(word)
            borders.add(at)
            if at == len(spelled):
                return number if self.blanks <= borders else 0
        return 0

    def _joined(self, sentence: Sentence, words: Sequence[str], position: int, length: int) -> bool:
        """True if the third condition holds."""
        run = words[position : position + length]
        if tuple(run) == self.tokens:
            return True
        at = 0
        for number, word in enumerate(run[:-1], position):
            at += len(word)
            if at not in self.blanks and not sentence.joined(number + 1):
                return False
        return True


def target(query: str, *, fold_case: bool = True) -> Target:
    """The target of a query, which is split like a text.

    Raises:
        InputError: the query has no word.
    """
    sentence = tokenize(query)
    if not sentence.tokens:
        raise InputError("the word to look for is empty.")
    form = _form(fold_case)
    tokens = tuple(map(form, sentence.tokens))
    blanks, at = set(), 0
    for number, token in enumerate(tokens[:-1], 1):
        at += len(token)
        if not sentence.joined(number):
            blanks.add(at)
    return Target(query, tokens, frozenset(blanks), fold_case)


def never_found(query: str) -> str:
    """A sentence that says why a query as typed is seldom or never in a text; "" if nothing is known.

    >>> never_found('"bank"')
    'The quotation marks are looked for, too: leave them out to find bank.'
    """
    text = normal_form(query).strip()
    if len(text) > 2 and text[0] == text[-1] and text[0] in "\"'`":
        return f"The quotation marks are looked for, too: leave them out to find {text[1:-1]}."
    sentences = process(query).sentences
    if len(sentences) > 1:
        last = sentences[0].tokens[-2:]
        return f"A sentence ends within the query ({' '.join(last)}): uses are looked for within one sentence."
    return ""


def _form(fold_case: bool) -> Callable[[str], str]:
    return comparison_form if fold_case else normal_form
