"""Contexts of the tasks of sense induction, read from the tasks' own XML.

    Senseval-2 (SemEval-2013, task 13)   <instance id="add.v.1"> … <head>added</head> … </instance>
    SemEval-2010, task 14                a file a word; <add.v.1> … <TargetSentence> … </TargetSentence> … </add.v.1>

The files of SemEval-2010 do not mark the word: the use is the first form of the word in its target sentence. A model reads
this sentence alone.
"""

import html
import re
from difflib import SequenceMatcher
from pathlib import Path

from elmo.corpus.lines import read_lines
from elmo.errors import InputError
from elmo.inflections import related_forms
from elmo.normal_form import comparison_form
from elmo.tokenizer import tokenize
from elmo.usages import Usage

Contexts = dict[str, dict[str, Usage]]
"""Word ("add.v") -> use ("add.v.1") -> the use."""

_INSTANCE = re.compile(r'<instance[^>]*\bid="([^"]+)"[^>]*>(.*?)</instance>', re.DOTALL)
_TARGET_SENTENCE = re.compile(
    r"<([^\s<>/]+)>[^<]*<TargetSentence>(.*?)</TargetSentence>[^<]*</\1>", re.DOTALL
)


def read_contexts(path: str | Path) -> Contexts:
    """The uses of each word in a file, or in the .xml files of a folder and its folders.

    Raises:
        CorpusError: a file cannot be read as text.
        InputError: there is no context in either form.
    """
    path = Path(path)
    files = sorted(path.rglob("*.xml")) if path.is_dir() else [path]
    words: Contexts = {}
    for file in files:
        for name, use in _uses(file):
            words.setdefault(name.rpartition(".")[0], {})[name] = use
    if not words:
        raise InputError(
            f"{path} has no context: expected <instance id=…> with a <head> in it (Senseval-2 format), "
            "or <WORD.n.1> with a <TargetSentence> in it (SemEval-2010)."
        )
    return words


def _uses(file: Path) -> list[tuple[str, Usage]]:
    """Name and use of each context in a file."""
    text = "\n".join(line.text for line in read_lines(file, name=str(file)))
    marked = [(name, _marked_use(file, name, body)) for name, body in _INSTANCE.findall(text)]
    return marked or [
        (name, _unmarked_use(file, name, _plain(sentence)))
        for name, sentence in _TARGET_SENTENCE.findall(text)
    ]


def _marked_use(file: Path, name: str, body: str) -> Usage:
    """The use between <head> and </head>."""
    before, head, after = body.partition("<head>")
    word, _, after = after.partition("</head>")
    if not head:
        raise InputError(f"{file}: the context of {name!r} has no <head>…</head>.")
    left, word, right = (_plain(part) for part in (before, word, after))
    parts = [tokenize(part).tokens for part in (left, word, right)]
    text = f"{left} {word} {right}".strip()
    return Usage(text, sum(parts, ()), len(parts[0]), length=len(parts[1]))


def _unmarked_use(file: Path, name: str, sentence: str) -> Usage:
    """The first form of the name's word in a sentence; the token spelt most like the word where no form stands there."""
    word = comparison_form(name.split(".")[0])
    tokens = tokenize(sentence).tokens
    if not tokens:
        raise InputError(f"{file}: the target sentence of {name!r} is empty.")
    forms = related_forms(word)
    places = [i for i, token in enumerate(tokens) if comparison_form(token) in forms]
    if not places:
        alike = [SequenceMatcher(None, word, comparison_form(token)).ratio() for token in tokens]
        places = [alike.index(max(alike))]
    return Usage(sentence, tokens, places[0])


def _plain(markup: str) -> str:
    """The text without tags, entities and line breaks."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())
