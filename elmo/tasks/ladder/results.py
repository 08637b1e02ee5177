"""The results of a task: a row of measures for each representation, as plain values for JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from elmo.errors import InputError
from elmo.explore.bootstrap import Interval
from elmo.views.numbers import percent, signed


@dataclass(frozen=True)
class Settings:
    """The settings of a ladder.

    Attributes:
        n_folds: number of parts of the items; each part is tested once, after training on the others.
        seeds: seeds of the splits into parts.
        curve: shares of the training items, from 0 to 1, for the learning curve; empty is no curve.
        rows: names of the rows to measure; None is all.
    """

    n_folds: int = 5
    seeds: tuple[int, ...] = (0, 1, 2)
    curve: tuple[float, ...] = (0.1, 0.3)
    rows: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not 2 <= self.n_folds <= 20:
            raise InputError(f"n_folds is {self.n_folds}, expected 2 to 20.")
        if not 1 <= len(self.seeds) <= 20:
            raise InputError(f"there are {len(self.seeds)} seeds, expected 1 to 20.")
        if not all(0 < share < 1 for share in self.curve):
            raise InputError(
                f"curve is {self.curve}, expected shares between 0 and 1 (1 is always measured)."
            )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Settings":
        """Settings from JSON, where tuples are lists."""
        known = {f.name for f in fields(cls)}
        chosen: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in values.items() if k in known
        }
        return cls(**chosen)


@dataclass(frozen=True)
class Learned:
    """The weights of a learned mix.

    Attributes:
        raw: scalar weight of each layer before the softmax, trained on all items.
        normalized: weights after the softmax.
        gamma: the scale.
        in_folds: normalized weights of each training fold, which show how far the folds agree.
    """

    raw: list[float]
    normalized: list[float]
    gamma: float
    in_folds: list[list[float]] = field(default_factory=list)


@dataclass(frozen=True)
class CurvePoint:
    """One point of a learning curve: the number of training items, and the first measure."""

    n_training: int
    measure: Interval


@dataclass(frozen=True)
class LadderRow:
    """One representation and its measures.

    Attributes:
        name: short and stable, such as "static+layer1".
        label: name for people.
        group: "baseline", "contextual", "joined" or "lexical"; see `rungs.Rung`.
        measures: value and interval of each measure, by its name.
        by_seed: the first measure under each seed.
        over_tfidf: difference of the first measure to that of TF-IDF on the same items; None for TF-IDF itself, or if
            TF-IDF was not measured.
        predictions: predicted label of each item in its test fold, under the first seed.
        curve: the learning curve; the last point is the whole training fold.
        learned: weights of a learned mix; None for other rows.
    """

    name: str
    label: str
    group: str
    measures: dict[str, Interval]
    by_seed: list[float]
    over_tfidf: Interval | None = None
    predictions: list[str] = field(default_factory=list)
    curve: list[CurvePoint] = field(default_factory=list)
    learned: Learned | None = None

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "LadderRow":
        """A row from JSON."""
        changed = dict(values)
        changed["measures"] = {k: Interval(**v) for k, v in values["measures"].items()}
        changed["curve"] = [
            CurvePoint(p["n_training"], Interval(**p["measure"])) for p in values["curve"]
        ]
        for name, kind in (("over_tfidf", Interval), ("learned", Learned)):
            changed[name] = kind(**values[name]) if values[name] is not None else None
        return cls(**changed)


@dataclass(frozen=True)
class Ladder:
    """The rows of a task on one set of data.

    Attributes:
        task: "classification", "sense tagging" or "question answering".
        name: name of the data.
        model: name of the model; `fingerprint` is its checksum.
        static_name: source of the static vectors; None without static vectors.
        measure: name of the first measure.
        texts: text of each item, for people.
        labels: label of each item.
        rows: rows in the order baselines, layers, mixes, the same joined with static vectors, vectors with TF-IDF.
        settings: settings of the measurement.
        notices: remarks for readers.
        seconds: duration of the measurement, without reading the texts.
    """

    task: str
    name: str
    model: str
    fingerprint: str
    static_name: str | None
    measure: str
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    rows: tuple[LadderRow, ...]
    settings: Settings
    notices: tuple[str, ...] = ()
    seconds: float = 0.0

    def row(self, name: str) -> LadderRow:
        """The row with this name.

        Raises:
            InputError: no row has this name.
        """
        for row in self.rows:
            if row.name == name:
                return row
        raise InputError(
            f"there is no row {name!r}; there are {', '.join(r.name for r in self.rows)}."
        )

    def best(self, groups: Sequence[str] = ("contextual", "joined")) -> LadderRow | None:
        """The row of these groups with the highest first measure; among equal ones the first."""
        rows = [row for row in self.rows if row.group in groups]
        return max(rows, key=lambda row: round(row.measures[self.measure].value, 9), default=None)

    def to_dict(self) -> dict[str, Any]:
        """The ladder as values for JSON; `from_dict` of the values returns an equal ladder."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Ladder":
        """A ladder from JSON."""
        changed = dict(values)
        changed["rows"] = tuple(LadderRow.from_dict(row) for row in values["rows"])
        changed["settings"] = Settings.from_dict(values["settings"])
        for name in ("texts", "labels", "notices"):
            changed[name] = tuple(values[name])
        return cls(**changed)

    def table(self) -> list[dict[str, Any]]:
        """A flat dict for each row, for tables and CSV files."""
        lines = []
        for row in self.rows:
            line: dict[str, Any] = {
                "row": row.name,
                "representation": row.label,
                "group": row.group,
            }
            for name, interval in row.measures.items():
                line |= {
                    name: interval.value,
                    f"{name} low": interval.low,
                    f"{name} high": interval.high,
                }
            if row.over_tfidf is not None:
                over = row.over_tfidf
                line |= {
                    "over TF-IDF": over.value,
                    "over TF-IDF low": over.low,
                    "over TF-IDF high": over.high,
                }
            line["lowest seed"], line["highest seed"] = min(row.by_seed), max(row.by_seed)
            lines.append(line)
        return lines

    def summary(self) -> str:
        """The result in two or three sentences: the best representation, and whether it is better than TF-IDF."""
        best = self.best()
        if best is None:
            return "No contextual representation has been measured yet."
        value = best.measures[self.measure]
        text = (
            f"Best with ELMo: {best.label}, {self.measure} {percent(value.value, 1)} "
            f"(95 % interval {percent(value.low, 1)} to {percent(value.high, 1)})."
        )
        if best.over_tfidf is not None:
            base = self.row("tfidf").measures[self.measure].value
            text += f" TF-IDF reaches {percent(base, 1)}: {_verdict('ELMo', best.over_tfidf)}."
        beside = self.best(["lexical"])
        if beside is not None and beside.over_tfidf is not None:
            text += (
                f" {beside.label} reaches {percent(beside.measures[self.measure].value, 1)}; against TF-IDF alone "
                f"{_verdict('it', beside.over_tfidf)}."
            )
        return text


def _verdict(what: str, over: Interval) -> str:
    verdict = (
        f"{what} is better"
        if over.low > 0
        else f"{what} is worse"
        if over.high < 0
        else "the two cannot be told apart"
    )
    low, high = (signed(100 * end, 1) for end in (over.low, over.high))
    if low == high == ".0":
        return "the two answer alike (no difference in any resample)"
    return f"{verdict} (difference {low} to {high} points)"
