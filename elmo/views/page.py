"""An exploration as one HTML file with the script that draws it: writing and reading.

The file loads nothing from any other machine or file: its Content-Security-Policy allows its own script and style
only, by their checksums. The exploration is in the file as JSON without any "<", so that no text in it can end the
element or begin another.
"""

import base64
import hashlib
import html
import json
import re
from pathlib import Path

from elmo.errors import InputError
from elmo.limits import MAX_EXPLORATION_BYTES
from elmo.views import engine_files
from elmo.views.encoding import from_json, to_json
from elmo.views.exploration import SENSES, Exploration
from elmo.whole_files import write_text

_PAGE_CSS = """
:root { color-scheme: light dark; }
body { margin: 0; background: light-dark(#fdfcfa, #15181d); color: light-dark(#22262e, #e8e6e1); }
main { max-width: 86rem; margin: 0 auto; padding: 1rem clamp(.6rem, 3vw, 2rem) 3rem; }
h1 { font: 600 1.7rem/1.2 Georgia, "Times New Roman", serif; margin: .4rem 0 .2rem; }
header p { font: .92rem/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
@media print { :root { color-scheme: light; } }
"""
_TEMPLATE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<header><h1>{title}</h1><p>{about}</p></header>
<noscript><p>The pictures need JavaScript. The numbers and sentences stand in this file as JSON.</p></noscript>
<div id="explorer"></div>
</main>
<script type="application/json" id="exploration">{data}</script>
<script type="module">{script}</script>
</body>
</html>
"""
_DATA = re.compile(r'<script type="application/json" id="exploration">(.*?)</script>', re.S)


def page(exploration: Exploration) -> str:
    """The exploration as one HTML page."""
    script = engine_files.script("page")
    style = _PAGE_CSS + engine_files.stylesheet()
    policy = (
        f"default-src 'none'; script-src '{_checksum(script)}'; style-src '{_checksum(style)}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    n_sentences = len(exploration.uses)
    about = (
        f"{n_sentences:,} uses in {len(exploration.drawn)} representations. Choose a line, a dot or a "
        "cell: every picture follows. This page asks nothing of any network."
    )
    where = "context" if exploration.labels_are == SENSES else " and ".join(exploration.senses)
    return _TEMPLATE.format(
        policy=policy,
        title=html.escape(_encodable(f"“{exploration.word}” in {where}")),
        style=style,
        about=html.escape(about),
        data=_without_tags(to_json(exploration)),
        script=script,
    )


def save(exploration: Exploration, path: str | Path) -> None:
    """Write the page to a file; a failed write leaves no part of a file."""
    write_text(path, page(exploration))


def read(path: str | Path) -> Exploration:
    """The exploration in a saved page, or in a JSON file.

    Raises:
        InputError: the file is neither, was changed, or is too large.
    """
    path = Path(path)
    size = path.stat().st_size
    if size > MAX_EXPLORATION_BYTES:
        raise InputError(
            f"{path.name} has {size:,} bytes, a saved page has at most {MAX_EXPLORATION_BYTES:,}."
        )
    return read_text(path.read_bytes(), path.name)


def is_page(path: Path) -> bool:
    """True if a file is a saved page, which a new page may replace."""
    with path.open("rb") as file:
        return (
            b"Content-Security-Policy" in file.read(1000)
            and _DATA.search(path.read_text(encoding="utf-8", errors="replace")) is not None
        )


def read_text(content: bytes, name: str) -> Exploration:
    """The exploration in the content of a saved page or JSON file; see `read`."""
    try:
        text = content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        raise InputError(f"{name} is not UTF-8 text; expected a page saved here.") from None
    if text.lstrip().startswith("{"):
        return from_json(text)
    data = _DATA.search(text)
    if data is None:
        raise InputError(f"{name} holds no exploration; expected a page saved here.")
    return from_json(data[1])


def _encodable(text: str) -> str:
    """The text with "?" in place of characters that UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode()


def _without_tags(text: str) -> str:
    """The same JSON with escapes for "<", ">", "&", and for line breaks that JSON allows and JavaScript does not."""
    for sign in "<>&\u2028\u2029":
        text = text.replace(
            sign, json.dumps(sign)[1:-1] if ord(sign) > 127 else f"\\u{ord(sign):04x}"
        )
    return text


def _checksum(text: str) -> str:
    """The source expression of a Content-Security-Policy for exactly this script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
