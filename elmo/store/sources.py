"""The addresses of the files of a model, from the name or address that a person gives."""

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from elmo.errors import DownloadError
from elmo.limits import MAX_LISTING_BYTES, MAX_MODEL_DOWNLOAD_BYTES
from elmo.store.archive import MANY_LANGS
from elmo.store.fetch import fetch
from elmo.store.http import check_address
from elmo.store.official import BASE, HUGGING_FACE, NLPL, OFFICIAL, OfficialModel, bases
from elmo.store.store import suggested_name


@dataclass(frozen=True)
class ModelSource:
    """The addresses of the files of a model; the addresses of a file are tried in their order.

    Attributes:
        name: suggested name in the store.
        options, weights: addresses of the two files; empty if `archives` has a ZIP file with both.
        archives: addresses of the ZIP file.
        softmaxes, vocabularies: addresses of softmax and vocabulary; empty if none was published.
        max_bytes: a larger file of weights is refused.
        official: entry of `OFFICIAL`, or None.
    """

    name: str
    options: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    softmaxes: tuple[str, ...] = ()
    vocabularies: tuple[str, ...] = ()
    max_bytes: int = MAX_MODEL_DOWNLOAD_BYTES
    official: OfficialModel | None = None

    @property
    def recorded_as(self) -> str:
        """The address that names the checksum in checksums.json, one for all mirrors, as their bytes must be the same."""
        if self.official and self.official.weight_path:
            return BASE + self.official.weight_path
        return (self.archives or self.weights)[0]


def find_source(what: str) -> ModelSource:
    """The addresses of a model.

    Args:
        what: a name in `OFFICIAL`; nlpl:NUMBER; hf:OWNER/NAME; or an address of a folder with
            options.json and weights.hdf5, of a …weights.hdf5 with its …options.json beside it, or
            of a ZIP file.

    Raises:
        DownloadError: `what` is none of these, or the address is refused.
    """
    if "manylangs" in what.casefold().replace("_", "").replace("-", ""):
        raise DownloadError(f"{what[:100]!r}: {MANY_LANGS}")
    if match := re.fullmatch(r"nlpl:(\d{1,5})", what):
        url = f"{NLPL}{match[1]}.zip"
        return ModelSource(f"nlpl-{match[1]}", archives=(url,), official=OFFICIAL.get(what))
    if what in OFFICIAL:
        return _allennlp_source(OFFICIAL[what])
    if match := re.fullmatch(r"hf:(\w[\w.-]*/\w[\w.-]*)", what, re.ASCII):
        return _hugging_face_source(match[1])
    if "://" not in what:
        raise DownloadError(
            f"there is no model {what!r} to download; there are {', '.join(OFFICIAL)}, and "
            "nlpl:NUMBER, hf:OWNER/NAME and addresses (https://…)."
        )
    return _address_source(what)


def _allennlp_source(model: OfficialModel) -> ModelSource:
    places = bases()
    for base in places:
        check_address(base)

    def at(path: str) -> tuple[str, ...]:
        copies = [
            f"{HUGGING_FACE}{name}/resolve/main/{PurePosixPath(path).name}"
            for name in model.repositories
        ]
        return tuple([base + path for base in places] + (copies if places[0] == BASE else []))

    most = model.n_parameters * 8 + 1_000_000 if model.n_parameters else MAX_MODEL_DOWNLOAD_BYTES
    has_softmax = bool(model.softmax_path)
    return ModelSource(
        model.name,
        at(model.options_path),
        at(model.weight_path),
        softmaxes=tuple(base + model.softmax_path for base in places) if has_softmax else (),
        vocabularies=tuple(base + model.vocab_path for base in places) if has_softmax else (),
        max_bytes=most,
        official=model,
    )


def _hugging_face_source(repository: str) -> ModelSource:
    """The files of a repository on Hugging Face, found by their names."""
    with tempfile.TemporaryDirectory(prefix="elmo-listing-") as folder:
        file = Path(folder) / "listing.json"
        fetch(f"{HUGGING_FACE}api/models/{repository}", file, max_bytes=MAX_LISTING_BYTES)
        try:
            names = [str(item["rfilename"]) for item in json.loads(file.read_bytes())["siblings"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise DownloadError(
                f"hf:{repository}: the server's list of files cannot be read."
            ) from None
    if any(name.endswith(("encoder.pkl", "token_embedder.pkl")) for name in names):
        raise DownloadError(f"hf:{repository}: {MANY_LANGS}")

    def only(kind: str, pattern: str) -> tuple[str, ...]:
        matches = [name for name in names if re.fullmatch(pattern, name)]
        if len(matches) > 1:
            raise DownloadError(
                f"hf:{repository} has several files that could be {kind}: {', '.join(matches[:5])}. "
                "Name the address of the weights."
            )
        return tuple(f"{HUGGING_FACE}{repository}/resolve/main/{name}" for name in matches)

    options = only("options.json", r"(?:.*[/_-])?options\.json")
    weights = only("weights.hdf5", r"(?!.*softmax).*weights.*\.hdf5|(?:.*/)?model\.hdf5")
    if not (options and weights):
        raise DownloadError(
            f"hf:{repository} has no pair of options.json and weights.hdf5, so it is no ELMo model in the official format."
        )
    return ModelSource(
        suggested_name(repository.rpartition("/")[2]),
        options,
        weights,
        softmaxes=only("softmax.hdf5", r".*softmax.*\.hdf5"),
        vocabularies=only("vocab.txt", r"(?:.*/)?vocab.*\.txt"),
    )


def _address_source(url: str) -> ModelSource:
    check_address(url)
    path = urlsplit(url).path
    if path.endswith(".zip"):
        return ModelSource(_name_of(url), archives=(url,))
    if path.endswith(".hdf5"):
        file_name = PurePosixPath(path).name
        options = file_name.replace("weights", "options").removesuffix(".hdf5") + ".json"
        if "weights" not in file_name:
            options = "options.json"
        return ModelSource(_name_of(url), (urljoin(url, options),), (url,))
    folder = url if url.endswith("/") else url + "/"
    weights = folder + "weights.hdf5"
    return ModelSource(
        _name_of(weights),
        (folder + "options.json",),
        (weights,),
        softmaxes=(folder + "softmax.hdf5",),
        vocabularies=(folder + "vocab.txt",),
    )


def _name_of(url: str) -> str:
    path = PurePosixPath(unquote(urlsplit(url).path))
    return suggested_name(path.parent.name if path.name == "weights.hdf5" else path.stem)
