"""A reproduction pack: a ZIP file with all data behind a figure, and a script that computes the figure again.

The pack holds the sentences, the settings, the seed, the versions, the vectors, the results, and
`reproduce.py`, which computes vectors and results again and compares them. The script contains the
source of the function that the page called, so that both compute the same.
"""

import inspect
import io
import json
import platform
import textwrap
import zipfile
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.representation import Constants
from elmo.store.store import Store
from elmo.version import __version__

TOLERANCE = 1e-5
"""Largest difference of a number, relative above 1: machines add float32 numbers in different orders."""

AUC_TOLERANCE = 1e-3
"""Largest difference of a result with "auc" in its name: a last bit can change one of thousands of comparisons."""

PACKAGES = ("numpy", "torch", "scipy", "scikit-learn", "umap-learn", "h5py", "spacy", "streamlit")

Recipe = Callable[..., dict[str, Any]]
"""A function (vectors, settings[, constants, sentences]) -> {name: array} that has its imports inside."""

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def pack(
    *,
    page: str,
    model: str,
    fingerprint: str,
    options: Mapping[str, Any],
    sentences: Sequence[Sequence[str]],
    vectors: Sequence[Float[np.ndarray, "layers _ dim"]],
    settings: Mapping[str, Any],
    recipe: Recipe,
    constants: Constants | None = None,
) -> bytes:
    """The ZIP file of a reproduction pack.

    Args:
        page: name of the page.
        model: name of the model in the store.
        fingerprint: fingerprint of the model, which the script compares.
        options: contents of the model's options.json.
        sentences: words of each sentence.
        vectors: all layers of each sentence.
        settings: values for JSON that the recipe needs beside the vectors, such as the seed.
        recipe: function that computes the results. Its source becomes part of the script, so the
            function may not use names from outside.
        constants: constants of the model, for a recipe that takes constants and sentences.

    Returns:
        A ZIP file; the same input gives the same bytes.

    Raises:
        InputError: the numbers of sentences and of arrays differ.
    """
    if len(sentences) != len(vectors):
        raise InputError(
            f"there are {len(sentences)} sentences and {len(vectors)} arrays of vectors."
        )
    more = (constants, sentences) if constants is not None else ()
    computed = recipe(vectors, settings, *more)
    results = {name: np.asarray(value) for name, value in computed.items()}
    about = {
        "page": page,
        "model": model,
        "fingerprint": fingerprint,
        "options": options,
        "settings": settings,
        "versions": versions(),
        "needs_constants": constants is not None,
        "tolerance": TOLERANCE,
        "auc_tolerance": AUC_TOLERANCE,
        "sentences": [list(words) for words in sentences],
    }
    files = {
        "README.txt": _readme(page, model, model in Store().names(), results),
        "analysis.json": json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True),
        "sentences.txt": "".join(" ".join(words) + "\n" for words in sentences),
        "reproduce.py": script(recipe),
        "vectors.hdf5": _hdf5({str(i): layers for i, layers in enumerate(vectors)}),
        "results.hdf5": _hdf5(results),
    }
    files |= {f"{name}.csv": _csv(value) for name, value in results.items() if value.ndim in (1, 2)}
    return zip_bytes(files)


