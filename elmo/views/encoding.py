"""An `Exploration` as JSON: writing, and reading with a check of every value, as a saved page may have been changed."""

import json
import math
import re
from dataclasses import asdict
from typing import Any

import numpy as np

from elmo.errors import InputError
from elmo.limits import MAX_EXPLORATION_USES
from elmo.views.exploration import (
    SCHEMA,
    SENSES,
    SIDES,
    VERSION,
    Drawn,
    Exploration,
    Figure,
    GroupOnSides,
    Map,
    Mixing,
    Use,
)
from elmo.views.json_values import Node, fixed24, number_or_null, packed

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""A lone surrogate, which JSON can hold as an escape only."""


def to_json(exploration: Exploration) -> str:
    """The exploration as JSON text that is also UTF-8; NaN becomes null."""
    text = json.dumps(to_dict(exploration), ensure_ascii=False, allow_nan=False)
    return _HALF_CHARACTER.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def to_dict(exploration: Exploration) -> dict[str, Any]:
    """The exploration as values for JSON."""
    mixing = exploration.mixing
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "word": exploration.word,
        "made": dict(exploration.made),
        "uses": [asdict(use) for use in exploration.uses],
        "senses": list(exploration.senses),
        "labels_are": exploration.labels_are,
        "pairs_of": packed(exploration.pairs_of, "int32"),
        "findings": {name: list(said) for name, said in exploration.findings.items()},
        "representations": [_drawn_dict(drawn) for drawn in exploration.drawn],
        "mixing": mixing
        and {
            "layers": list(mixing.layers),
            "products": packed(mixing.products, "float32"),
            "coordinates": packed(mixing.coordinates, "float32"),
            "steps": mixing.steps,
            "scores": packed(mixing.scores, "float32"),
            "weights": list(mixing.weights),
        },
    }


def _drawn_dict(drawn: Drawn) -> dict[str, Any]:
    return {
        "name": drawn.name,
        "label": drawn.label,
        "compared": drawn.compared,
        "dim": drawn.dim,
        "competes": drawn.competes,
        "weights": None if drawn.weights is None else list(drawn.weights),
        "cosines": None if drawn.cosines is None else fixed24(drawn.cosines),
        "neighbours": packed(drawn.neighbours, "int32"),
        "near": packed(drawn.near, "float32"),
        "order": packed(drawn.order, "int32"),
        "clusters": packed(drawn.clusters, "int32"),
        "group_names": list(drawn.group_names),
        "maps": {
            name: {
                "points": packed(one.points, "float32"),
                "method": one.method,
                "kept": number_or_null(one.kept),
                "shown": number_or_null(one.shown),
            }
            for name, one in drawn.maps.items()
        },
        "figures": {name: _figure_list(figure) for name, figure in drawn.figures.items()},
        "odd": drawn.odd,
        "sentences": list(drawn.sentences),
        "sides": [
            {
                "n_old": group.n_old,
                "n_new": group.n_new,
                "old": _figure_list(group.old),
                "new": _figure_list(group.new),
                "typical": list(group.typical),
            }
            for group in drawn.sides
        ],
        "answers": {question: list(said) for question, said in drawn.answers.items()},
        "mean_of": list(drawn.mean_of),
    }


def _figure_list(figure: Figure) -> list[float | None]:
    return [number_or_null(x) for x in (figure.value, figure.low, figure.high)]


def from_json(text: str) -> Exploration:
    """Read an exploration, checking every field.

    Raises:
        InputError: not JSON, another schema or version, or a field that is missing or out of range.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InputError(
            "this is not an exploration: its text is not JSON. Save the page again."
        ) from None
    return _exploration(Node(value, "exploration"))


def _exploration(node: Node) -> Exploration:
    if node.get("schema").value != SCHEMA:
        raise InputError(
            f"this is not an exploration: schema is {node.value['schema']!r}, expected {SCHEMA!r}."
        )
    if node.get("version").value != VERSION:
        raise InputError(
            f"this exploration has version {node.value['version']!r}, expected {VERSION}; save it "
            "again, or open it with the release that made it."
        )
    senses = tuple(sense.text() for sense in node.get("senses").items())
    uses = tuple(_use(use, len(senses)) for use in node.get("uses").items(MAX_EXPLORATION_USES))
    if not uses:
        node.fail("uses", "is empty, expected at least one use")
    members = node.get("pairs_of").array("int32", None, len(uses))
    if not len(members) or (np.diff(members) <= 0).any():
        node.fail("pairs_of", "must name uses in ascending order")
    mixing = node.get("mixing")
    n_layers = 0 if mixing.value is None else len(mixing.get("layers").items(100))
    drawn = tuple(
        _drawn(one, len(uses), len(members), n_layers)
        for one in node.get("representations").items(100)
    )
    labels_are = node.get("labels_are").text()
    if labels_are not in (SENSES, SIDES):
        node.fail("labels_are", f"is {labels_are!r}, expected {SENSES!r} or {SIDES!r}")
    if labels_are == SIDES and len(senses) != 2:
        node.fail("senses", f"has {len(senses)} names, expected 2 sides")
    names = [one.name for one in drawn]
    own = {one.name for one in drawn if not one.mean_of}
    if any(not set(one.mean_of) <= own for one in drawn):
        node.fail(
            "representations", "must each be the mean of others that have cosines of their own"
        )
    if not drawn or len(set(names)) < len(names):
        node.fail("representations", "must be there, each with a name of its own")
    return Exploration(
        node.get("word").text(),
        uses,
        senses,
        drawn,
        members,
        {
            name: tuple(said.text() for said in value.items())
            for name, value in node.get("findings").fields()
        },
        {name: value.text() for name, value in node.get("made").fields()},
        None if mixing.value is None else _mixing(mixing, names, len(uses), len(members)),
        labels_are,
    )


