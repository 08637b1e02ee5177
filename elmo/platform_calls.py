"""Calls of the operating system that differ between POSIX and Windows.

Other modules may not call functions that only one system has; a test looks for such calls.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

STANDARD_OUTPUT = 1


def reader_has_gone() -> bool:
    """True if nobody reads standard output any more, as in `elmo info | head -1`.

    Standard output is then replaced by the null device, so that the rest of the output is dropped.
    Call the function after a `BrokenPipeError`: errors of other pipes, such as those between
    processes, must be reported. Windows cannot tell whether a pipe has a reader; there every broken
    pipe counts as that of standard output, unless standard output is a terminal.
    """
    if sys.platform == "win32":
        gone = not os.isatty(STANDARD_OUTPUT)
    else:
        import select

        poll = select.poll()
        poll.register(STANDARD_OUTPUT, 0)
        gone = any(event & select.POLLERR for _, event in poll.poll(0))
    if gone:
        os.dup2(os.open(os.devnull, os.O_WRONLY), STANDARD_OUTPUT)
    return gone


def process_exists(pid: int) -> bool:
    """True if a process has this number.

    On Windows the answer is always True: `os.kill(pid, 0)` would end the process there. A caller
    must have a second sign of life, such as a lock.
    """
    if sys.platform == "win32":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end_process(pid: int) -> None:
    """End a process that was started with `own_session`, and the processes that it started.

    Raises:
        OSError: there is no such process, or the process belongs to another user.
    """
    if sys.platform == "win32":
        finished = subprocess.run(
            ["taskkill", "/PID", str(pid), "/T", "/F"], capture_output=True, check=False
        )
        if finished.returncode:
            os.kill(pid, signal.SIGTERM)  # on Windows this ends the process, without its children
    else:
        os.killpg(pid, signal.SIGKILL)


def own_session() -> dict[str, Any]:
    """Arguments for `subprocess.Popen`: the process survives this one, and a Ctrl-C in its terminal."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def lower_priority() -> None:
    """Give other processes, such as the app, the processor first."""
    if sys.platform == "win32":
        import ctypes

        BELOW_NORMAL_PRIORITY_CLASS = 0x4000
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(5)


def release_freed_memory() -> None:
    """Give the memory that Python has freed back to the system, where the C library is glibc."""
    if sys.platform == "linux":
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def processor_flags() -> str:
    """The processor's instructions in Linux' /proc/cpuinfo; "" on other systems."""
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return ""


def can_open_windows() -> bool:
    """True if a browser can open a window here: always on Windows and macOS, else with a display."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
