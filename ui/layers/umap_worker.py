"""A process that fits UMAP, kept warm: `python -m ui.layers.umap_worker`, begun by `ui.layers.fit`.

UMAP compiles itself at its first fit, which takes many times as long as the fit. So one process
stays, and can be ended at any moment, which a thread inside UMAP cannot.

It reads one request a line from standard input, and writes one answer a line to standard output,
both JSON: {"input": …, "output": …, "settings": {…}} (files of NumPy arrays), answered by
{"step": 1, "steps": 5, "text": …} until {"done": true} or {"error": …}.
"""

import json
import os
import sys
from typing import Any, TextIO

import numpy as np

from elmo.errors import ElmoError
from elmo.explore.projection import umap_pictures
from elmo.platform_calls import lower_priority
from elmo.whole_files import whole_file

WARM = {"warm": True}


def work(requests: TextIO, answers: TextIO) -> None:
    """Answer requests until there are no more."""

    def say(**message: Any) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    for line in requests:
        request = json.loads(line)
        try:
            if request == WARM:
                warm_up()
            else:
                _fit(request, say)
            say(done=True)
        except ElmoError as error:
            say(error=str(error))
        except Exception as error:  # noqa: BLE001 - told on the screen, without the person's text
            say(error=f"UMAP failed ({type(error).__name__}); try other settings or another seed.")


def warm_up() -> None:
    """Compile what a fit needs, on points of no meaning."""
    points = np.random.default_rng(0).normal(size=(3, 24, 8)).astype(np.float32)
    umap_pictures(points, n_neighbors=5)


def _fit(request: dict[str, Any], say: Any) -> None:
    layers = np.load(request["input"], allow_pickle=False)
    pictures = umap_pictures(
        layers,
        **request["settings"],
        progress=lambda step, steps, text: say(step=step, steps=steps, text=text),
    )
    with whole_file(request["output"]) as part, part.open("wb") as out:
        np.save(out, np.stack([picture.points for picture in pictures]))


def main() -> None:
    """Serve the process that began this one, after it in the queue for the processor."""
    lower_priority()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    sys.stdout = sys.stderr  # nothing but answers goes to the other side
    work(sys.stdin, answers)


if __name__ == "__main__":
    main()
