"""One search box for pages and examples."""

import csv
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from elmo.usages import EXAMPLES

PAGES = Path(__file__).parent.parent.parent / "pages"


@dataclass(frozen=True)
class Hit:
    """Something that can be opened.

    Attributes:
        title: what it is called.
        page: file of the page, below pages/.
        params: what the page is opened with.
        words: what else it is found by, in lower case.
    """

    title: str
    page: str
    params: dict[str, str] = field(default_factory=dict)
    words: str = ""


_PAGES = (
    Hit("Start", "start.py", words="home overview example map bank"),
    Hit(
        "Word in context",
        "word.py",
        words="concordance kwic similarity matrix cosine senses minimal pair anisotropy upload own sentences nearest pairs clusters",
    ),
    Hit(
        "Layers",
        "layers.py",
        words="umap pca projection map aligned 3-d statistics self-similarity intra-sentence explained variance trustworthiness neighbours lasso",
    ),
    Hit(
        "Mixing",
        "mixing.py",
        words="weights gamma γ scalar mix softmax triangle layer norm normalized raw separation auc",
    ),
    Hit(
        "Language model",
        "language_model.py",
        words="next word prediction perplexity surprisal probability top-k train typos unknown words character softmax vocabulary",
    ),
    Hit(
        "Downstream",
        "downstream.py",
        words="task classification accuracy confusion learned weights baseline question answering tagging csv labels",
    ),
    Hit(
        "How it works",
        "how.py",
        words="character cnn filters highway lstm gates forget cell clip projection equations formula tour forward backward skip explanation code",
    ),
)


@cache
def _entries() -> tuple[Hit, ...]:
    """All pages that there are, then all examples."""
    pages = [hit for hit in _PAGES if (PAGES / hit.page).is_file()]
    examples = []
    if (PAGES / "word.py").is_file():
        for path in sorted(EXAMPLES.glob("senses*/*.tsv")):
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
            senses = list(dict.fromkeys(row["sense"] for row in rows if row["sense"]))
            examples.append(
                Hit(
                    f"{path.stem}: {', '.join(senses)} ({len(rows)} sentences)",
                    "word.py",
                    {"example": path.stem},
                    " ".join([*senses, *(row["sentence"] for row in rows)]).casefold(),
                )
            )
    return (*pages, *examples)


def find(query: str, limit: int = 8) -> list[Hit]:
    """Pages and examples that have every word of the query, those whose title has it first."""
    words = query.casefold().split()
    if not words:
        return []

    def rank(hit: Hit) -> int | None:
        title = hit.title.casefold()
        if title.startswith(words[0]) and all(word in title for word in words):
            return 0
        if all(word in title for word in words):
            return 1
        tokens = f"{title} {hit.words}".split()
        if all(any(token.startswith(word) for token in tokens) for word in words):
            return 2
        return None

    ranked = [(r, i, hit) for i, hit in enumerate(_entries()) if (r := rank(hit)) is not None]
    return [hit for _, _, hit in sorted(ranked, key=lambda item: item[:2])[:limit]]
