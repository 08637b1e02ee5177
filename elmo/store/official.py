"""The official ELMo models: names, addresses and sizes, to download them by name.

Their publishers give no checksums and no softmax. `ELMO_MIRROR` names another server that has the
same files under the same paths.
"""

import os
from dataclasses import dataclass

BASE = "https://allennlp.s3.amazonaws.com/models/elmo/"


@dataclass(frozen=True)
class OfficialModel:
    """A model that others published.

    Attributes:
        name: to download it by.
        options_path, weight_path: under `BASE`.
        n_parameters: of the files; None where nobody says.
        trained_on: in words.
    """

    name: str
    options_path: str
    weight_path: str
    n_parameters: int | None
    trained_on: str

    @property
    def size(self) -> str:
        """How much is loaded, about, in words."""
        n = self.n_parameters
        return "size not stated" if n is None else f"about {n * 4 / 1e6:,.0f} MB"


def _standard(name: str, folder: str, n_parameters: int, trained_on: str) -> OfficialModel:
    path = f"{folder}/elmo_{folder}_"
    return OfficialModel(
        name, f"{path}options.json", f"{path}weights.hdf5", n_parameters, trained_on
    )


_BILLION = "1 Billion Word Benchmark (English news)"
_PUBMED = "contributed/pubmed/elmo_2x4096_512_2048cnn_2xhighway_"

OFFICIAL = {
    model.name: model
    for model in (
        _standard("small", "2x1024_128_2048cnn_1xhighway", 13_593_296, _BILLION),
        _standard("medium", "2x2048_256_2048cnn_1xhighway", 28_027_728, _BILLION),
        _standard("original", "2x4096_512_2048cnn_2xhighway", 93_600_848, _BILLION),
        _standard(
            "5.5B",
            "2x4096_512_2048cnn_2xhighway_5.5B",
            93_600_848,
            "English Wikipedia (1.9 billion words) and news (3.6 billion)",
        ),
        OfficialModel(
            "pubmed",
            f"{_PUBMED}options.json",
            f"{_PUBMED}weights_PubMed_only.hdf5",
            93_600_848,
            "PubMed abstracts (English, medicine)",
        ),
        OfficialModel(
            "pt",
            "contributed/pt/wikipedia/options.json",
            "contributed/pt/wikipedia/elmo_pt_weights.hdf5",
            None,
            "Portuguese Wikipedia",
        ),
    )
}
"""By the short names that `python -m elmo download` takes."""


def mirror() -> str:
    """The address that official files are loaded from: `ELMO_MIRROR`, or `BASE`; ends in "/"."""
    return (os.environ.get("ELMO_MIRROR") or BASE).rstrip("/") + "/"
