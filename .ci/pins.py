"""Ask PyPI whether every pin has a wheel for each Python and system that this project runs on.

`make pins`. The answer is a resolution by uv with wheels only; nothing is installed or downloaded but names and
dependencies. A registry that does not answer is told and is no failure: only an answer of "no" is.
"""

import itertools
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = [
    "requirements.txt",
    *(f"requirements/{name}.txt" for name in ("dev", "train", "ray", "notebook")),
]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# torch has no wheel for Macs with Intel's processors, nor for macOS before 14.
SYSTEMS = ("x86_64-manylinux_2_28", "aarch64-apple-darwin", "x86_64-pc-windows-msvc")
ENVIRONMENT = os.environ | {"MACOSX_DEPLOYMENT_TARGET": "14.0"}
TRIES = 3
LIMIT_SECONDS = 90


def resolve(python: str, system: str) -> str | None:
    """Why the pins do not resolve; None when they do.

    Raises:
        ConnectionError: the registry did not answer, `TRIES` times.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", *FILES, "--quiet", "--no-header"]
    command += ["--python-version", python, "--python-platform", system, "--only-binary", ":all:"]
    said = ""
    for attempt in range(TRIES):
        time.sleep(2 * attempt)
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=ENVIRONMENT,
                capture_output=True,
                text=True,
                timeout=LIMIT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            said = f"no answer in {LIMIT_SECONDS} seconds"
            continue
        if done.returncode == 0:
            return None
        said = done.stderr.strip()
        if "No solution found" in said:
            return said
    raise ConnectionError(said)


def verdict(target: tuple[str, str]) -> tuple[bool, str]:
    """Whether the pins were refused for a Python and a system, and the line that says what came out."""
    head = f"Python {target[0]}, {target[1]}:"
    try:
        problem = resolve(*target)
    except ConnectionError as error:
        return False, f"{head} not asked, the registry does not answer: {error}"
    return problem is not None, f"{head} {problem or 'every pin has a wheel'}"


def main() -> int:
    """Print a line for each Python and system; 1 when a pin has no wheel."""
    with ThreadPoolExecutor(4) as pool:
        verdicts = list(pool.map(verdict, itertools.product(PYTHONS, SYSTEMS)))
    print(*(line for _, line in verdicts), sep="\n")
    return int(any(refused for refused, _ in verdicts))


if __name__ == "__main__":
    raise SystemExit(main())
