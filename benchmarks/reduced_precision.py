"""Gain and error of `embed --reduced-precision`: the bundled model on the example sentences.

    OMP_NUM_THREADS=1 python -m benchmarks.reduced_precision

Passes in float32 and in reduced precision alternate, each with an empty word cache; time is the processor's.
"""

import time

import numpy as np

from elmo import Elmo
from elmo.explore.similarity import paired_cosine
from elmo.model.processor import best_product
from elmo.usages import example_names, read_examples

PASSES = 5


def main() -> None:
    sentences = [use.text.split() for name in example_names() for use in read_examples(name)]
    models = {"float32": Elmo(), "reduced": Elmo(reduced_precision=True)}
    kind, dtype = best_product(True)
    print(f"{len(sentences)} sentences; reduced precision is {kind.__name__} of {dtype} here")
    for batch_tokens, texts in ((4096, sentences), (1, sentences[:200])):
        seconds = {name: [] for name in models}
        vectors = {}
        for _ in range(PASSES):
            for name, elmo in models.items():
                elmo.clear_word_cache()
                began = time.process_time()
                result = list(elmo.embed(texts, batch_tokens))
                seconds[name].append(time.process_time() - began)
                vectors[name] = np.concatenate([one.layers for one in result], axis=1)
        exact, reduced = vectors.values()
        cosines = paired_cosine(exact, reduced)
        gain = np.median(np.divide(*seconds.values()))
        rates = ", ".join(
            f"{name} {sum(map(len, texts)) / np.median(values):,.0f} words a second"
            for name, values in seconds.items()
        )
        print(
            f"batches of {batch_tokens} words: {rates}, gain {gain:.2f}; cosine to float32 at least "
            f"{cosines.min():.5f}, {np.percentile(cosines, 1):.5f} for 99 % of the vectors"
        )


if __name__ == "__main__":
    main()
