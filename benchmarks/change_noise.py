"""How often two random halves of one text look like a change: each representation, each figure, equal and unequal numbers.

    python -m benchmarks.change_noise TEXT [--words 200] [--uses 40] [--seed 0] [--by NAME]

TEXT (one sentence a line, perhaps packed) is dealt out at random, line by line, into two halves. Words that stand often enough in both are
drawn at random, and every figure of change is computed with its p. About 5 in 100 words have p < .05 if sampling noise alone
does not look like change. Prints a table in Markdown; the interval is that of a share of 5 % in so many words.
"""

import argparse
import random
import tempfile
from pathlib import Path

import numpy as np

from elmo import Elmo
from elmo.corpus.lines import read_lines
from elmo.explore.change import FIGURES, change
from elmo.explore.clusters import best_cut
from elmo.explore.similarity import cosine_matrix
from elmo.representation import less_the_mean
from elmo.tasks.change.sides import Side, draw
from elmo.tasks.change.texts import open_side
from elmo.tasks.change.vectors import comparable_ones

ALPHA = 0.05


def main() -> None:
    """Print the shares of words below .05."""
    parser = argparse.ArgumentParser(
        description="How often two random halves of one text look like a change."
    )
    parser.add_argument("text")
    parser.add_argument("--words", type=int, default=200)
    parser.add_argument("--uses", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--by", metavar="NAME", help="this representation alone")
    args = parser.parse_args()
    elmo = Elmo()
    every = [
        each
        for each in comparable_ones(elmo.options.n_representations, elmo.constants)
        if args.by in (None, each.name)
    ]
    numbers = {"equal": (args.uses, args.uses), "unequal": (args.uses // 3, args.uses)}
    below = {
        (each.name, kind, figure): 0 for each in every for kind in numbers for figure in FIGURES
    }
    with tempfile.TemporaryDirectory() as folder:
        sides = halves(args.text, Path(folder), args.seed)
        words = frequent(sides, args.words, args.uses, args.seed)
        for word in words:
            drawn = draw(word, sides, args.uses, args.seed)
            reading = elmo.read_uses(drawn.uses)
            for each in every:
                rows = each.vectors(reading)
                for kind, (n_old, n_new) in numbers.items():
                    used = np.r_[:n_old, len(drawn.old) : len(drawn.old) + n_new]
                    groups = best_cut(cosine_matrix(less_the_mean(rows[used])))
                    # The intervals are not needed here: two resamples.
                    p = change(
                        rows[:n_old], rows[used[n_old:]], groups, seed=args.seed, n_resamples=2
                    )
                    for figure in FIGURES:
                        below[each.name, kind, figure] += getattr(p, figure).p < ALPHA
        for side in sides:
            side.index.close()
    spread = 196 * np.sqrt(ALPHA * (1 - ALPHA) / len(words))
    print(f"{len(words)} words of {Path(args.text).name}; 5 % ± {spread:.1f} expected\n")
    heads = [f"{figure.upper()}, {kind}" for kind in numbers for figure in FIGURES]
    print(f"| representation | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}")
    for each in every:
        shares = [
            100 * below[each.name, kind, figure] / len(words)
            for kind in numbers
            for figure in FIGURES
        ]
        print(f"| {each.name} | {' | '.join(f'{share:.1f} %' for share in shares)} |")


def halves(text: str, folder: Path, seed: int) -> tuple[Side, Side]:
    """The lines of a text in two halves at random, indexed."""
    rng = random.Random(seed)
    files = [folder / "a.txt", folder / "b.txt"]
    with (
        files[0].open("w", encoding="utf-8") as first,
        files[1].open("w", encoding="utf-8") as second,
    ):
        for line in read_lines(text):
            rng.choice((first, second)).write(line.text + "\n")
    a, b = (open_side(file, None, folder) for file in files)
    return a, b


def frequent(sides: tuple[Side, Side], n_words: int, n_uses: int, seed: int) -> list[str]:
    """Words of letters that stand often enough in both halves, drawn at random."""
    old, new = (side.index.frequencies() for side in sides)
    enough = sorted(
        word
        for word, n in old.items()
        if min(n, new.get(word, 0)) >= n_uses and word.isalpha() and len(word) > 2
    )
    return random.Random(seed).sample(enough, min(n_words, len(enough)))


if __name__ == "__main__":
    main()
