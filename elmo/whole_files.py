"""Write files whole or not at all, and refuse outputs that would destroy other files.

A file is written under a temporary name and then renamed, so that a reader of the final name finds the old file or
the whole new one, never a part.
"""

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from elmo.errors import InputError


@contextmanager
def whole_file(path: str | os.PathLike[str], *, shared: bool = False) -> Iterator[Path]:
    """Yield a temporary path to write to, and rename it to `path` if the block ends without an error.

    Args:
        shared: True if other threads or processes may write the same file at the same time; each then
            has its own temporary name, and the last to end writes the final file.
    """
    path = Path(path)
    mark = f".{os.getpid()}.{threading.get_ident()}" if shared else ""
    part = path.with_name(f"{path.name}{mark}.part")
    try:
        yield part
        put_in_place(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def put_in_place(part: Path, path: Path) -> None:
    """Rename a finished file to its final name, after its bytes have reached the disk."""
    with part.open("r+b") as file:
        os.fsync(file.fileno())
    part.replace(path)


def write_text(path: str | os.PathLike[str], text: str, *, shared: bool = False) -> None:
    """Write UTF-8 text whole or not at all, with unchanged line ends."""
    with whole_file(path, shared=shared) as part:
        part.write_text(text, encoding="utf-8", newline="")


def write_json(path: str | os.PathLike[str], values: Any, *, indent: int | None = 1) -> None:
    """Write a JSON file whole or not at all; several processes may write the same one."""
    write_text(path, json.dumps(values, ensure_ascii=False, indent=indent) + "\n", shared=True)


def check_output(
    path: str | Path,
    inputs: Iterable[str | Path | None] = (),
    *,
    overwrite: bool = False,
    is_own: Callable[[Path], bool] = lambda path: False,
) -> None:
    """Refuse an output file that is an input, is no plain file, or would replace another file.

    Args:
        inputs: files that the same command reads, and its other outputs; None entries are ignored.
        overwrite: True allows to replace an existing file, but never an input.
        is_own: function that returns True if an existing plain file is an earlier output of the same
            command, which may be replaced.

    Raises:
        InputError: the output is refused; the message says why, and what to do.
    """
    path = Path(path)
    try:
        with contextlib.suppress(FileNotFoundError):
            path.stat()  # raises for names that no file can have
        if not path.parent.is_dir():
            raise InputError(
                f"{path} cannot be written: there is no folder {path.parent}. Make it, or name "
                "another output."
            )
        if path.is_dir():
            raise InputError(f"{path} cannot be written: it is a folder. Name a file in it.")
        if path.exists() and not path.is_file():
            raise InputError(
                f"{path} cannot be written: it is a device or a pipe. Name a file to write."
            )
        for place in (path, path.with_name(path.name + ".part")):
            if _is_among(place, inputs):
                raise InputError(
                    f"{path} cannot be written: {place} is an input or another output of the same "
                    "command. Name another file."
                )
        if path.exists() and not overwrite and not is_own(path):
            raise InputError(
                f"{path} is there already, and this command did not write it. Name another "
                "output, or add --overwrite to replace it."
            )
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{str(path)!r} cannot be written: {error}.") from None


def check_output_folder(
    folder: str | Path,
    file_names: Iterable[str],
    inputs: Iterable[str | Path | None] = (),
    *,
    overwrite: bool = False,
    is_own: Callable[[Path], bool] = lambda folder: False,
) -> None:
    """Refuse an output folder that has files of these names which are inputs or come from elsewhere.

    Args:
        file_names: names of the files that the command writes into the folder.
        inputs, overwrite, is_own: as in `check_output`; `is_own` gets the folder.

    Raises:
        InputError: the folder is refused; the message names the file, and says what to do.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} cannot be written: it is not a folder. Name another output.")
    is_ours = overwrite or is_own(folder)
    for name in file_names:
        if (folder / name).exists():
            check_output(folder / name, inputs, overwrite=is_ours)


def _is_among(path: Path, inputs: Iterable[str | Path | None]) -> bool:
    """True if a path and one of the inputs are the same file, also under different names."""
    return any(
        path.samefile(source)
        if path.exists() and Path(source).exists()
        else path.resolve() == Path(source).resolve()
        for source in inputs
        if source is not None
    )
