"""Scripts with their own address, which a browser caches: a new version of a script has a new address."""

import hashlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FOLDER = "scripts"
_KEEP = "public, max-age=31536000, immutable"


_scripts: dict[str, Callable[[], bytes]] = {}
"""File name -> function that reads the script."""


def address(name: str, version: str, read: Callable[[], bytes]) -> str:
    """The address of a script, relative to the page's; from now on the server answers this address.

    Args:
        name: the name in the address.
        version: different for each content.
        read: gives the content.
    """
    file = f"{name}-{version}.js"
    _scripts[file] = read
    return f"{_FOLDER}/{file}"


def loader(name: str, text: str) -> str:
    """A short script for a component, which loads this text (a module) from its address and calls it.

    Streamlit sends the component's own script with every page.
    """
    version = hashlib.sha256(text.encode()).hexdigest()[:16]
    place = address(name, version, text.encode)
    return (
        f'const ready = import(new URL("{place}", location.href));\n'
        "export default async (component) => (await ready).default(component);\n"
    )


async def _answer(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _scripts:
        return Response(status_code=404)
    headers = {"Cache-Control": _KEEP, "ETag": f'"{name}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(_scripts[name](), media_type="text/javascript", headers=headers)


ROUTE = Route(f"/{_FOLDER}/{{name}}", _answer)
