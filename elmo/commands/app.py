"""`elmo app`, also called `elmo-explorer`: start the app and open its address in the browser."""

import argparse
import runpy
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from elmo.commands.arguments import add_number
from elmo.errors import InputError
from elmo.platform_calls import can_open_windows

PORT = 8501
PORTS_TRIED = 100
NEEDED = ("streamlit", "pandas", "plotly", "umap")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_START_SECONDS = 120.0


def add_parser(subparsers: Any) -> None:
    """Add the command's arguments."""
    parser = subparsers.add_parser(
        "app",
        help="the app, in the browser",
        description="Start the app on this machine and open the browser on it. Ctrl-C stops the app.",
    )
    add_number(
        parser,
        "--port",
        default=PORT,
        metavar="N",
        help=f"the port of the app's address ({PORT}); when it is in use, the next free one",
    )
    parser.add_argument(
        "--host",
        default="localhost",
        metavar="H",
        help="the address to listen on (localhost); 0.0.0.0 lets everybody on the network in",
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Start the app in this process, until it is stopped.

    Raises:
        InputError: the app's packages are not installed, or no port is free.
    """
    script = app_script()
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise InputError(
            f"the app needs {', '.join(missing)}, which the library alone does not bring. Install "
            'them: pip install "elmo-explorer[app]"; from a checkout: pip install -r requirements.txt.'
        )
    port = free_port(args.host, args.port)
    if port != args.port:
        print(f"Port {args.port} is in use; the app takes {port}.")
    if args.host not in LOCAL_HOSTS:
        print(
            f"WARNING: everybody who can reach {args.host}:{port} can use this app; it has no log-in."
        )
    everywhere = args.host in ("0.0.0.0", "::")
    address = f"http://{'localhost' if everywhere else _in_url(args.host)}:{port}"
    print(f"ELMo Explorer: {address}  (Ctrl-C stops it)", flush=True)
    if not args.no_browser and can_open_windows():
        threading.Thread(target=_open_browser, args=(address,), daemon=True).start()
    sys.argv = [
        "streamlit",
        "run",
        str(script),
        f"--server.port={port}",
        f"--server.address={args.host}",
        "--server.headless=true",
        "--logger.hideWelcomeMessage=true",
    ]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    return 0


def app_script() -> Path:
    """app.py: in the package elmo_explorer of an installed copy, else in the checkout.

    Raises:
        InputError: app.py is in neither place.
    """
    root = Path(__file__).parent.parent.parent
    for folder in (root / "elmo_explorer", root):
        if (folder / "app.py").is_file() and (folder / "ui" / "shared").is_dir():
            return folder / "app.py"
    raise InputError(
        f"the app's files are neither in {root / 'elmo_explorer'} nor in {root}; install elmo-explorer again."
    )


def free_port(host: str, first: int) -> int:
    """The first free port of this host, from `first` on.

    Raises:
        InputError: the host is not an address of this machine, the user may not use the port, or
            `PORTS_TRIED` ports are in use.
    """
    if not 1 <= first <= 65535:
        raise InputError(f"--port is {first}, expected 1 to 65535.")
    try:
        family = socket.getaddrinfo(host, first, type=socket.SOCK_STREAM)[0][0]
    except OSError as error:
        raise InputError(
            f"--host is {host!r}, which is not an address: {error.strerror}."
        ) from None
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        try:
            socket.create_server((host, port), family=family).close()
        except PermissionError:
            raise InputError(
                f"port {port} may not be used by this user; take one from 1024 up."
            ) from None
        except OSError as error:
            if not _in_use(error):
                raise InputError(
                    f"--host is {host!r}, where this machine cannot listen: {error.strerror}."
                ) from None
        else:
            return port
    raise InputError(
        f"the ports {first} to {first + PORTS_TRIED - 1} are all in use; name another with --port."
    )


def _in_use(error: OSError) -> bool:
    import errno

    return error.errno in (errno.EADDRINUSE, errno.EACCES)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _open_browser(address: str) -> None:
    """Open the address in the browser as soon as the app answers."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            webbrowser.open(address)
            return
