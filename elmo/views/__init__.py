"""One set of linked pictures of a word's uses, for the app, a notebook and a single file.

    explore_model(uses, elmo)   vectors, figures and sentences of some uses  (`of_model`, `build`)
    Exploration                 the contents of the pictures, as arrays      (`exploration`)
    to_json, from_json          an exploration as JSON, checked when read    (`encoding`)
    save, read                  an exploration as one HTML file              (`page`)
    engine/                     the pictures, in plain JavaScript            (`engine_files`)

`sentences` has the computed sentence of each picture.
"""

from importlib import import_module

_HOME = {
    "Exploration": "elmo.views.exploration",
    "explore": "elmo.views.build",
    "explore_model": "elmo.views.of_model",
    "from_json": "elmo.views.encoding",
    "page": "elmo.views.page",
    "read": "elmo.views.page",
    "save": "elmo.views.page",
    "to_json": "elmo.views.encoding",
}


def __getattr__(name: str):
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'elmo.views' has no attribute {name!r}")
