"""All errors that this library raises on bad input, in one tree.

Every message says what is wrong (name and value), what was expected, and what to do.
Catch `ElmoError` to catch them all; an `AssertionError` means a mistake of ours.
"""


class ElmoError(Exception):
    """Anything that the person using the library can put right."""


class InputError(ElmoError, ValueError):
    """An argument, a text or a table that cannot be used as it is."""


class ModelFileError(ElmoError):
    """A file of a model (options, weights, softmax, vocabulary) that cannot be used."""


class OptionsError(ModelFileError):
    """An options.json that is not one, or that asks for something impossible."""


class WeightsError(ModelFileError):
    """An HDF5 file whose data sets are not those that the options ask for."""


class CorpusError(ElmoError):
    """Text to train on, or to measure on, that cannot be read."""


class EncodingError(CorpusError):
    """Text whose encoding has to be named: it is not UTF-8, or not what was named."""


class TrainingError(ElmoError):
    """Training that cannot begin, go on, or be resumed."""


class StoreError(ElmoError):
    """A model that the store does not have, or may not take."""


class DownloadError(ElmoError):
    """A download that failed or was refused."""


class JobError(ElmoError):
    """A long-running job that could not start, failed, or is not yours."""


class BusyError(ElmoError):
    """Too many people at once; the message says how many are before you."""
