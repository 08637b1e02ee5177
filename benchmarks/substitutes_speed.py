"""Time and memory of `elmo.substitutes` for many uses: `python -m benchmarks.substitutes_speed INDEX WORD [N]`.

The uses are drawn from an index (`python -m elmo index`), 1,000 by default. The time of loading the model stands apart.
"""

import resource
import sys
import time

from elmo import Elmo
from elmo.corpus.index import CorpusIndex
from elmo.limits import MAX_SENTENCE_TOKENS
from elmo.substitutes import of_sides, read_sides


def main() -> None:
    """Print the seconds of each step, and the most memory that the process had."""
    file, word = sys.argv[1:3]
    n = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    began, busy = time.perf_counter(), time.process_time()

    def step(name: str) -> None:
        nonlocal began, busy
        now, cores = time.perf_counter(), time.process_time()
        print(f"{name:<28} {now - began:6.1f} s, {cores - busy:6.1f} s of a core")
        began, busy = now, cores

    with CorpusIndex(file) as index:
        uses = [
            hit.usage() for hit in index.hits(word, n) if len(hit.tokens) <= MAX_SENTENCE_TOKENS
        ]
    step(f"{len(uses):,} uses drawn")
    elmo = Elmo()
    constants = elmo.constants
    assert constants.output is not None
    step(f"model with {len(constants.output.rows):,} words")
    around = read_sides(elmo, constants, uses)
    step(f"{sum(len(use.tokens) for use in uses):,} words read")
    of_sides(around, constants)
    step("left, right and both")
    print(
        f"{'memory at most':<28} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB"
    )


if __name__ == "__main__":
    main()
