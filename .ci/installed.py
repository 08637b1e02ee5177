"""Run the Dockerfile's steps in a clean folder, then use what they installed as a stranger would.

`make installed`; for machines without a Docker engine. Each stage becomes a folder with a virtual environment of its own
in place of the image, and absolute paths lie below it; useradd and USER have no equal there. Then, in an empty folder,
the commands and the README's Python run, and every page of the app is drawn in Chromium.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from mktestdocs import grab_code_blocks

ROOT = Path(__file__).parent.parent
START_SECONDS = 120
TRAINING = "--preset small --vocabulary 20 --word-vector-epochs 0 --minutes 0.1".split()


class Stage:
    """One FROM of the Dockerfile: a folder, a virtual environment, and the environment's variables."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.work = folder, folder
        self.variables: dict[str, str] = {}
        self.command = ""
        subprocess.run([sys.executable, "-m", "venv", folder / "python"], check=True)

    def path(self, path: str) -> Path:
        """Where a path of the image lies here."""
        return self.folder / path.lstrip("/") if path.startswith("/") else self.work / path

    def environment(self) -> dict[str, str]:
        """The variables for a command of this stage."""
        own = {
            name: str(self.path(value)) if value.startswith("/") else value
            for name, value in self.variables.items()
        }
        path = f"{self.folder / 'python' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return os.environ | own | {"PATH": path}

    def run(self, command: str) -> None:
        """Run a RUN line in the working folder."""
        below = re.sub(r"(?<=\s)/(?=\w)", f"{self.folder}/", command)
        print("RUN", below, flush=True)
        subprocess.run(["sh", "-c", below], cwd=self.work, env=self.environment(), check=True)


def build(dockerfile: Path, place: Path) -> Stage:
    """Run the steps; the last stage."""
    stages: dict[str, Stage] = {}
    stage: Stage | None = None
    text = dockerfile.read_text(encoding="utf-8").replace("\\\n", "")
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if not line.strip() or word.startswith("#"):
            continue
        if word == "FROM":
            name = rest.rpartition(" AS ")[2]
            stage = stages[name] = Stage(place / f"stage{len(stages)}")
            continue
        assert stage is not None
        if word == "WORKDIR":
            stage.work = stage.path(rest)
            stage.work.mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            copy(stage, stages, rest.split())
        elif word in ("ENV", "ARG"):
            stage.variables |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        elif word == "RUN" and not rest.startswith("useradd"):
            stage.run(rest)
        elif word == "CMD":
            stage.command = rest
    assert stage is not None and stage.command
    return stage


def copy(stage: Stage, stages: dict[str, Stage], words: list[str]) -> None:
    """COPY [--from=STAGE] SOURCE TARGET, from the checkout's tracked files or from an earlier stage."""
    if words[0].startswith("--from="):
        source = stages[words[0].removeprefix("--from=")].path(words[1])
        shutil.copytree(source, stage.path(words[2]))
        return
    source, target = words
    listed = subprocess.check_output(
        ["git", "ls-files", "-co", "--exclude-standard", "-z", source], cwd=ROOT, text=True
    )
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for name in filter(None, listed.split("\0")):
        if name.split("/")[0] in left_out or not (ROOT / name).is_file():
            continue
        path = stage.path(target) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, path)


def use(stage: Stage, empty: Path) -> None:
    """Run the commands, the README's Python, and all pages of the copy that the stage holds."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    environment = stage.environment() | {"PORT": str(port), "OMP_NUM_THREADS": "1"}
    environment.pop("PYTHONPATH", None)
    (empty / "text.txt").write_text(
        "The bank raised its rates .\nWe sat on the river bank .\n" * 200
    )
    readme = "\n".join(grab_code_blocks((ROOT / "README.md").read_text(), lang="python"))
    for command in (
        ["elmo", "info"],
        ["elmo", "evaluate", "everyday"],
        ["elmo", "predict", "The bank raised its rates ."],
        ["elmo", "train", "text.txt", "--output", "my-model", *TRAINING],
        ["python", "-c", readme],
    ):
        print(">", " ".join(command[:5]).splitlines()[0], flush=True)
        subprocess.run(command, cwd=empty, env=environment, check=True)
    app = subprocess.Popen(["sh", "-c", stage.command], cwd=empty, env=environment)
    try:
        address = f"http://localhost:{port}"
        wait_for(address, app)
        start_beside(port, empty, environment)
        test = "tests/browser/test_every_page.py"
        subprocess.run(
            [sys.executable, "-m", "pytest", "-n", "0", "-q", test],
            cwd=ROOT,
            env=os.environ | {"ELMO_APP_URL": address},
            check=True,
        )
    finally:
        app.terminate()
        app.wait(30)


def wait_for(address: str, app: subprocess.Popen) -> None:
    """Return when the app answers; raises after `START_SECONDS`, or when the app has ended."""
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
            return
        except OSError:
            if time.monotonic() > end or app.poll() is not None:
                raise
            time.sleep(0.5)


def start_beside(port: int, empty: Path, environment: dict[str, str]) -> None:
    """Start a second app by `python -m elmo app` at a port in use; it takes the next free one, says so, and answers."""
    command = ["python", "-m", "elmo", "app", "--no-browser", "--port", str(port)]
    print(">", " ".join(command), flush=True)
    app = subprocess.Popen(
        command, cwd=empty, env=environment, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        assert app.stdout is not None
        first, second = app.stdout.readline(), app.stdout.readline()
        print(first, second, sep="", end="", flush=True)
        assert first.startswith(f"Port {port} is in use; the app takes ")
        address = re.search(r"http://\S+", second)
        assert address is not None
        wait_for(address[0], app)
        assert b"<title>" in urllib.request.urlopen(address[0], timeout=10).read()
    finally:
        app.terminate()
        app.wait(30)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="elmo-installed-") as place:
        empty = Path(place) / "empty"
        empty.mkdir()
        use(build(ROOT / "Dockerfile", Path(place)), empty)
        print("The installed copy works.")
