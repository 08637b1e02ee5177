"""Every run of one and two tokens of a text: how often it stands there, and how it is written."""

from collections.abc import Iterable

from elmo.normal_form import comparison_form
from elmo.tokenizer import Sentence, tokenize

Run = tuple[str, ...]


def tokens_and_bigrams(sentences: Iterable[Sentence]) -> tuple[dict[Run, int], dict[Run, str]]:
    """The count of each run, letter case folded, and one of its spellings in the text."""
    counts: dict[Run, int] = {}
    written: dict[Run, str] = {}
    for sentence in sentences:
        words = list(map(comparison_form, sentence.tokens))
        for n in (1, 2):
            for start in range(len(words) - n + 1):
                run = tuple(words[start : start + n])
                counts[run] = counts.get(run, 0) + 1
                first, last = sentence.spans[start][0], sentence.spans[start + n - 1][1]
                written[run] = sentence.text[first - sentence.start : last - sentence.start]
    return counts, written


def counts_by_definition(
    sentences: Iterable[Sentence], queries: Iterable[str], longest: int = 12
) -> dict[str, int]:
    """How many runs of tokens are uses of each query, by the definition of `elmo.targets`: every run is tried.

    Args:
        longest: number of tokens of the longest run that is tried.
    """
    by_spelling: dict[str, list[tuple[str, Run, set[int]]]] = {}
    for query in queries:
        own = tokenize(query)
        words = tuple(map(comparison_form, own.tokens))
        blanks = {len("".join(words[:n])) for n in range(1, len(words)) if not own.joined(n)}
        by_spelling.setdefault("".join(words), []).append((query, words, blanks))
    counts = dict.fromkeys((each[0] for many in by_spelling.values() for each in many), 0)
    longest_spelling = max(map(len, by_spelling))
    for sentence in sentences:
        words = tuple(map(comparison_form, sentence.tokens))
        for start in range(len(words)):
            spelling, borders, apart = words[start], set(), set()
            for end in range(start + 1, min(start + longest, len(words)) + 1):
                for query, own_words, blanks in by_spelling.get(spelling, ()):
                    as_split = words[start:end] == own_words
                    counts[query] += blanks <= borders and (as_split or apart <= blanks)
                if end == len(words) or len(spelling) > longest_spelling:
                    break
                borders.add(len(spelling))
                if not sentence.joined(end):
                    apart.add(len(spelling))
                spelling += words[end]
    return counts
