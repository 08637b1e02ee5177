"""The reproduction pack of Layers."""

from elmo.representation import Representation
from ui.layers.source import Source
from ui.shared import page, reproduce


def button(context: page.Context, source: Source, by: Representation, n_axes: int) -> None:
    """Draw the button of the pack with the maps by PCA and the script that computes them."""
    sentences = source.sentences
    reproduce.button(
        page="Layers",
        model_name=context.model,
        sentences=sentences,
        settings={
            "of": source.title,
            "points": [
                [sentence, use.position, use.end, *use.vector_run]
                for sentence, use in zip(source.sentence_ids, source.points, strict=True)
            ],
            "representation": by.name,
            "weights": list(by.weights or ()),
            "n_axes": n_axes,
        },
        recipe=results,
        constants=by.reads != "" or by.note != "",
        name=f"{source.title}-layers",
        key="layers-pack",
    )


def results(vectors, settings, constants=None, sentences=None):
    """The points' places in each layer and in the other representation, and the neighbours that each map keeps."""
    import numpy as np

    from elmo.explore.projection import narrowed, pca_pictures
    from elmo.representation import Place, by_name, mix, read_uses

    points = settings["points"]
    uses = [
        Place(position, end - position, (start, length))
        for _, position, end, start, length in points
    ]
    tokens = sentences and [sentences[point[0]] for point in points]
    reading = read_uses([vectors[point[0]] for point in points], uses, tokens, constants)
    layers = reading.layers
    if settings["weights"]:
        by = mix(settings["weights"], settings["representation"], "own")
    else:
        by = by_name(settings["representation"], len(layers))
    rows, dim = by.vectors(reading), layers.shape[2]
    rows = narrowed(rows, dim) if rows.shape[1] > dim else rows
    beside = np.zeros((1, len(rows), dim), layers.dtype)
    beside[0, :, : rows.shape[1]] = rows
    pictures = pca_pictures(
        np.concatenate([layers, beside]), settings["n_axes"], n_reference=len(layers)
    )
    nothing = float("nan")
    return {
        "points": np.stack([picture.points for picture in pictures]),
        "neighbours_kept": np.array([p.kept.share if p.kept else nothing for p in pictures]),
        "trustworthiness": np.array(
            [p.kept.trustworthiness if p.kept else nothing for p in pictures]
        ),
    }
