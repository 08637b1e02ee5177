"""The folders on disk: the bundled model, and the data folder of this program."""

import os
import sys
from pathlib import Path

BUNDLED = Path(os.environ.get("ELMO_BUNDLED_DIR") or Path(__file__).parent / "pretrained")
"""The folder of the bundled model (`ELMO_BUNDLED_DIR` names another)."""


def data_folder(*parts: str) -> Path:
    """The data folder (see `home`), or a folder inside the data folder.

    A missing folder is made, readable by this user only.
    """
    folder = home().joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def home() -> Path:
    """The data folder, which may not exist yet.

    The data folder is `ELMO_HOME` if that is set, else the system's folder for data of a user:
    ~/.local/share/elmo-explorer (or XDG_DATA_HOME), ~/Library/Application Support/elmo-explorer
    on macOS, %LOCALAPPDATA%\\elmo-explorer on Windows.
    """
    if chosen := os.environ.get("ELMO_HOME"):
        return Path(chosen).expanduser().absolute()
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "elmo-explorer"
