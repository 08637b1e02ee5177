"""The store of models: bundled, downloaded, uploaded and trained ones, by name.

`Store` is in `store`, the files of one model in `entry`, the official models in `official`, and how models are loaded in
`download` and `fetch`.
"""

from elmo.store.store import Store

__all__ = ["Store"]


def from_arguments(args):
    """The model that the scripts of earlier reproduction packs ask for: `args.model`, or `args.options` and `args.weights`."""
    return Store().find(args.model, args.options, args.weights).load()
