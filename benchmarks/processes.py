"""Processes in Linux' /proc: their children, memory and processor time."""

import contextlib
import os
from pathlib import Path


def descendants(pid: int) -> set[int]:
    """The process numbers of all descendants of a process."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(folder.name)] = int(_stat(folder)[1])
    family, size = {pid}, 0
    while size != len(family):
        size = len(family)
        family |= {child for child, parent in parents.items() if parent in family}
    return family - {pid}


def resident_bytes(pid: int) -> int:
    """The resident memory of a process in bytes; 0 if the process has ended."""
    with contextlib.suppress(OSError):
        return _status(pid)["VmRSS"]
    return 0


def peak_bytes() -> int:
    """The largest resident memory of this process in bytes; getrusage would include that of its parent before the fork."""
    return _status(os.getpid())["VmHWM"]


def processor_seconds(pid: int) -> float:
    """The processor time of a process in seconds; 0 if the process has ended."""
    with contextlib.suppress(OSError):
        parts = _stat(Path(f"/proc/{pid}"))
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _stat(folder: Path) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may contain spaces."""
    return (folder / "stat").read_text().rpartition(")")[2].split()


def _status(pid: int) -> dict[str, int]:
    """The sizes in /proc/PID/status, in bytes; a process that is ending has none."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    sizes = {"VmRSS": 0, "VmHWM": 0}
    return sizes | {
        line.partition(":")[0]: int(line.split()[1]) * 1024 for line in lines if line[:2] == "Vm"
    }
