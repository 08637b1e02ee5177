"""Published ELMo models in the official format: names, languages, addresses, sizes and known checksums.

`ELMO_MIRROR` names other servers, separated by spaces, that have the files of AllenNLP's models
under the same paths; these servers are tried in their order, and the publisher's is not.
"""

import os
from dataclasses import dataclass
from typing import Any

BASE = "https://allennlp.s3.amazonaws.com/models/elmo/"
OLD_BASE = "https://s3-us-west-2.amazonaws.com/allennlp/models/elmo/"
"""Address of the same files in older documents."""

NLPL = "https://vectors.nlpl.eu/repository/20/"
"""ZIP files with model.hdf5, options.json and vocab.txt, named by the catalogue's numbers."""

HUGGING_FACE = "https://huggingface.co/"


@dataclass(frozen=True)
class OfficialModel:
    """A published model.

    Attributes:
        name: name for `python -m elmo download`.
        language: language of the training text.
        trained_on: description of the training text.
        options_path, weight_path: paths under `BASE`; empty for a model of NLPL, which is a ZIP file.
        softmax_path, vocab_path: paths under `BASE`; empty if no softmax was published.
        repositories: repositories on Hugging Face with the same two files.
        n_parameters: number of parameters; None if unknown.
        n_bytes: size of the weights; None if unknown.
        sha256: checksum of the weights, stated by another source than the publisher; None if unknown.
        licence: name of the licence.
    """

    name: str
    language: str
    trained_on: str
    options_path: str = ""
    weight_path: str = ""
    softmax_path: str = ""
    vocab_path: str = ""
    repositories: tuple[str, ...] = ()
    n_parameters: int | None = None
    n_bytes: int | None = None
    sha256: str | None = None
    licence: str = "none stated"

    @property
    def size(self) -> str:
        """The approximate size of the download, in words."""
        n_bytes = self.n_bytes or (self.n_parameters or 0) * 4
        return f"about {n_bytes / 1e6:,.0f} MB" if n_bytes else "size not stated"


def _allennlp(name: str, folder: str, trained_on: str, **more) -> OfficialModel:
    path = f"{folder}/elmo_{folder}_"
    files: dict[str, Any] = {
        "options_path": f"{path}options.json",
        "weight_path": f"{path}weights.hdf5",
    }
    return OfficialModel(name, "English", trained_on, **(files | more))


def _nlpl(number: int, language: str, trained_on: str = "not stated", **more) -> OfficialModel:
    return OfficialModel(f"nlpl:{number}", language, trained_on, **more)


_BILLION = "1 Billion Word Benchmark (news)"
_PUBMED = "contributed/pubmed/elmo_2x4096_512_2048cnn_2xhighway_"
_ORIGINAL, _LARGE = "2x4096_512_2048cnn_2xhighway", "2x4096_512_2048cnn_2xhighway_5.5B"

OFFICIAL = {
    model.name: model
    for model in (
        _allennlp(
            "small",
            "2x1024_128_2048cnn_1xhighway",
            _BILLION,
            n_parameters=13_593_296,
            n_bytes=54_402_456,
            sha256="747ba97abce8a5f446558369e10bb0f7931437a46867476fdd156f5d7f576229",
        ),
        _allennlp("medium", "2x2048_256_2048cnn_1xhighway", _BILLION, n_parameters=28_027_728),
        _allennlp(
            "original",
            _ORIGINAL,
            _BILLION,
            softmax_path=f"{_ORIGINAL}/elmo_{_ORIGINAL}_softmax_weights.hdf5",
            vocab_path=f"{_ORIGINAL}/vocab-2016-09-10.txt",
            repositories=("lysandre/elmo-2x4096_512_2048cnn_2xhighway", "lysandre/elmo"),
            n_parameters=93_600_848,
            n_bytes=374_434_792,
            sha256="a6b92b9ccbb13fe489faacd2221c795d4bebe84b75f8aded9d85ea464fa5c994",
        ),
        _allennlp(
            "5.5B",
            _LARGE,
            "Wikipedia (1.9 billion words) and news (3.6 billion)",
            softmax_path=f"{_LARGE}/elmo_{_LARGE}_softmax_weights.hdf5",
            vocab_path=f"{_LARGE}/tf_checkpoint/vocab-enwiki-news-500000.txt",
            n_parameters=93_600_848,
        ),
        OfficialModel(
            "pubmed",
            "English",
            "PubMed abstracts (medicine)",
            f"{_PUBMED}options.json",
            f"{_PUBMED}weights_PubMed_only.hdf5",
            n_parameters=93_600_848,
        ),
        OfficialModel(
            "pt",
            "Portuguese",
            "Wikipedia",
            "contributed/pt/wikipedia/options.json",
            "contributed/pt/wikipedia/elmo_pt_weights.hdf5",
        ),
        _nlpl(193, "English"),
        _nlpl(201, "German"),
        _nlpl(202, "Swedish"),
        _nlpl(203, "Latin"),
        _nlpl(209, "Russian"),
        _nlpl(210, "Norwegian"),
        _nlpl(211, "Norwegian"),
        _nlpl(217, "Norwegian"),
        _nlpl(218, "Norwegian"),
        _nlpl(
            225,
            "English",
            "Corpus of Historical American English (154 million words)",
            n_bytes=223_308_760,
            sha256="02247353a237541a5a2351d781f8d28c5d1110e72aea7a96eca0d2bcec3df2eb",
        ),
    )
}
"""The published models, by their names for `python -m elmo download`."""


def bases() -> list[str]:
    """The addresses that AllenNLP's files are loaded from, in the order in which they are tried."""
    chosen = os.environ.get("ELMO_MIRROR", "").split() or [BASE, OLD_BASE]
    return [base.rstrip("/") + "/" for base in chosen]
