"""What a path is that should be a file on disk and is none, in words for messages."""

from pathlib import Path


def no_file(path: str | Path) -> str:
    """A sentence that says what a path is, or that nothing is there, and what to do about a pipe.

    >>> no_file("/nowhere")
    '/nowhere was not found.'
    """
    path = Path(path)
    if path.is_dir():
        return f"{path} is a folder."
    if path.is_fifo() or path.is_socket():
        return (
            f"{path} is a pipe, as <(COMMAND) makes one, which can be read only once. Write the output of COMMAND to a "
            "file, and name the file."
        )
    return f"{path} is a device." if path.exists() else f"{path} was not found."
