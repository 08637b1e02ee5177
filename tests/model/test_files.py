"""options.json and weights.hdf5: what is read, what is written, and what is refused, in words."""

import contextlib
import json
import os
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from elmo import Elmo, Options
from elmo.errors import ModelFileError, OptionsError, WeightsError
from elmo.model import weights as weight_files
from elmo.model.softmax import read_vocabulary
from elmo.model.weights import read_model, write_model
from elmo.store.store import Store
from tests.conftest import ROOT, random_model, small_options


@pytest.fixture
def pair(tmp_path):
    files = tmp_path / "options.json", tmp_path / "weights.hdf5"
    write_model(random_model(small_options()), *files)
    return files


def change(pair, function):
    with h5py.File(pair[1], "r+") as file:
        function(file)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"dim": 6},
        {"projection_dim": 12, "dim": 12},
        {"n_highway": 0, "n_layers": 3},
        {"cell_clip": None, "use_skip_connections": False, "activation": "tanh"},
    ],
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_written_pair_loads_bit_for_bit(tmp_path, changes, dtype):
    files = tmp_path / "o.json", tmp_path / "w.hdf5"
    model = random_model(small_options(**changes), dtype=dtype)
    write_model(model, *files)
    again = read_model(*files, dtype=dtype)
    assert again.options == model.options
    ours, theirs = dict(model.named_parameters()), dict(again.named_parameters())
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        assert torch.equal(value, theirs[name]), name
    assert weight_files.fingerprint(model) == weight_files.fingerprint(again)
    assert sorted(os.listdir(tmp_path)) == ["o.json", "w.hdf5"], "nothing half written is left"


def test_a_projection_where_filters_equal_it_may_be_there_or_not(tmp_path):
    options = small_options(projection_dim=12, dim=14)
    model = random_model(options)
    model.token_encoder.add_projection()
    write_model(model, tmp_path / "o.json", tmp_path / "w.hdf5")
    with h5py.File(tmp_path / "w.hdf5") as file:
        assert file["CNN_proj/W_proj"].shape == (12, 12)
    again = read_model(tmp_path / "o.json", tmp_path / "w.hdf5")
    assert torch.equal(again.token_encoder.W_proj, model.token_encoder.W_proj)


def test_compressed_data_sets_are_read(pair, tmp_path):
    expected = next(Elmo(*pair).embed([["zip", "me"]])).layers
    with h5py.File(pair[1]) as source, h5py.File(tmp_path / "zip.hdf5", "w") as file:

        def copy(name, item):
            if isinstance(item, h5py.Dataset):
                file.create_dataset(
                    name, data=item[...], compression="gzip", shuffle=True, fletcher32=True
                )

        source.visititems(copy)
    result = next(Elmo(pair[0], tmp_path / "zip.hdf5").embed([["zip", "me"]])).layers
    np.testing.assert_array_equal(result, expected)


def test_every_wrong_key_is_named_at_once(pair):
    def damage(file):
        del file["char_embed"]
        del file["CNN/W_cnn_0"]
        file["CNN/W_cnn_0"] = np.zeros((1, 2, 4, 3), np.float32)
        file["surplus"] = np.zeros(3)

    change(pair, damage)
    with pytest.raises(WeightsError) as error:
        Elmo(*pair)
    message = str(error.value)
    assert message.startswith("weights.hdf5: char_embed missing; surplus not expected; ")
    assert "CNN/W_cnn_0 has shape (1, 2, 4, 3), options.json asks for (1, 1, 4, 3)" in message
    assert "is it another model's file?" in message


def test_more_layers_than_the_options_say_are_refused(tmp_path, pair):
    data = json.loads(pair[0].read_text())
    data["lstm"]["n_layers"] = 1
    pair[0].write_text(json.dumps(data))
    with pytest.raises(WeightsError, match="Cell1/LSTMCell/W_0.* not expected"):
        Elmo(*pair)


def _nan(file):
    file["RNN_0/RNN/MultiRNNCell/Cell0/LSTMCell/B"][3] = np.nan


def _soft(file):
    del file["char_embed"]
    file["char_embed"] = h5py.SoftLink("/CNN_proj/b_proj")


def _external(file):
    del file["char_embed"]
    file["char_embed"] = h5py.ExternalLink("/etc/passwd", "/x")


def _reference(file):
    del file["char_embed"]
    file.create_dataset("char_embed", (261, 4), dtype=h5py.ref_dtype)


def _virtual_layout(other):
    layout = h5py.VirtualLayout((261, 4), np.float32)
    layout[:] = h5py.VirtualSource(other, "x", (261, 4))
    return layout


def _virtual(file):
    del file["char_embed"]
    file.create_virtual_dataset("char_embed", _virtual_layout("other.hdf5"))


def _external_storage(file):
    del file["char_embed"]
    file.create_dataset("char_embed", (261, 4), np.float32, external=[("/etc/passwd", 0, 4176)])


def _text(file):
    del file["char_embed"]
    file.create_dataset("char_embed", data=np.full((261, 4), b"words"))


