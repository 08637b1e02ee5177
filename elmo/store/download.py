"""Download a model into the store: a published model by its name, or any model by its address.

    download("small")                                       # from the official server
    download("original", with_softmax=50_000)               # with the softmax of its 50,000 most frequent words
    download("nlpl:201"); download("hf:OWNER/NAME")         # other collections
    download("https://example.org/my-elmo/", name="mine")   # a folder with the two files

The publishers give no checksums. So the SHA-256 of the first download from an address is stored (checksums.json in the
data folder), and later downloads from the same address must have the same one. Where another source states a checksum
(`elmo.store.official`), a difference causes a warning and no error.
"""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from elmo.errors import DownloadError, ModelFileError, StoreError
from elmo.home import data_folder
from elmo.limits import MAX_OPTIONS_BYTES
from elmo.model.options import Options
from elmo.store.archive import unpack_model
from elmo.store.checksum import sha256_of
from elmo.store.entry import ModelEntry
from elmo.store.fetch import BytesLoaded, ChecksumError, fetch_any
from elmo.store.softmax import load_softmax
from elmo.store.sources import ModelSource, find_source
from elmo.store.store import Store
from elmo.whole_files import write_json


def download(
    what: str,
    name: str | None = None,
    *,
    with_softmax: int | None = None,
    progress: BytesLoaded = lambda done, total: None,
    sha256: str | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    warn: Callable[[str], None] = lambda message: None,
) -> ModelEntry:
    """Download a model; a second call continues an interrupted download.

    Args:
        what: name or address of the model, see `find_source`.
        name: name in the store; None makes a name from `what`.
        with_softmax: number of most frequent words whose softmax rows are loaded too; None loads no softmax.
        progress: called with the loaded bytes of the current file, and its size.
        sha256: expected checksum of the large file, or None.
        warn: called with a sentence on each unusual fact that is no error.

    Raises:
        DownloadError: the address is refused, the download failed, or the checksum differs from the
            expected or the stored one.
        StoreError: the name is taken or not allowed, or the store cannot be written.
    """
    store = Store()
    source = find_source(what)
    if with_softmax and not (source.softmaxes and source.vocabularies):
        raise DownloadError(
            f"no softmax of {what!r} was published, so that it cannot predict words; leave "
            "--with-softmax out. original and 5.5B have one."
        )
    name = name or source.name
    store.check_new_name(name)
    staged = store.folder / f".download-{name}"
    try:
        staged.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{staged} cannot be written: {error.strerror}. Set ELMO_HOME to a folder that can be."
        ) from None
    checksum = _load_weights(source, staged, progress, sha256, should_stop)
    try:
        if source.archives:
            unpack_model(staged / "model.zip", staged)
        if with_softmax:
            load_softmax(
                source,
                staged,
                with_softmax,
                Options.read(staged / "options.json").projection_dim,
                progress=progress,
                should_stop=should_stop,
                warn=warn,
            )
        for extra in [
            *staged.glob("*.lock"),
            *staged.glob("*.part*"),
            *staged.glob("*.zip"),
            staged / "loaded.json",
        ]:
            extra.unlink(missing_ok=True)
        entry = store.adopt(name, staged, "downloaded", source.recorded_as)
    except ModelFileError as error:
        shutil.rmtree(staged, ignore_errors=True)
        raise DownloadError(
            f"what came from {source.recorded_as} is not a model and was deleted: {error}"
        ) from None
    _record(source.recorded_as, checksum)
    stated = source.official.sha256 if source.official else None
    if stated and entry.sha256 != stated:
        warn(
            f"The weights have the SHA-256 {entry.sha256}; another source states {stated} for "
            f"{what}. The publisher may have changed the file, or these are other bytes."
        )
    return entry


def _load_weights(
    source: ModelSource,
    staged: Path,
    progress: BytesLoaded,
    sha256: str | None,
    should_stop: Callable[[], bool],
) -> str:
    """Load the options and the weights, or the ZIP file with both; returns the checksum of the large file."""
    expected = sha256 or _recorded(source.recorded_as)
    large = staged / ("model.zip" if source.archives else "weights.hdf5")
    note = staged / "loaded.json"
    if (checksum := _loaded(note, large, source)) and expected in (None, checksum):
        return checksum
    if source.options:
        fetch_any(
            source.options,
            staged / "options.json",
            max_bytes=MAX_OPTIONS_BYTES,
            should_stop=should_stop,
        )
    try:
        checksum = fetch_any(
            source.archives or source.weights,
            large,
            progress=progress,
            max_bytes=source.max_bytes,
            sha256=expected,
            should_stop=should_stop,
        )
    except ChecksumError as error:
        if sha256:
            raise
        raise DownloadError(
            f"{error} The expected one is that of the first download, stored in {_checksums()}; if the "
            "publisher has changed the file, delete its line there."
        ) from None
    write_json(note, {"address": source.recorded_as, "sha256": checksum})
    return checksum


def _loaded(note: Path, large: Path, source: ModelSource) -> str | None:
    """The checksum of the large file if an earlier call has loaded the whole file, else None."""
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
        if known["address"] == source.recorded_as and sha256_of(large) == known["sha256"]:
            return known["sha256"]
    except (OSError, ValueError, KeyError, TypeError, StoreError):
        pass
    return None


def is_recorded(what: str) -> bool:
    """True if the checksum of an earlier download of the model is stored."""
    return _recorded(find_source(what).recorded_as) is not None


def run_job(args: dict[str, Any], report: Any, folder: Path) -> dict[str, Any]:
    """Download a model as a job; `args` are `what`, `name` and `with_softmax` of `download`.

    Raises: as `download`.
    """

    def progress(done: int, total: int | None) -> None:
        size = f" of {total / 1e6:,.0f}" if total else ""
        report(done / total if total else 0.0, f"{done / 1e6:,.1f}{size} MB")

    known = is_recorded(args["what"])
    warnings: list[str] = []
    try:
        entry = download(
            args["what"],
            args.get("name"),
            with_softmax=args.get("with_softmax"),
            progress=progress,
            should_stop=report.should_stop,
            warn=warnings.append,
        )
    except DownloadError:
        if report.should_stop():
            return {}
        raise
    return {"name": entry.name, "sha256": entry.sha256, "compared": known, "warnings": warnings}


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
    if url not in known:
        day = time.strftime("%Y-%m-%d", time.gmtime())
        write_json(_checksums(), known | {url: {"sha256": sha256, "first_used": day}})
