"""The reproduction pack of Word in context."""

from ui.shared import inputs, page, reproduce
from ui.uses.choose import Chosen
from ui.uses.vectors import ChosenVectors


def button(
    context: page.Context, chosen: Chosen, vectors: ChosenVectors, choice: inputs.Choice
) -> None:
    """Draw the button of the pack with the page's numbers and the script that computes them."""
    reproduce.button(
        page="Word in context",
        model_name=context.model,
        sentences=[use.tokens for use in chosen.uses],
        settings={
            "word": chosen.word,
            "runs": [[use.position, use.end, *use.vector_run] for use in chosen.uses],
            "senses": [use.sense for use in chosen.uses],
            "whole_sentences": vectors.whole,
            "less_the_mean": vectors.centred,
            "representation": choice.by.name,
            "weights": list(choice.weights or ()),
            "seed": context.seed,
        },
        recipe=results,
        constants=choice.by.reads != "" or choice.by.note != "",
        name=f"{chosen.word}-in-context",
        key="word-pack",
    )


def results(vectors, settings, constants=None, sentences=None):
    """Similarity, its interval, groups, and the pair AUC of each layer."""
    import numpy as np

    from elmo.explore import anisotropy, clusters, senses, similarity
    from elmo.representation import Place, Reading, by_name, layer, mix, read_uses

    if settings["whole_sentences"]:
        layers = similarity.sentence_vectors(vectors).astype(np.float32)
        reading = Reading(layers)
    else:
        uses = [
            Place(position, end - position, (start, length))
            for position, end, start, length in settings["runs"]
        ]
        reading = read_uses(vectors, uses, sentences, constants)
    layers = reading.layers
    if settings["weights"]:
        by = mix(settings["weights"], settings["representation"], "own")
    else:
        by = by_name(settings["representation"], len(layers))
    as_they_are = similarity.cosine_matrix(by.vectors(reading))
    own = anisotropy.self_similarity(as_they_are, seed=settings["seed"])
    every = [layer(number, len(layers)) for number in range(len(layers))]
    if settings["less_the_mean"]:
        by, every = by.less_the_mean, [each.less_the_mean for each in every]
    mixed = by.vectors(reading)
    matrix = similarity.cosine_matrix(mixed)
    found = {
        "cosines": matrix,
        "order": similarity.cluster_order(matrix),
        "self_similarity": np.array([own.value, own.low, own.high]),
        "groups": clusters.cluster(matrix).labels,
    }
    labels = settings["senses"]
    if len(set(labels) - {None}) > 1:
        matrices = [similarity.cosine_matrix(each.vectors(reading)) for each in every]
        by_layer = similarity.separation_by_layer(matrices, labels, seed=settings["seed"])
        found["pair_auc"] = np.array([layer.auc for layer in by_layer.layers])
        found["pair_auc_interval"] = np.stack([by_layer.low, by_layer.high], axis=1)
        p, _ = senses.best_layer_test(matrices, labels, seed=settings["seed"])
        found["best_layer_p"] = np.array(p)
    return found