def _huge(file):
    del file["char_embed"]
    file.create_dataset("char_embed", (10**6, 10**6), np.float32, chunks=(1, 1000))


def _lzf(file):
    del file["char_embed"]
    file.create_dataset("char_embed", (261, 4), np.float32, compression="lzf")


def _wide_chunk(file):
    del file["char_embed"]
    file.create_dataset(
        "char_embed",
        (261, 4),
        np.float32,
        chunks=(10**5, 4),
        maxshape=(None, 4),
        compression="gzip",
    )


def _shapeless(file):
    del file["char_embed"]
    file["char_embed"] = h5py.Empty(np.float32)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_shapeless, "char_embed has shape None, options.json asks for (261, 4)"),
        (_nan, "Cell0/LSTMCell/B holds 1 values that are not finite"),
        (_soft, "char_embed is a link"),
        (_external, "char_embed is a link"),
        (_reference, "char_embed holds object, expected float16, float32 or float64"),
        (_virtual, "char_embed takes its values from another file"),
        (_external_storage, "char_embed takes its values from another file"),
        (_text, "char_embed holds |S5, expected float16"),
        (_huge, r"char_embed has shape (1000000, 1000000), options.json asks for (261, 4)"),
        (_lzf, "compressed by something other than gzip"),
        (_wide_chunk, "in chunks (100000, 4) larger than itself"),
    ],
)
def test_foreign_files_are_stopped_at_the_door(pair, damage, words):
    change(pair, damage)
    with pytest.raises(WeightsError) as error:
        Elmo(*pair)
    assert words in str(error.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda file, other: file.__setitem__("char_embed", h5py.ExternalLink(other, "/x")),
        lambda file, other: file.create_virtual_dataset("char_embed", _virtual_layout(other)),
        lambda file, other: file.create_dataset(
            "char_embed", (261, 4), np.float32, external=[(other, 0, 4176)]
        ),
    ],
    ids=["external link", "virtual data set", "external storage"],
)
def test_no_other_file_is_opened(pair, tmp_path, make):
    """The other file is a pipe that nobody writes to: whoever opened it would wait for ever."""
    other = tmp_path / "other.hdf5"
    os.mkfifo(other)

    def damage(file):
        del file["char_embed"]
        make(file, str(other))

    change(pair, damage)
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from elmo import Elmo; Elmo(*sys.argv[1:])"]
        + [str(path) for path in pair],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1 and "WeightsError" in done.stderr


def test_a_gzip_bomb_unpacks_to_no_more_than_its_shape(pair):
    def bomb(file):
        del file["char_embed"]
        item = file.create_dataset(
            "char_embed", (261, 4), np.float32, chunks=(261, 4), compression="gzip"
        )
        item.id.write_direct_chunk((0, 0), zlib.compress(bytes(50_000_000)))

    change(pair, bomb)
    tracemalloc.start()
    with pytest.raises(WeightsError, match="char_embed unpacks to more than its 4,176 bytes"):
        Elmo(*pair)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("options", [{}, {"compression": "gzip"}, {"fillvalue": 0.25}])
def test_a_chunk_that_is_not_there_is_refused_whatever_the_fill_value(pair, options):
    def cut(file):
        values = file["char_embed"][...]
        del file["char_embed"]
        item = file.create_dataset("char_embed", values.shape, "f4", chunks=(100, 2), **options)
        item[:200], item[200:, :2] = values[:200], values[200:, :2]

    change(pair, cut)
    with pytest.raises(WeightsError, match="char_embed holds 5 of its 6 chunks"):
        Elmo(*pair)


def test_very_small_chunks_are_refused(pair):
    options = json.loads(pair[0].read_text())
    options["char_cnn"]["embedding"]["dim"] = 1000
    pair[0].write_text(json.dumps(options))

    def many(file):
        del file["char_embed"]
        file.create_dataset("char_embed", (261, 1000), "f4", chunks=(1, 1))

    change(pair, many)
    with pytest.raises(WeightsError, match="char_embed is cut into 261,000 chunks"):
        Elmo(*pair)


@pytest.mark.parametrize("value", [3e38, -3e38])
@pytest.mark.parametrize("clips", [{}, {"cell_clip": None, "proj_clip": None}])
def test_weights_too_large_give_no_vectors(tmp_path, value, clips):
    files = tmp_path / "options.json", tmp_path / "weights.hdf5"
    model = random_model(small_options(**clips))
    for parameter in model.parameters():
        parameter.data.fill_(value)
    write_model(model, *files)
    elmo = Elmo(*files)
    for fails in (
        lambda: list(elmo.embed([["the", "bank"]])),
        lambda: elmo.token_vectors(["bank"]),
        lambda: Store(tmp_path / "store").add_folder("huge", tmp_path, "uploaded"),
    ):
        with pytest.raises(WeightsError, match="not finite"):
            fails()
    assert Store(tmp_path / "store").names() == ["bundled"]


