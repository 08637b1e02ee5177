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
    """Cosines, lengths, map and separation of a mix of the layers of a word's uses."""
    import numpy as np

    from elmo.errors import InputError
    from elmo.explore import mixing, separation

    places = zip(vectors, settings["positions"], strict=True)
    uses = np.stack([layers[:, place] for layers, place in places], axis=1)
    if settings["layer_norm"]:
        uses = mixing.layer_normalized(uses)
    weights, gamma = np.array(settings["weights"]), settings["gamma"]
    products = mixing.LayerProducts.of(uses)
    found = {
        "mixed_vectors": gamma * np.tensordot(weights, uses, 1),
        "cosines": products.cosine_matrix(weights),
        "lengths": products.lengths(weights, gamma),
        "map": gamma * np.tensordot(weights, mixing.layer_coordinates(uses), 1),
    }
    senses = settings["senses"]
    if separation.separable(senses):
        grid = mixing.simplex_grid(len(weights), settings["grid_steps"])
        scores = separation.separation(products, senses, grid)
        found["pair_auc"] = separation.separation(products, senses, weights[None])
        found["triangle_auc"] = np.column_stack([grid, scores])
        try:
            chosen = separation.select_weights(
                products, senses, grid, n_repeats=settings["repeats"], seed=settings["seed"]
            )
            found["chosen_weights"], found["held_out_auc"] = chosen.chosen, chosen.held_out
        except InputError:
            pass  # too few uses of a sense to keep some back
    return found

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
