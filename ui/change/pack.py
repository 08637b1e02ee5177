"""The reproduction pack of Change."""

from typing import Any

from elmo.tasks.change.sides import Drawn
from ui.change import computed
from ui.shared import page, reproduce


def button(context: page.Context, drawn: Drawn) -> None:
    """Draw the button of the pack with the word's figures and the script that computes them."""
    reproduce.button(
        page="Change",
        model_name=context.model,
        sentences=[use.tokens for use in drawn.uses],
        settings=settings_of(drawn, computed.representation_in_use(), context.seed),
        recipe=results,
        constants=True,
        name=f"{drawn.word}-change",
        key="change_pack",
    )


def settings_of(drawn: Drawn, representation: str, seed: int) -> dict[str, Any]:
    """The inputs of the recipe beside the vectors."""
    return {
        "word": drawn.word,
        "sides": list(drawn.names),
        "uses_in_texts": [drawn.n_old, drawn.n_new],
        "n_old": len(drawn.old),
        "runs": [[use.position, use.end, *use.vector_run] for use in drawn.uses],
        "representation": representation,
        "seed": seed,
    }


def results(vectors, settings, constants, sentences):
    """Figures of change with intervals and p, groups, and their shares on each side."""
    import numpy as np

    from elmo.explore.change import change, group_shares
    from elmo.explore.clusters import best_cut
    from elmo.explore.similarity import cosine_matrix
    from elmo.representation import Place, by_name, less_the_mean, read_uses

    uses = [
        Place(position, end - position, (start, length))
        for position, end, start, length in settings["runs"]
    ]
    reading = read_uses(vectors, uses, sentences, constants)
    rows = by_name(settings["representation"], len(reading.layers)).vectors(reading)
    n_old, seed = settings["n_old"], settings["seed"]
    groups = best_cut(cosine_matrix(less_the_mean(rows)))
    measured = change(rows[:n_old], rows[n_old:], groups, seed=seed)
    arrays = {
        name: np.array([figure.value, figure.low, figure.high, figure.p])
        for name, figure in (("apd", measured.apd), ("prt", measured.prt), ("jsd", measured.jsd))
    }
    shares = sorted(group_shares(groups, n_old, seed=seed), key=lambda share: share.group)
    arrays["groups"] = groups
    arrays["group_shares"] = np.array([[*share.old, *share.new] for share in shares])
    arrays["cosines"] = cosine_matrix(rows)
    return arrays
