"""Hostile text through every page, over the websocket: no exception, and the server goes on.

A link carries anything: its sentences are JSON, so even halves of characters come through.
"""

import json
from collections.abc import Iterator

import pytest

from tests.browser.conftest import serve
from tests.hostile.nasty import NASTY
from tests.load.session import Seen, Session, run_visit
from ui.shared.screens import SCREENS

PAGES = [screen.address for screen in SCREENS]
PARAMETERS = (
    "model", "seed", "start_layer", "word_layer", "layers_layer", "word", "example", "source", "weights",
    "gamma", "norm", "use", "word_order_by", "word_tab", "word_part", "lm_part", "place", "job", "run",
    "selected", "layers_draw", "layers_text_of", "layers_method", "layers_axes", "layers_colour",
    "word_groups", "word_matrix_order", "word_compare", "word_model_b", "text",
    "word_models_compare", "word_models_layer_a3", "layers_beside", "change_source", "change_words",
    "change_by", "change_uses", "change_part", "change_colour", "vectors_source", "vectors_of", "vectors_format",
    "vectors_text", "downstream_task", "corpus", "lm_state_kind",
)  # fmt: skip
HANDFUL = ("NUL", "lone high surrogate", "script", "Markdown image", "LaTeX", "bidi override")
MISTAKE = "mistake in the program"


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    """A server of the tests' own."""
    home = tmp_path_factory.mktemp("home")
    process, url = serve(ELMO_HOME=str(home), ELMO_WARM_UP="0")
    yield url
    assert process.poll() is None, "the server has ended"
    process.kill()
    process.wait()


def wrong(seen: Seen) -> list[str]:
    """Exception boxes, and the box that says that the program is at fault."""
    return seen.of("exception") + [text for text in seen.of("alert ERROR") if MISTAKE in text]


def encodable(text: str) -> str:
    """Without halves of characters, which an address or a file cannot hold."""
    return text.encode("utf-8", "replace").decode()


def sentences_link(text: str) -> dict[str, str]:
    """A link whose sentences hold a string, before, in and after the word that is looked at."""
    lines = [
        f"The bank {text[:3000]}",
        f"{text[:1000]} bank by the river | {text[:40]}",
        text[:500],
    ]
    lines += ["The bank was closed. | money", "The bank was muddy. | river"]
    return {"source": "Your own text", "word": "bank", "text": json.dumps(lines)}


def visit(url: str, links: list[tuple[str, str, dict[str, str]]]) -> list[str]:
    """Open each (name, page, parameters); what went wrong."""

    async def go() -> list[str]:
        found = []
        for name, page, params in links:
            async with Session(url) as session:
                seen = await session.open(page, **params)
                found += [f"{name} on /{page}: {text[:300]}" for text in wrong(seen)]
        return found

    return run_visit(go())


@pytest.mark.parametrize("name", HANDFUL)
def test_a_handful(url, name):
    links = [(name, page, sentences_link(NASTY[name])) for page in ("word", "layers", "how")]
    assert visit(url, links) == []


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("page", PAGES)
def test_all_as_sentences(url, page):
    links = [(name, page, sentences_link(text)) for name, text in NASTY.items()]
    links += [
        (
            f"{name} alone",
            page,
            {"word": encodable(text[:200]), "text": json.dumps([text[:5000]]), "part": "state"},
        )
        for name, text in NASTY.items()
    ]
    assert visit(url, links) == []


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("page", PAGES)
def test_all_as_parameters(url, page):
    texts = [encodable(text[:300]) for text in NASTY.values()]
    links = []
    for number, text in enumerate(texts):
        params = {name: texts[(number + i) % len(texts)] for i, name in enumerate(PARAMETERS)}
        links += [(f"{text[:20]!r} and others", page, params)]
        one = PARAMETERS[number % len(PARAMETERS)]
        links += [(f"{one}={text[:20]!r}", page, {one: text})]
    assert visit(url, links) == []


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_all_in_files(url):
    """Each string as the name, the header and the cells of an uploaded table, and as broken bytes."""

    async def go() -> list[str]:
        found = []
        for name, text in NASTY.items():
            clean = encodable(text[:2000])
            cell = '"' + clean.replace('"', '""') + '"'
            table = f"sentence,{cell}\n" + f'"the bank "{cell},{cell}\n' * 4
            for data in (
                table.encode(),
                text.encode("utf-16", "surrogatepass"),
                clean.encode() * 3,
            ):
                async with Session(url) as session:
                    await session.open("word", source="A file", word="bank")
                    file_name = clean[:60].replace("\x00", "").replace("/", "_") or "x"
                    seen = await session.upload("word-upload", f"{file_name}.csv", data)
                    found += [f"{name}: {text[:300]}" for text in wrong(seen)]
        return found

    assert run_visit(go()) == []
