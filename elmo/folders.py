"""Where things stand on disk: the bundled model, and the folder of what a person adds."""

import os
from pathlib import Path

BUNDLED = Path(os.environ.get("ELMO_BUNDLED_DIR") or Path(__file__).parent / "pretrained")
"""The folder of the bundled model (`ELMO_BUNDLED_DIR` names another)."""


def home() -> Path:
    """The folder of models, downloads and kept vectors, which may not exist yet.

    `ELMO_HOME`, or the platform's folder for user data (~/.local/share/elmo-explorer on Linux).
    """
    if chosen := os.environ.get("ELMO_HOME"):
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("elmo-explorer", appauthor=False)
