"""All errors that this library raises on bad input, in one tree.

Every message says what is wrong (name and value), what was expected, and what to do.
`ElmoError` is the base of all; an `AssertionError` is a mistake in this library.
"""

import zipfile
import zlib


class ElmoError(Exception):
    """An error that the person using the library can correct; base of all errors here."""


class InputError(ElmoError, ValueError):
    """An argument, a text or a table that cannot be used."""


class ModelFileError(ElmoError):
    """A file of a model (options, weights, softmax, vocabulary) that cannot be used."""


class OptionsError(ModelFileError):
    """An options.json that cannot be read, or has wrong or impossible values."""


class WeightsError(ModelFileError):
    """An HDF5 file with other data sets than the options require."""


class CorpusError(ElmoError):
    """Text to train on, or to measure on, that cannot be read."""


class EncodingError(CorpusError):
    """Text that cannot be decoded with UTF-8 or with the named encoding."""


class TrainingError(ElmoError):
    """Training that cannot begin, continue, or be resumed."""


class StoreError(ElmoError):
    """A model that the store does not have, or cannot accept."""


class DownloadError(ElmoError):
    """A download that failed or was refused."""


class JobError(ElmoError):
    """A long-running job that could not start, failed, or does not exist."""


class BusyError(ElmoError):
    """Too much work at once; the message says how many wait before this one."""


DAMAGED = (
    OSError, EOFError, KeyError, TypeError, ValueError, AttributeError, RuntimeError, MemoryError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""Exceptions of Python and numpy when they read a damaged or hostile zip, JSON file or array."""
