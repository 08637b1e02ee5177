"""Requests to a server over HTTPS: time-outs, allowed redirects, and the words for failures in messages."""

import ipaddress
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from elmo.errors import DownloadError

CONNECT_SECONDS = 15.0

STALL_SECONDS = 30.0
"""Seconds without a byte after which the connection is closed."""

MAX_REDIRECTS = 5

HEADERS = {"Accept-Encoding": "identity", "User-Agent": "elmo-explorer"}


class RangeIgnored(DownloadError):
    """The server does not answer range requests, or not with the requested range."""


def check_address(url: str) -> None:
    """Refuse an address that is not https; http is allowed for this machine only.

    Raises:
        DownloadError: the address is refused.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and _is_loopback(parts.hostname):
        return
    raise DownloadError(
        f"{url!r} is not an address to load from: expected https://…, because anybody on the way "
        "can change what comes over http."
    )


def get(session: requests.Session, url: str, headers: dict[str, str]) -> requests.Response:
    """Send a GET request; follow redirects, but not from https to http, nor between this machine and others."""
    first = urlsplit(url)
    for _ in range(MAX_REDIRECTS + 1):
        response = session.get(
            url,
            headers=headers,
            stream=True,
            allow_redirects=False,
            timeout=(CONNECT_SECONDS, STALL_SECONDS),
        )
        if not response.is_redirect:
            return response
        response.close()
        url = urljoin(url, response.headers["Location"])
        check_address(url)
        to = urlsplit(url)
        if to.scheme != first.scheme or _is_loopback(to.hostname) != _is_loopback(first.hostname):
            raise DownloadError(
                f"{public_address(first.geturl())} sends us on to {public_address(url)}, which is not followed: it "
                "changes from one kind of address to another."
            )
    raise DownloadError(
        f"{public_address(first.geturl())} sends us on more than {MAX_REDIRECTS} times."
    )


def refusal(url: str, response: requests.Response) -> DownloadError:
    return DownloadError(
        f"{public_address(url)}: the server answered {response.status_code} {response.reason}."
    )


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def reason_of(error: Exception) -> str:
    """Why a connection failed, in a few words."""
    if isinstance(error, requests.ConnectTimeout):
        return f"no answer within {CONNECT_SECONDS:.0f} seconds"
    if isinstance(error, requests.ReadTimeout | urllib3.exceptions.ReadTimeoutError):
        return f"nothing came for {STALL_SECONDS:.0f} seconds"
    if isinstance(error, requests.exceptions.SSLError):
        return "the server's certificate is not valid"
    if isinstance(error, requests.ConnectionError) and "resolve" in str(error):
        return "the server's name is not known; is this machine online?"
    if isinstance(error, requests.ConnectionError) and "refused" in str(error):
        return "the server refused the connection"
    return str(error) if isinstance(error, TimeoutError) else "the connection broke off"


def public_address(url: str) -> str:
    """An address for messages: without user name, password and query, which may be secret."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path}"
