"""What `python -m elmo change` prints: words with their figures, agreement with gold scores, progress."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from elmo.tasks.change.rows import Row


def print_rows(rows: Sequence["Row"], settings: dict[str, Any]) -> None:
    """Print a line for each word: figures with intervals, p, q and the verdict."""
    from elmo.explore.change import FIGURES

    print(
        f"{settings['old']} → {settings['new']}, by {settings['representation']}, at most {settings['uses']} uses a side, "
        f"seed {settings['seed']}; values with 95 % intervals; q: false-discovery rate"
    )
    for row in rows:
        if row.change is None:
            print(f"{row.word:<16} {row.problem}")
            continue
        figures = "   ".join(
            f"{name.upper()} {figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"
            for name in FIGURES
            for figure in [getattr(row.change, name)]
        )
        verdict = "changed" if row.has_changed else "no change that can be told from chance"
        print(
            f"{row.word:<16} {figures}   p {row.change.p:.3f}   q {row.q:.3f}   {verdict}"
            + (
                f"; changed more than {row.controls[0]} of {row.controls[1]} words as frequent and used in like places"
                if row.controls
                else ""
            )
        )


def against_scores(rows: Sequence["Row"], gold: Mapping[str, float]) -> dict[str, Any]:
    """Spearman's correlation of each figure with the gold scores of the words; for scores of 0 and 1 also the average precision."""
    from elmo.explore.change import FIGURES, average_precision, rank_correlation

    measured = [row for row in rows if row.change and row.word in gold]
    scores = {name: [getattr(row.change, name).value for row in measured] for name in FIGURES}
    wanted = [gold[row.word] for row in measured]
    binary = [value > 0 for value in wanted] if set(wanted) == {0.0, 1.0} else None
    return {
        "n": len(measured),
        "spearman": {name: rank_correlation(values, wanted) for name, values in scores.items()},
    } | (
        {}
        if binary is None
        else {
            "average_precision": {
                name: average_precision(values, binary) for name, values in scores.items()
            }
        }
    )


def print_gold(gold: dict[str, Any], file: str) -> None:
    """Print the rank correlations and average precisions against gold scores or judgments."""
    if gold.get("spearman_pairs") is not None:
        precision = gold["average_precision_pairs"]
        print(
            f"Against {file}, {gold['n_pairs']:,} judged pairs: Spearman's correlation of the cosines "
            f"{gold['spearman_pairs']:.2f}"
            + (
                ""
                if precision is None
                else f", average precision {precision:.2f} (chance {gold['unrelated_pairs']:.2f})"
            )
            + " (means over words)"
        )
    print(
        f"Against {file}, {gold['n']} words: Spearman's correlation {_by_figure(gold['spearman'])}"
    )
    if "average_precision" in gold:
        print(f"Average precision: {_by_figure(gold['average_precision'])}")


def _by_figure(values: dict[str, float]) -> str:
    """The values of the figures; "unknown" for one that cannot be computed, as with fewer than three words."""
    return ", ".join(
        f"{name.upper()} {'unknown' if math.isnan(value) else f'{value:.2f}'}"
        for name, value in values.items()
    )


def with_progress(rows: Iterator["Row"], n: int, unit: str) -> Iterator["Row"]:
    """Yield the rows, with a progress bar on a terminal."""
    from tqdm import tqdm

    yield from tqdm(rows, unit, n, leave=False, disable=None)
