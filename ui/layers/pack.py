"""The reproduction pack of Layers."""

from ui.layers.source import Source
from ui.shared import inputs, model, page, reproduce


def button(context: page.Context, source: Source, n_axes: int) -> None:
    """Save the maps by PCA, and how to compute them again."""
    sentences = source.sentences
    n = model.n_representations(context.model)
    reproduce.button(
        page="Layers",
        model_name=context.model,
        sentences=sentences,
        settings={
            "of": source.title,
            "points": [
                [sentence, *use.vector_run]
                for sentence, use in zip(source.sentence_ids, source.points, strict=True)
            ],
            "weights": list(inputs.current_weights(n) or (1 / n,) * n),
            "n_axes": n_axes,
        },
        recipe=results,
        name=f"{source.title}-layers",
        key="layers-pack",
    )


def results(vectors, settings):
    """Where each point lies in each layer and in the mix, and how far each map can be trusted."""
    import numpy as np

    from elmo.explore.projection import pca_pictures
    from elmo.representation import reading

    sentences = [vectors[sentence] for sentence, *_ in settings["points"]]
    runs = [reading.Place(*run) for _, *run in settings["points"]]
    layers = reading.read_uses(sentences, runs).layers
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
