"""ELMo: deep contextual word vectors, exactly, and tools to explore them.

Reading order: `tokenizer` (text to words), `model` (the parts of the biLM), `embedder` (`Elmo`, words to named
layers), `representation` (layers, mixes and other vectors of a word), `usages` and `explore` (uses of words and
the analyses of their vectors), `training` (train a model), `tasks` (measure a model), `store` (models by name) and
`jobs` (long work in processes).

>>> from elmo import Elmo
>>> elmo = Elmo()                                     # the bundled model; or Elmo(options, weights)
>>> result = elmo.process("The river bank was muddy.")
>>> result.tokens, result.layers.shape, result.mix().shape
(('The', 'river', 'bank', 'was', 'muddy', '.'), (3, 6, 512), (6, 512))

Names are loaded on first use, so that `import elmo.explore` does not import torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from elmo.version import __version__ as __version__

if TYPE_CHECKING:
    from elmo.embedded import Embedded, mix_layers
    from elmo.embedder import Elmo
    from elmo.errors import ElmoError
    from elmo.model.options import Options
    from elmo.model.scalar_mix import ScalarMix
    from elmo.tasks.vectorizer import ElmoVectorizer
    from elmo.tokenizer import process, tokenize

_HOME = {
    "Elmo": "elmo.embedder",
    "ElmoError": "elmo.errors",
    "ElmoVectorizer": "elmo.tasks.vectorizer",
    "Embedded": "elmo.embedded",
    "Options": "elmo.model.options",
    "ScalarMix": "elmo.model.scalar_mix",
    "mix_layers": "elmo.embedded",
    "process": "elmo.tokenizer",
    "tokenize": "elmo.tokenizer",
}

__all__ = [
    "Elmo",
    "ElmoError",
    "ElmoVectorizer",
    "Embedded",
    "Options",
    "ScalarMix",
    "mix_layers",
    "process",
    "tokenize",
]


def __getattr__(name: str):
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'elmo' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
