"""The text files of a model, options.json and vocab.txt, read with a limit on their size."""

import io
import json
from pathlib import Path

from elmo.errors import ModelFileError
from elmo.paths import no_file


def read_model_text(
    path: Path, name: str, max_bytes: int, error: type[ModelFileError] = ModelFileError
) -> str:
    """The text of a file of a model.

    Args:
        name: usual name of the file, for messages.
        max_bytes: size in bytes above which the file is refused.
        error: class of the errors.

    Raises:
        ModelFileError: the file is missing, a folder or a device, too large, or neither UTF-8, UTF-16 nor UTF-32.
    """
    try:
        # A pipe without a writer would be waited for without end.
        if not path.is_file() and path.exists():
            raise error(f"{no_file(path)} Give a model's {name}.")
        n_bytes = path.stat().st_size
        if n_bytes > max_bytes:
            raise error(
                f"{path.name} has {n_bytes:,} bytes, at most {max_bytes:,} are read; is it the "
                f"{name} of a model?"
            )
        data = path.read_bytes()
        # A byte order mark, or the zero bytes of UTF-16 and UTF-32, show the encoding in these files as in JSON.
        return io.TextIOWrapper(io.BytesIO(data), json.detect_encoding(data)).read()
    except FileNotFoundError:
        raise error(
            f"{path.name} was not found in {path.parent}. Check the name, and give a model's {name}."
        ) from None
    except (OSError, UnicodeDecodeError) as cause:
        raise error(
            f"{path.name} cannot be read as text in UTF-8: {cause}. Give a model's {name}."
        ) from None
