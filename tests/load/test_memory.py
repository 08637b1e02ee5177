"""Memory of a visit goes back to the system after its tab is closed, also after hostile files.

python -m tests.load.test_memory        # prints the figures of docs/reliability.md
"""

import csv
import io
import os
import sys
import time

import pytest

from benchmarks.processes import resident_bytes
from tests.browser.conftest import serve
from tests.load.session import Session, run_visit

MOST_SECONDS = 60
MOST_LEFT_MB = 200


def _one_line() -> bytes:
    """A text of 49 MB in one line."""
    return b"The bank of the river was muddy. " * (49 * 1024**2 // 33)


def _lines() -> bytes:
    """A text of 49 MB in lines, which is accepted."""
    return b"The bank of the river was muddy.\n" * (49 * 1024**2 // 33)


def _wide() -> bytes:
    """A table of 40 MB with 1,000 columns."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["text", *(f"c{i}" for i in range(999))])
    writer.writerows([["The bank of the river.", *["muddy x"] * 999]] * 4_900)
    return out.getvalue().encode()


FILES = {"one line.txt": _one_line, "lines.txt": _lines, "wide.csv": _wide}


def measure(name: str, url: str, pid: int) -> dict[str, float]:
    """Megabytes of the server before, at most during, and after a visit that gives a file; seconds to fall."""
    data = FILES[name]()

    async def visit(file: bytes, file_name: str) -> None:
        async with Session(url) as session:
            await session.open("word", source="A file", word="bank")
            await session.upload("word-upload", file_name, file)

    run_visit(visit(b"text,label\nA bank.,x\nThe bank.,y\n", "small.csv"))  # libraries are loaded
    time.sleep(MOST_SECONDS / 3)
    before = resident_bytes(pid) / 1e6
    run_visit(visit(data, name))
    most = after = resident_bytes(pid) / 1e6
    closed = time.monotonic()
    while (seconds := time.monotonic() - closed) < MOST_SECONDS and after > before + MOST_LEFT_MB:
        time.sleep(2)
        after = resident_bytes(pid) / 1e6
        most = max(most, after)
    return {"before": before, "at the close": most, "after": after, "seconds": seconds}


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", FILES)
def test_memory_falls_back_within_a_minute_of_closing_the_tab(name, tmp_path):
    process, url = serve(ELMO_HOME=str(tmp_path), ELMO_WARM_UP="0")
    try:
        figures = measure(name, url, process.pid)
    finally:
        process.terminate()
        process.wait(30)
    assert figures["after"] <= figures["before"] + MOST_LEFT_MB, figures


if __name__ == "__main__":
    os.environ["ELMO_WARM_UP"] = "0"
    for each in FILES:
        server, address = serve()
        try:
            row = measure(each, address, server.pid)
        finally:
            server.terminate()
            server.wait(30)
        told = "".join(f"  {key} {value:,.0f}" for key, value in row.items())
        sys.stdout.write(f"{each:14}{told}\n")
        sys.stdout.flush()
