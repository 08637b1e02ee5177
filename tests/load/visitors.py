"""Who visits under load, with which sentences, and what each of them does.

A visitor's sentences hold a made-up name that nobody else has, so that it is seen when they turn
up elsewhere.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from elmo.usages import example_names, read_examples
from tests.load.session import Seen, Session


@dataclass(frozen=True)
class Visitor:
    """One visitor.

    Attributes:
        number: from 0.
        name: stands in each of their sentences, and nowhere else.
        word: what they look at.
        lines: their sentences, each with its sense after a bar.
    """

    number: int
    name: str
    word: str
    lines: tuple[str, ...]

    @property
    def link(self) -> dict[str, str]:
        """The parameters of an address with their word and sentences."""
        text = json.dumps(self.lines, ensure_ascii=False)
        return {"source": "Your own text", "word": self.word, "text": text}

    @property
    def weights(self) -> tuple[float, ...]:
        """The mix they set."""
        share = (self.number + 1) / 40
        return (round(share, 4), round(0.6 - share, 4), 0.4)


def visitors(n: int) -> list[Visitor]:
    """So many visitors, each with a word of the examples and sentences of their own."""
    words = example_names()
    found = []
    for number in range(n):
        name, word = f"Qv{number:02}zx", words[number % len(words)]
        lines = []
        for use in read_examples(word)[:14]:
            text = use.text.rstrip(".") + f", as {name} said."
            if text.count(use.form) == 1:
                lines.append(f"{text} | {use.sense}")
        found.append(Visitor(number, name, word, tuple(lines)))
    return found


async def look_around(url: str, visitor: Visitor, pause) -> AsyncIterator[tuple[str, Seen]]:
    """Compare, project and mix, once; each page in a visit of its own, as by a link.

    Args:
        pause: awaited before each step.

    Yields:
        What was done, and what was seen then.
    """
    for page, steps in (("word", ()), ("layers", _LAYERS), ("mixing", ())):
        async with Session(url) as session:
            await pause()
            seen = await _again_if_busy(lambda: session.open(page, **visitor.link), pause)
            for busy in seen[:-1]:
                yield "busy", busy
            yield page, seen[-1]
            for key, value in steps:
                await pause()
                yield f"{page} {key} {value}", await session.choose(key, string_array_value=[value])
            if page == "mixing":
                await pause()
                bench = seen[-1].find("mixing_bench")
                mix = {"key": bench["key"], "weights": visitor.weights, "gamma": 2.0, "use": 1}
                state = json.dumps({"mix": mix | {"layer_norm": False}})
                yield "mixing weights", await session.choose("mixing_bench", json_value=state)


_LAYERS = (("layers_axes", "3-D"),)


async def _again_if_busy(run, pause) -> list[Seen]:
    """The runs until one was not turned away."""
    seen = [await run()]
    while seen[-1].is_busy:
        await pause()
        seen.append(await run())
    return seen
