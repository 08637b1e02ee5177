"""The two sides of a comparison: an index of each, or documents of one index; and the uses drawn from them."""

from dataclasses import dataclass

from elmo.corpus.index import CorpusIndex
from elmo.limits import MAX_SENTENCE_TOKENS
from elmo.usages import Usage
from elmo.views.sentences import plain

N_USES = 200
"""Uses drawn on each side, at most."""


@dataclass(frozen=True)
class Side:
    """One set of texts.

    Attributes:
        name: what people call it: the file's name, or "old" and "new".
        index: where its words are.
        documents: the documents of the index that belong to it; None is all.
        with_forms: uses of a word's other forms (mouse: mice) count as its uses.
    """

    name: str
    index: CorpusIndex
    documents: tuple[str, ...] | None = None
    with_forms: bool = False

    def forms(self, word: str) -> dict[str, int]:
        """The other forms of the word that count as its uses, with their counts on this side."""
        if not self.with_forms:
            return {}
        counts = {
            form: self.index.count(form, documents=self.documents)
            for form in self.index.forms(word)
        }
        return {form: n for form, n in counts.items() if n}

    def count(self, word: str) -> int:
        """How often the word stands on this side."""
        return self.index.count([word, *self.forms(word)], documents=self.documents)

    def draw(self, word: str, n: int, seed: int) -> list[Usage]:
        """At most n uses, drawn at random by the seed, in the order of the texts."""
        query = [word, *self.forms(word)]
        hits = self.index.hits(query, n, documents=self.documents, seed=seed)
        return [hit.usage() for hit in hits if len(hit.tokens) <= MAX_SENTENCE_TOKENS]


@dataclass(frozen=True)
class Drawn:
    """The uses of a word that are compared: as many on each side.

    Attributes:
        word: what was looked for.
        old, new: the uses.
        n_old, n_new: how many there are in the texts.
        names: of the two sides, never equal.
        seed: by which the uses were drawn.
    """

    word: str
    old: tuple[Usage, ...]
    new: tuple[Usage, ...]
    n_old: int
    n_new: int
    names: tuple[str, str]
    seed: int

    def counts_in_words(self) -> str:
        """How many uses there are and how many are compared, in a sentence (Markdown)."""
        is_all = len(self.old) == max(self.n_old, self.n_new)
        return (
            f"{self.n_old:,} uses of “{plain(self.word)}” in {plain(self.names[0])}, {self.n_new:,} in "
            f"{plain(self.names[1])}; {len(self.old):,} on each side are compared"
            + ("." if is_all else f", drawn at random with seed {self.seed}.")
        )

    @property
    def uses(self) -> tuple[Usage, ...]:
        """All of them, the old ones first."""
        return self.old + self.new


def draw(word: str, sides: tuple[Side, Side], n_uses: int = N_USES, seed: int = 0) -> Drawn:
    """Draw uses of a word, equally many from each side.

    Raises:
        InputError: the word is empty.
    """
    old, new = sides
    n_old, n_new = old.count(word), new.count(word)
    n = min(n_uses, n_old, n_new)
    drawn = [tuple(side.draw(word, n, seed)) if n else () for side in sides]
    n = min(map(len, drawn))  # a sentence that is too long for a model was left out
    names = old.name, new.name
    if old.name == new.name:
        names = f"{old.name} (old)", f"{new.name} (new)"
    return Drawn(word, drawn[0][:n], drawn[1][:n], n_old, n_new, names, seed)


def joined_forms(word: str, sides: tuple[Side, Side]) -> str:
    """The other forms that count as uses of the word, in words: "mice (3 and 12)"; empty for none."""
    old, new = (side.forms(word) for side in sides)
    return ", ".join(
        f"{form} ({old.get(form, 0):,} and {new.get(form, 0):,})" for form in old | new
    )
