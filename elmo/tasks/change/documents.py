"""Documents of a ZIP file, and what documents can be split by: the date in their names, and their folders."""

import io
from collections.abc import Sequence
from pathlib import PurePosixPath
from zipfile import ZipFile

from elmo.corpus.lines import SUFFIXES, read_text
from elmo.errors import DAMAGED, CorpusError, InputError
from elmo.limits import MAX_DOCUMENTS
from elmo.tasks.change.dates import moment_in_name

DATE, FOLDER, NAME = "date in the name", "folder", "name"


def read_documents(data: bytes, name: str, max_bytes: int) -> dict[str, str]:
    """The text of each text file in a ZIP file by its path; hidden files and other kinds of files are passed over.

    Args:
        max_bytes: of all texts together, unpacked.

    Raises:
        InputError: no ZIP file, no text in it, or too much.
        CorpusError: a text cannot be decoded.
    """
    texts: dict[str, str] = {}
    left = max_bytes
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if _is_text(entry.filename)]
            if len(entries) > MAX_DOCUMENTS:
                raise InputError(
                    f"{name} has {len(entries):,} texts, at most {MAX_DOCUMENTS:,} are taken; use `python -m elmo index`."
                )
            for entry in entries:
                with archive.open(entry) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise InputError(
                        f"the texts of {name} have more than {max_bytes // 1024**2} MB; use `python -m elmo index`."
                    )
                texts[entry.filename] = read_text(content, entry.filename, max_bytes=max_bytes)
    except InputError:
        raise
    except CorpusError as error:
        raise InputError(f"{name}: {error}") from None
    except DAMAGED as error:
        raise InputError(f"{name} cannot be read as a ZIP file: {error}.") from None
    if not any(text.strip() for text in texts.values()):
        raise InputError(f"{name} has no text in it; expected files that end in .txt.")
    return texts


def columns(names: Sequence[str]) -> dict[str, list[str]]:
    """What documents can be split by: a list of values, one a document, by the column's name."""
    folders = [str(PurePosixPath(name.replace("\\", "/")).parent) for name in names]
    by_name = {DATE: [moment_in_name(name) for name in names], FOLDER: folders, NAME: list(names)}
    return {column: values for column, values in by_name.items() if len(set(values)) > 1}


def _is_text(path: str) -> bool:
    parts = PurePosixPath(path).parts
    is_hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return path.lower().endswith(SUFFIXES) and not is_hidden