def _use(node: Node, n_senses: int) -> Use:
    tokens = tuple(token.text() for token in node.get("tokens").items())
    position, length = node.get("position").whole(0), node.get("length").whole(1)
    if position + length > len(tokens):
        node.fail("position", f"{position} + {length} is beyond the {len(tokens)} words")
    sense = node.get("sense")
    return Use(
        node.get("text").text(),
        tokens,
        position,
        length,
        None if sense.value is None else sense.whole(0, n_senses),
        tuple(word.text() for word in node.get("substitutes").items(100)),
    )


def _drawn(node: Node, n: int, n_members: int, n_layers: int) -> Drawn:
    """The representation in a node.

    Args:
        n: number of uses.
        n_members: number of uses whose pairs are stored.
        n_layers: number of mixed layers; 0 without a mix.
    """
    neighbours = node.get("neighbours").array("int32", (n, None), n)
    order = node.get("order").array("int32", (n_members,), n_members)
    if len(np.unique(order)) < n_members:
        node.fail("order", "must name every use once")
    odd = node.get("odd")
    maps = {
        name: Map(
            one.get("points").array("float32", (n, 2)),
            one.get("method").text(),
            one.get("kept").number(),
            one.get("shown").number(),
        )
        for name, one in node.get("maps").fields()
    }
    if "PCA" not in maps:
        node.fail("maps", "has no PCA")
    mean_of = tuple(name.text() for name in node.get("mean_of").items(100))
    weights, cosines = node.get("weights"), None
    if node.get("cosines").value is not None:
        cosines = node.get("cosines").fixed24(n_members * (n_members - 1) // 2)
    elif not mean_of and (not n_layers or weights.value is None):
        node.fail("cosines", "is missing, and there are no weights of mixed layers")
    return Drawn(
        node.get("name").text(),
        node.get("label").text(),
        node.get("compared").text(),
        node.get("dim").whole(1),
        node.get("competes").value is True,
        None if weights.value is None else _weights(weights, n_layers),
        cosines,
        neighbours,
        node.get("near").array("float32", neighbours.shape),
        order,
        node.get("clusters").array("int32", (n_members,), n_members),
        tuple(name.text() for name in node.get("group_names").items()),
        maps,
        {name: _figure(value) for name, value in node.get("figures").fields()},
        None if odd.value is None else odd.whole(0, n),
        tuple(said.text() for said in node.get("sentences").items()),
        tuple(_group_on_sides(group, n) for group in node.get("sides").items(100)),
        _answers(node.get("answers")),
        mean_of,
    )


def _group_on_sides(node: Node, n: int) -> GroupOnSides:
    return GroupOnSides(
        node.get("n_old").whole(0),
        node.get("n_new").whole(0),
        _figure(node.get("old")),
        _figure(node.get("new")),
        tuple(use.whole(0, n) for use in node.get("typical").items(100)),
    )


def _answers(node: Node) -> dict[str, tuple[str, ...]]:
    answers = {name: tuple(said.text() for said in value.items()) for name, value in node.fields()}
    for question in ("without labels", "with labels"):
        if question in answers and len(answers[question]) != 2:
            node.fail(question, f"has {len(answers[question])} texts, expected 2")
    return answers


def _figure(node: Node) -> Figure:
    numbers = [each.number() for each in node.items()]
    if len(numbers) != 3:
        node.fail("", f"has {len(numbers)} numbers, expected value, low and high")
    return Figure(*numbers)


def _weights(node: Node, n_layers: int) -> tuple[float, ...]:
    """The normalized weights in a node, one a layer."""
    weights = tuple(weight.number() for weight in node.items(100))
    if len(weights) != n_layers or not abs(sum(weights) - 1) < 1e-3 or not min(weights) >= 0:
        node.fail("", "must be one a layer, at least 0, their sum 1")
    return weights


def _mixing(node: Node, names: list[str], n: int, n_members: int) -> Mixing:
    layers = tuple(layer.text() for layer in node.get("layers").items(100))
    if not layers or not set(layers) <= set(names):
        node.fail("layers", "must be names of representations")
    weights = _weights(node.get("weights"), len(layers))
    steps = node.get("steps").whole(1, 1000)
    n_points = math.comb(steps + len(layers) - 1, len(layers) - 1)
    n_layer_pairs = len(layers) * (len(layers) + 1) // 2
    return Mixing(
        layers,
        node.get("products").array("float32", (n_layer_pairs, n_members * (n_members + 1) // 2)),
        node.get("coordinates").array("float32", (len(layers), n, 2)),
        steps,
        node.get("scores").array("float32", (n_points,)),
        weights,
    )


def _refuse(constant: str) -> None:
    raise ValueError(constant)
