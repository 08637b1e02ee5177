"""The linked pictures in a notebook (Jupyter, JupyterLab, VS Code, Colab, marimo), linked with Python.

>>> from elmo.notebook import change, compare, layers, mixing
>>> view = mixing("bank")                       # an example, a table of uses, or uses
>>> view                                        # draws it
>>> view.weights = (0.2, 0.3, 0.5)              # the triangle's dot moves
>>> view.selection                              # numbers of the selected uses, from 0
>>> compare("bank", {"ELMo": a, "BERT": b})     # vectors of any model: arrays, HDF5 or npz
>>> change("mouse", "old.txt", "new.txt")       # is the word used differently in two sets of texts?

Needs the extra `notebook`: pip install "elmo-explorer[notebook]".
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import traitlets
from anywidget import AnyWidget

from elmo.corpus.uses import read_usages
from elmo.embedder import Elmo
from elmo.errors import InputError
from elmo.home import home
from elmo.representation import FEWEST_FOR_MEAN
from elmo.tasks.change.exploration import explore_word
from elmo.tasks.change.measure import draw_enough
from elmo.tasks.change.sides import N_USES
from elmo.tasks.change.texts import open_side
from elmo.tasks.change.vectors import DEFAULT
from elmo.tasks.senses.reference import stored_reference
from elmo.usages import Usage, example_names, read_examples
from elmo.version import __version__
from elmo.views import engine_files
from elmo.views.build import explore
from elmo.views.encoding import to_json
from elmo.views.exploration import LESS_MEAN, THE_WORD, Exploration
from elmo.views.of_model import explore_model
from elmo.views.page import save
from elmo.views.request import Family, Settings
from elmo.views.vector_files import Vectors, vectors_of

Uses = str | Path | Sequence[Usage]

_LAYERS = ["answers", "findings", "odd", "concordance", "matrix", "pair", "map", "separation", "nearest", "maps", "senses", "numbers", "save"]  # fmt: skip
_MIXING = ["answers", "findings", "odd", "concordance", "matrix", "pair", "map", "separation", "nearest", "senses", "triangle", "sliders", "numbers", "save"]  # fmt: skip

_CHANGE = ["findings", "map", "shares", "concordance", "pair", "nearest", "maps", "numbers", "save"]


class View(AnyWidget):
    """The pictures of an exploration; settings in the pictures and traits of the view follow each other.

    Attributes:
        representation: name of the shown representation, as in `exploration.drawn`, or "a mix".
        selection: numbers of the selected uses, from 0.
        weights: normalized weights of the mix, one for each layer; empty if there is no mix.
        labels: sense of each use, as edited in the browser, or None.
    """

    _esm = engine_files.script("notebook")
    _css = engine_files.stylesheet()
    data = traitlets.Unicode().tag(sync=True)
    parts = traitlets.List(traitlets.Unicode()).tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    labels = traitlets.List(traitlets.Unicode(allow_none=True)).tag(sync=True)
    representation = traitlets.Unicode()
    selection = traitlets.List(traitlets.Int())
    weights = traitlets.Tuple()

    def __init__(self, exploration: Exploration, parts: Sequence[str]) -> None:
        """Show the parts (named in engine/explorer.js) of an exploration."""
        self.exploration = exploration
        mixing = exploration.mixing
        start = {
            "representation": _best(exploration),
            "selection": [],
            "weights": list(mixing.weights) if mixing else [],
        }
        super().__init__(
            data=to_json(exploration),
            parts=list(parts),
            labels=list(exploration.labels),
            state=start,
        )
        self._follow({"new": start})

    def save(self, path: str | Path) -> None:
        """Write the pictures as one HTML page; see `elmo.views.save`."""
        save(self.exploration, path)

    @traitlets.observe("state")
    def _follow(self, change: Any) -> None:
        """Copy the state that the browser has set to the traits."""
        state = change["new"]
        with self.hold_trait_notifications():
            self.representation = state.get("representation", "")
            self.selection = list(state.get("selection", []))
            self.weights = tuple(state.get("weights", ()))

    @traitlets.observe("representation", "selection", "weights")
    def _tell(self, change: Any) -> None:
        """Copy a trait that Python has set to the state for the browser."""
        value = list(change["new"]) if change["name"] != "representation" else change["new"]
        if self.state.get(change["name"]) == value:
            return
        state = {**self.state, change["name"]: value}
        if change["name"] == "weights":
            is_less = state["representation"].endswith(LESS_MEAN)
            state["representation"] = f"a mix, {LESS_MEAN}" if is_less else "a mix"
        self.state = state

    @traitlets.validate("representation")
    def _known(self, proposal: Any) -> str:
        names = [drawn.name for drawn in self.exploration.drawn]
        if self.exploration.mixing:
            names += ["a mix", f"a mix, {LESS_MEAN}"]
        if proposal["value"] not in names:
            raise traitlets.TraitError(
                f"representation is {proposal['value']!r}, expected one of {', '.join(names)}."
            )
        return proposal["value"]

    @traitlets.validate("selection")
    def _there(self, proposal: Any) -> list[int]:
        n = len(self.exploration.uses)
        wrong = [use for use in proposal["value"] if not 0 <= use < n]
        if wrong:
            raise traitlets.TraitError(
                f"selection has {wrong[0]}, expected uses from 0 to {n - 1}."
            )
        return proposal["value"]

    @traitlets.validate("weights")
    def _normalized(self, proposal: Any) -> tuple[float, ...]:
        weights = tuple(float(w) for w in proposal["value"])
        mixing = self.exploration.mixing
        n = len(mixing.layers) if mixing else 0
        if len(weights) != n or (n and (min(weights) < 0 or abs(sum(weights) - 1) > 1e-3)):
            raise traitlets.TraitError(
                f"weights are {weights}, expected {n} numbers of at least 0, their sum 1."
            )
        return weights


def layers(uses: Uses, elmo: Elmo | None = None, **how: Any) -> View:
    """The view of every representation of a word's uses.

    Args:
        uses: name of an example ("bank"), a table of uses (a path), or uses.
        elmo: the model; None is the bundled one.
        how: further arguments of `elmo.views.explore_model`.
    """
    return View(_explored(uses, elmo, how), _LAYERS)


def mixing(uses: Uses, elmo: Elmo | None = None, **how: Any) -> View:
    """The view of a mix of the layers, set by the triangle or by `weights`; arguments as for `layers`."""
    return View(_explored(uses, elmo, how), _MIXING)


def compare(uses: Uses, vectors: Mapping[str, Vectors], *, seed: int = 0) -> View:
    """The view of the same uses in vectors of several models.

    Args:
        uses: as for `layers`.
        vectors: for each name an array (uses, dim) or (layers, uses, dim), or a file in the layout of
            `python -m elmo embed` with a data set for each use.
    """
    chosen = _uses(uses)
    family = Family(THE_WORD, vectors_of(chosen, vectors))
    families = [family, family.less_mean()] if len(chosen) >= FEWEST_FOR_MEAN else [family]
    made = {"ELMo Explorer": __version__, "vectors": ", ".join(vectors), "seed": str(seed)}
    return View(explore(chosen, families, settings=Settings(seed=seed, made=made)), _LAYERS)


def change(
    word: str,
    old: str | Path,
    new: str | Path,
    elmo: Elmo | None = None,
    *,
    n_uses: int = N_USES,
    representation: str = DEFAULT,
    seed: int = 0,
) -> View:
    """The view of a word's uses in two sets of texts, coloured by side, with its figures of change (docs/change.md).

    Args:
        old, new: each an index of `python -m elmo index`, a text file, or a folder of text files.
        n_uses: uses on each side, at most.
        representation: the one that the view begins with.
        seed: of the uses that are drawn, the resamples and the random assignments to sides.

    Raises:
        InputError: the word stands fewer than 5 times on a side.
    """
    folder = home() / "indexes"
    sides = open_side(old, None, folder), open_side(new, None, folder)
    drawn = draw_enough(word, sides, n_uses, seed)
    exploration = explore_word(drawn, elmo or _bundled(), first=representation, seed=seed)
    return View(exploration, _CHANGE)


def _explored(uses: Uses, elmo: Elmo | None, how: dict[str, Any]) -> Exploration:
    word: Any = uses if isinstance(uses, str) and uses in example_names() else ""
    elmo = elmo or _bundled()
    return explore_model(
        _uses(uses), elmo, **({"word": word, "reference": stored_reference(elmo)} | how)
    )


@cache
def _bundled() -> Elmo:
    return Elmo()


def _uses(uses: Uses) -> Sequence[Usage]:
    if not isinstance(uses, str | Path):
        return uses
    if uses in example_names():
        return read_examples(str(uses))
    if not Path(uses).is_file():
        raise InputError(
            f"{str(uses)!r} is neither a file nor an example; there are {', '.join(example_names())}."
        )
    return read_usages(Path(uses))


def _best(exploration: Exploration) -> str:
    """The name of the representation with the highest pair AUC; without senses, of the last one."""
    first = exploration.drawn[0].compared
    competing = [d for d in exploration.drawn if d.competes and d.compared == first]
    known = [d for d in competing if "pair_auc" in d.figures and d.figures["pair_auc"].value >= 0]
    if not known:
        return competing[-1].name
    return max(known, key=lambda drawn: drawn.figures["pair_auc"].value).name
