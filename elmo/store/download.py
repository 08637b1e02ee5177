"""Download a model into the store: an official one by its name, or any by its address.

    download("small")                                       # from the official server
    download("https://example.org/my-elmo/", name="mine")   # a folder with the two files

The publishers give no checksums, so the first SHA-256 of an address is written down (checksums.json
in the data folder), and later downloads of the same address must have the same.
"""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from zipfile import BadZipFile, ZipFile

from elmo.errors import DownloadError, ModelFileError, StoreError
from elmo.home import data_folder
from elmo.limits import MAX_MODEL_DOWNLOAD_BYTES, MAX_OPTIONS_BYTES
from elmo.store.entry import ModelEntry
from elmo.store.fetch import ChecksumError, Progress, check_address, fetch
from elmo.store.official import BASE, OFFICIAL, mirror
from elmo.store.store import Store, suggested_name
from elmo.whole_files import write_json


def download(
    what: str,
    name: str | None = None,
    *,
    progress: Progress = lambda done, total: None,
    sha256: str | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    store: Store | None = None,
) -> ModelEntry:
    """Download a model; a second call goes on where the first was interrupted.

    Args:
        what: a name in `OFFICIAL`, or an address: of a folder with options.json and weights.hdf5,
            of a …weights.hdf5 with its …options.json beside it, or of a ZIP file with both (as
            NLPL's repository has them).
        name: for the store; made from `what` when None.
        progress: bytes of the large file, so far and in all.
        sha256: the checksum that the large file must have, where somebody gives one.

    Raises:
        DownloadError: the address is refused, the download failed, or other bytes came than at
            first use.
        StoreError: the name is taken or cannot be one, or the store cannot be written.
    """
    store = store or Store()
    weight_url, options_url, max_bytes = _addresses(what)
    name = name or (what if what in OFFICIAL else _name_from(weight_url))
    store.check_new_name(name)
    staged = store.folder / f".download-{name}"
    try:
        staged.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{staged} cannot be written: {error.strerror}. Set ELMO_HOME to a folder that can be."
        ) from None
    source = _official_address(weight_url)
    expected = sha256 or _recorded(source)
    is_zip = options_url is None
    large = staged / ("model.zip" if is_zip else "weights.hdf5")
    if options_url is not None:
        fetch(options_url, staged / "options.json", max_bytes=MAX_OPTIONS_BYTES)
    try:
        found = fetch(
            weight_url,
            large,
            progress=progress,
            max_bytes=max_bytes,
            sha256=expected,
            should_stop=should_stop,
        )
    except ChecksumError as error:
        if sha256:
            raise
        raise DownloadError(
            f"{error} The expected one is what came at first use, in {_checksums()}; if the "
            "publisher has changed the file, delete its line there."
        ) from None
    try:
        if is_zip:
            _unpack(large, staged)
        for extra in [*staged.glob("*.lock"), *staged.glob("*.part*"), *staged.glob("*.zip")]:
            extra.unlink(missing_ok=True)
        entry = store.adopt(name, staged, "downloaded", source)
    except ModelFileError as error:
        shutil.rmtree(staged, ignore_errors=True)
        raise DownloadError(
            f"what came from {source} is not a model and was deleted: {error}"
        ) from None
    _record(source, found)
    return entry


def is_recorded(what: str) -> bool:
    """Whether a checksum was written down when this was first downloaded."""
    return _recorded(_official_address(_addresses(what)[0])) is not None


def run_job(args: dict[str, Any], report: Any, folder: Path) -> dict[str, Any]:
    """A download as a job; `args` are `what` and `name`.

    Raises: as `download`.
    """

    def progress(done: int, total: int | None) -> None:
        size = f" of {total / 1e6:,.0f}" if total else ""
        report(done / total if total else 0.0, f"{done / 1e6:,.1f}{size} MB")

    known = is_recorded(args["what"])
    try:
        entry = download(
            args["what"], args.get("name"), progress=progress, should_stop=report.should_stop
        )
    except DownloadError:
        if report.should_stop():
            return {}
        raise
    return {"name": entry.name, "sha256": entry.sha256, "compared": known}


def _addresses(what: str) -> tuple[str, str | None, int]:
    """Address of the weights (or ZIP), of the options (None for a ZIP), and the largest size."""
    if what in OFFICIAL:
        model, base = OFFICIAL[what], mirror()
        check_address(base)
        most = (
            model.n_parameters * 8 + 1_000_000 if model.n_parameters else MAX_MODEL_DOWNLOAD_BYTES
        )
        return base + model.weight_path, base + model.options_path, most
    if "://" not in what:
        raise DownloadError(
            f"there is no model {what!r} to download; there are {', '.join(OFFICIAL)}, and "
            "addresses (https://…)."
        )
    check_address(what)
    path = urlsplit(what).path
    if path.endswith(".zip"):
        return what, None, MAX_MODEL_DOWNLOAD_BYTES
    if path.endswith(".hdf5"):
        file_name = PurePosixPath(path).name
        options = file_name.replace("weights", "options").removesuffix(".hdf5") + ".json"
        if "weights" not in file_name:
            options = "options.json"
        return what, urljoin(what, options), MAX_MODEL_DOWNLOAD_BYTES
    folder = what if what.endswith("/") else what + "/"
    return folder + "weights.hdf5", folder + "options.json", MAX_MODEL_DOWNLOAD_BYTES


def _name_from(url: str) -> str:
    path = PurePosixPath(unquote(urlsplit(url).path))
    return suggested_name(path.parent.name if path.name == "weights.hdf5" else path.stem)


def _unpack(archive: Path, folder: Path) -> None:
    """Take the two files of a model out of a ZIP file, by name, never to where its paths say.

    Raises:
        ModelFileError: it has not both, or they are larger than a model.
    """
    wanted = {
        "options.json": ("options.json", MAX_OPTIONS_BYTES),
        "model.hdf5": ("weights.hdf5", MAX_MODEL_DOWNLOAD_BYTES),
        "weights.hdf5": ("weights.hdf5", MAX_MODEL_DOWNLOAD_BYTES),
    }
    try:
        with ZipFile(archive) as zipped:
            for member in zipped.infolist():
                base = PurePosixPath(member.filename).name
                if base not in wanted:
                    continue
                name, most = wanted[base]
                with zipped.open(member) as packed, (folder / name).open("wb") as out:
                    n_left = most
                    while block := packed.read(1024 * 1024):
                        n_left -= len(block)
                        if n_left < 0:
                            raise ModelFileError(f"{base} unpacks to more than {most:,} bytes.")
                        out.write(block)
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ModelFileError(
            f"{archive.name} is not a ZIP file that can be read ({error})."
        ) from None


def _official_address(url: str) -> str:
    """What checksums are kept under: a mirror must have the same bytes as the official server."""
    base = mirror()
    return BASE + url.removeprefix(base) if url.startswith(base) else url


def _checksums() -> Path:
    return data_folder() / "checksums.json"


def _read_checksums() -> dict[str, Any]:
    try:
        known = json.loads(_checksums().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _recorded(url: str) -> str | None:
    known = _read_checksums().get(url)
    return known.get("sha256") if isinstance(known, dict) else None


def _record(url: str, sha256: str) -> None:
    known = _read_checksums()
    if url in known:
        return
    day = time.strftime("%Y-%m-%d", time.gmtime())
    known[url] = {"sha256": sha256, "first_used": day}
    write_json(_checksums(), known)
