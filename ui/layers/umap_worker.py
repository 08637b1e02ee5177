"""A process for one UMAP fit: `python -m ui.layers.umap_worker`, started by `ui.layers.fit`.

The process loads UMAP's compiled code, and then waits for its request on standard input: a line of JSON with the
settings of `umap_pictures`, and the bytes of a .npy file with the layers. It answers on standard output with lines of
JSON: {"step": 1, "steps": 5, "text": …} during the fit, and at the end {"error": …}, or {"done": true} followed by a
.npy file with the points. A process of its own can be ended during a fit, and gives all its memory back.
"""

import io
import json
import os
import sys
from typing import Any, BinaryIO

import numpy as np

from elmo.errors import ElmoError
from elmo.explore.umap import umap_pictures
from elmo.platform_calls import lower_priority


def serve(request: BinaryIO, answers: BinaryIO) -> None:
    """Read the request, fit, and write the answers; nothing if the input ends without a request."""

    def say(**message: Any) -> None:
        answers.write(json.dumps(message).encode() + b"\n")
        answers.flush()

    line = request.readline()
    if not line:
        return
    try:
        pictures = umap_pictures(
            np.load(io.BytesIO(request.read()), allow_pickle=False),
            **json.loads(line),
            progress=lambda step, steps, text: say(step=step, steps=steps, text=text),
        )
    except ElmoError as error:
        say(error=str(error))
    except Exception as error:  # noqa: BLE001 - shown on screen, without a person's text
        say(error=f"UMAP failed ({type(error).__name__}); try other settings or another seed.")
    else:
        say(done=True)
        answers.write(npy(np.stack([picture.points for picture in pictures])))
        answers.flush()


def npy(array: np.ndarray) -> bytes:
    """The bytes of a .npy file. (NumPy's own functions write into files only, not into pipes.)"""
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def load() -> None:
    """Load UMAP and its compiled code by a fit of 24 random points."""
    points = np.random.default_rng(0).normal(size=(3, 24, 8)).astype(np.float32)
    umap_pictures(points, n_neighbors=5)


def main() -> None:
    """Load UMAP and make one fit, at a lower priority than the server."""
    lower_priority()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # a library that prints must not write between the answers
    load()
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
