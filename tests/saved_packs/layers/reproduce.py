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

from elmo.cli import add_model_arguments
from elmo.errors import ElmoError
from elmo.store import from_arguments

HERE = Path(__file__).parent


def results(vectors, settings):
    """Where each point lies in each layer and in the mix, and how far each map can be trusted."""
    import numpy as np

    from elmo.explore.projection import pca_pictures

    layers = np.stack([vectors[s][:, place] for s, place in settings["points"]], axis=1)
    mixed = np.tensordot(np.asarray(settings["weights"], layers.dtype), layers, axes=1)
    pictures = pca_pictures(
        np.concatenate([layers, mixed[None]]), settings["n_axes"], n_reference=len(layers)
    )
    nothing = float("nan")
    return {
        "points": np.stack([picture.points for picture in pictures]),
        "neighbours_kept": np.array([p.kept.share if p.kept else nothing for p in pictures]),
        "trustworthiness": np.array(
            [p.kept.trustworthiness if p.kept else nothing for p in pictures]
        ),
    }

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
            f"The model cannot be read: {error}\nGive its files: python reproduce.py --options FILE --weights FILE"
        ) from None
    if elmo.fingerprint != about["fingerprint"]:
        print(f"This is another model than the pack's {about['model']}: numbers will differ.")
    vectors = [sentence.layers for sentence in elmo.embed(about["sentences"])]
    kept = arrays("vectors.hdf5")
    pairs = [(f"vectors of sentence {i + 1}", kept[str(i)], new) for i, new in enumerate(vectors)]
    kept = arrays("results.hdf5")
    new = results(vectors, about["settings"])
    pairs += [(name, kept[name], np.asarray(new[name])) for name in kept]
    wrong = 0
    for name, old, again in pairs:
        same_shape = np.shape(old) == np.shape(again)
        off = np.abs(old - again) / np.maximum(np.abs(old), 1) if same_shape else np.inf
        difference = float(np.max(off, initial=0))
        differs = not difference <= about["auc_tolerance" if "auc" in name else "tolerance"]
        wrong += differs
        if differs or not name.startswith("vectors"):
            print(f"{name}: {'DIFFERS' if differs else 'the same'}, by {difference:.1e} at most")
    told = f"{about['tolerance']}, pair AUC to {about['auc_tolerance']}"
    print(f"{len(pairs) - wrong} of {len(pairs)} arrays are the same to {told}.")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