def zip_bytes(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of these files by name; the same files give the same bytes at any time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def versions() -> dict[str, str]:
    """Versions of Python, of this package, and of the packages that affect the numbers."""
    by_package = {"python": platform.python_version(), "elmo": __version__}
    for name in PACKAGES:
        try:
            by_package[name] = version(name)
        except PackageNotFoundError:
            continue
    return by_package


def script(recipe: Recipe) -> str:
    """The script of a pack: `SCRIPT` with the source of the recipe."""
    source = textwrap.dedent(inspect.getsource(recipe))
    name = recipe.__name__  # type: ignore[attr-defined]
    return SCRIPT.replace("# RECIPE\n", source).replace("RECIPE_NAME", name)


SCRIPT = '''\
"""Compute the numbers of this pack again, and compare: `python reproduce.py`.

Needs the ELMo Explorer's package `elmo`: run it in the project's folder, or with that folder in
PYTHONPATH. With a model of another name or place: `python reproduce.py --model NAME_OR_DIR`, or
`--options options.json --weights weights.hdf5`.
"""

import argparse
import json
from pathlib import Path

import h5py
import numpy as np

from elmo.commands.arguments import add_model_arguments, from_arguments
from elmo.errors import ElmoError

HERE = Path(__file__).parent


# RECIPE

def arrays(file_name):
    """Every array of an HDF5 file by its name."""
    with h5py.File(HERE / file_name, "r") as file:
        return {name: file[name][()] for name in file}


def main():
    """Compare everything; the exit status is 1 when something differs."""
    about = json.loads((HERE / "analysis.json").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description="Compute the numbers of this pack again.")
    add_model_arguments(parser)
    args = parser.parse_args()
    if not (args.model or args.options):
        args.model = about["model"]
    try:
        elmo = from_arguments(args)
    except ElmoError as error:
        raise SystemExit(
            f"The model cannot be read: {error}\\nGive its files: python reproduce.py --options FILE --weights FILE"
        ) from None
    if elmo.fingerprint != about["fingerprint"]:
        print(f"This is another model than the pack's {about['model']}: numbers will differ.")
    vectors = [sentence.layers for sentence in elmo.embed(about["sentences"])]
    stored = arrays("vectors.hdf5")
    pairs = [(f"vectors of sentence {i + 1}", stored[str(i)], new) for i, new in enumerate(vectors)]
    stored = arrays("results.hdf5")
    more = (elmo.constants, about["sentences"]) if about["needs_constants"] else ()
    new = RECIPE_NAME(vectors, about["settings"], *more)
    pairs += [(name, stored[name], np.asarray(new[name])) for name in stored]
    wrong = 0
    for name, old, again in pairs:
        same_shape = np.shape(old) == np.shape(again)
        off = np.abs(old - again) / np.maximum(np.abs(old), 1) if same_shape else np.inf
        if same_shape:  # a measure that is undefined for so few points is NaN both times
            off = np.where(np.isnan(old) & np.isnan(again), 0, off)
        difference = float(np.max(off, initial=0))
        differs = not difference <= about["auc_tolerance" if "auc" in name else "tolerance"]
        wrong += differs
        if differs or not name.startswith("vectors"):
            print(f"{name}: {'DIFFERS' if differs else 'the same'}, by {difference:.1e} at most")
    tolerance = f"{about['tolerance']}, pair AUC to {about['auc_tolerance']}"
    print(f"{len(pairs) - wrong} of {len(pairs)} arrays are the same to {tolerance}.")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
'''


def _readme(page: str, model: str, is_kept: bool, results: Mapping[str, np.ndarray]) -> str:
    """The pack's README; `is_kept` is False for a model of one visit, which the reader must give by its files."""
    files = "--options options.json --weights weights.hdf5"
    python = f"from elmo.store.store import Store\n    model = Store().load({model!r})"
    note = ""
    if not is_kept:
        python = 'from elmo import Elmo\n    model = Elmo("options.json", "weights.hdf5")'
        note = (
            "That model was uploaded or trained in the app and is kept nowhere else: write the places of its\n"
            "two files for options.json and weights.hdf5 below.\n\n"
        )
    named = "\n".join(f"    {name}  {value.shape}" for name, value in results.items())
    return f"""\
Made by the ELMo Explorer, page {page}, with the model {model}.

{note}Compute everything again, and compare:
    python reproduce.py{"" if is_kept else " " + files}

Compute the vectors alone (vectors.hdf5, a data set for each line of sentences.txt):
    python -m elmo embed sentences.txt again.hdf5 {f"--model {model}" if is_kept else files}

The same in Python:
    {python}
    sentences = [line.split() for line in open("sentences.txt", encoding="utf-8")]
    vectors = [sentence.layers for sentence in model.embed(sentences)]   # (layers, tokens, dim)
The function in reproduce.py computes the results from these vectors.

In this pack:
    analysis.json   sentences, settings, seed, the model's options and fingerprint, versions
    sentences.txt   one a line, words separated by spaces
    vectors.hdf5    all layers of every word, float32
    results.hdf5    the results, those of one or two axes also as .csv:
{named}

Your sentences are in this pack: whoever gets it can read them.
"""


def _hdf5(arrays: Mapping[str, np.ndarray]) -> bytes:
    import h5py

    out = io.BytesIO()
    with h5py.File(out, "w", track_order=False) as file:
        for name, values in arrays.items():
            file.create_dataset(name, data=values, track_times=False)
    return out.getvalue()


def _csv(values: np.ndarray) -> str:
    out = io.StringIO()
    np.savetxt(out, values, delimiter=",", fmt="%.9g")
    return out.getvalue()
