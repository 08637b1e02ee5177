"""Scripts with an address of their own, which a browser keeps: a new version has a new address."""

import hashlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FOLDER = "scripts"
_KEEP = "public, max-age=31536000, immutable"


_given: dict[str, Callable[[], bytes]] = {}
"""File name -> what reads the script."""


def address(name: str, version: str, read: Callable[[], bytes]) -> str:
    """The address of a script, relative to a page's; the server gives it out from now on.

    Args:
        name: in the address.
        version: another one for each other content.
        read: gives the content.
    """
    file = f"{name}-{version}.js"
    _given[file] = read
    return f"{_FOLDER}/{file}"


def loader(name: str, text: str) -> str:
    """The script of a component that fetches this text, a module, from its address and calls it.

    A component's own script is sent with every page; this one is short.
    """
    version = hashlib.sha256(text.encode()).hexdigest()[:16]
    place = address(name, version, text.encode)
    return (
        f'const ready = import(new URL("{place}", location.href));\n'
        "export default async (component) => (await ready).default(component);\n"
    )


async def _answer(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _given:
        return Response(status_code=404)
    headers = {"Cache-Control": _KEEP, "ETag": f'"{name}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(_given[name](), media_type="text/javascript", headers=headers)


ROUTE = Route(f"/{_FOLDER}/{{name}}", _answer)