def test_pipes_and_devices_are_refused_and_not_waited_for(pair, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(OptionsError, match="is a (pipe|device|folder)"):
            Elmo(path, pair[1])
        with pytest.raises(WeightsError, match="is a (pipe|device|folder)"):
            Elmo(pair[0], path)
        with pytest.raises(ModelFileError, match="is a (pipe|device|folder)"):
            read_vocabulary(path)


def test_missing_truncated_and_foreign_files(pair, tmp_path):
    with pytest.raises(OptionsError, match="nothing.json was not found"):
        Elmo(tmp_path / "nothing.json", pair[1])
    with pytest.raises(WeightsError, match="nothing.hdf5 was not found"):
        Elmo(pair[0], tmp_path / "nothing.hdf5")
    whole = pair[1].read_bytes()
    (tmp_path / "cut.hdf5").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WeightsError, match="cut.hdf5 is truncated"):
        Elmo(pair[0], tmp_path / "cut.hdf5")
    with pytest.raises(WeightsError, match="options.json is not an HDF5 file"):
        Elmo(pair[0], pair[0])
    with pytest.raises(OptionsError, match="weights.hdf5"):
        Elmo(pair[1], pair[1])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "expected|nested|is not JSON|bytes"),
        ("[]", "expected a JSON object"),
        ("{}", "'lstm' should be an object.*'char_cnn' should be an object"),
        (
            '{"lstm": {}, "char_cnn": {}}',
            "'embedding' should be an object.*lstm.dim is missing; char_cnn.filters is missing",
        ),
        (
            '{"lstm": {}, "char_cnn": {"embedding": {}, "filters": null}}',
            "embedding.dim is missing; char_cnn.filters should be a list",
        ),
    ],
)
def test_options_that_are_not(tmp_path, text, words):
    (tmp_path / "options.json").write_text(text)
    with pytest.raises(OptionsError, match=words):
        Options.read(tmp_path / "options.json")


@pytest.mark.parametrize(
    "value", [..., None, {}, [], "x", -1, 0, 1e400, True, [[1, 2]], [[None, 1]], [[1]]]
)
def test_a_key_that_is_left_out_or_wrong_never_breaks_the_reader(value):
    places = [("lstm",), ("char_cnn",), ("char_cnn", "embedding"), ("char_cnn", "embedding", "dim")]
    places += [(part, key) for part, keys in small_options().to_dict().items() for key in keys]
    for place in places:
        data = small_options().to_dict()
        section = data
        for key in place[:-1]:
            section = section[key]
        if value is ...:
            del section[place[-1]]
        else:
            section[place[-1]] = value
        with contextlib.suppress(OptionsError):
            assert Options.from_dict(data).n_layers >= 1


def test_all_wrong_options_are_named_at_once():
    data = small_options().to_dict()
    data["lstm"] |= {"dim": "many", "n_layers": 0, "cell_clip": -1}
    data["char_cnn"] |= {"activation": "gelu", "n_characters": 300, "filters": [[60, 3], [0, 1]]}
    with pytest.raises(OptionsError) as error:
        Options.from_dict(data, source="options.json")
    for part in (
        "options.json: lstm.dim is 'many'",
        "lstm.n_layers is 0",
        "lstm.cell_clip is -1",
        "activation is 'gelu'",
        "n_characters is 300",
        "width 60, wider than a word of 50",
        "[0, 1], expected a width from 1 to 1,000",
    ):
        assert part in str(error.value)


def test_missing_options_are_named():
    data = small_options().to_dict()
    del data["lstm"]["dim"], data["char_cnn"]["filters"]
    with pytest.raises(OptionsError, match="lstm.dim is missing; char_cnn.filters is missing"):
        Options.from_dict(data)


def test_options_too_large_to_hold_are_refused():
    data = small_options().to_dict()
    data["lstm"] |= {"dim": 32_000, "projection_dim": 32_000}
    with pytest.raises(OptionsError, match="parameters, at most 1,000,000,000"):
        Options.from_dict(data)


def test_projection_above_dim_is_refused():
    with pytest.raises(OptionsError, match="projection_dim is 20, expected at most lstm.dim"):
        small_options(projection_dim=20)


def test_options_round_trip(tmp_path):
    options = small_options(cell_clip=None, filters=((1, 2), (5, 7)), n_characters=261)
    weight_files.write_options(options, tmp_path / "options.json")
    assert Options.read(tmp_path / "options.json") == options


def test_official_sizes_have_the_published_number_of_parameters():
    """13.6, 28.0 and 93.6 million, as the table of official models says."""
    from elmo.model.bilm import BiLm

    filters = tuple(
        (w, n) for w, n in zip(range(1, 8), (32, 32, 64, 128, 256, 512, 1024), strict=True)
    )
    for dim, p, highways, expected in (
        (1024, 128, 1, 13_593_296),
        (2048, 256, 1, 28_027_728),
        (4096, 512, 2, 93_600_848),
    ):
        options = Options(p, dim, 2, filters, n_highway=highways)
        with torch.device("meta"):
            model = BiLm(options)
        n = sum(parameter.numel() for parameter in model.parameters())
        assert n == expected
