"""Every number that a command takes has a range, and no output destroys what it should not."""

import argparse
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmo import cli
from elmo.cli import COMMANDS, main
from elmo.commands.arguments import NUMBERS, Number, device
from elmo.corpus.index import CorpusIndex
from elmo.errors import InputError
from elmo.whole_files import check_output, check_output_folder, whole_file


def every_argument() -> dict[str, argparse.Action]:
    """Each option of each command, under "command --option"."""
    found: dict[str, argparse.Action] = {}

    def walk(parser: argparse.ArgumentParser) -> None:
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for inner in action.choices.values():
                    walk(inner)
            for flag in action.option_strings:
                found[f"{parser.prog.removeprefix('python -m elmo ')} {flag}"] = action

    walk(cli._parser(list(COMMANDS)))
    return found


def test_no_command_has_a_number_without_a_range():
    for name, action in every_argument().items():
        assert action.type not in (int, float), name
        if isinstance(action.type, Number):
            assert action.type is NUMBERS[name.split()[-1]], name
            values = action.default if isinstance(action.default, list) else [action.default]
            for value in values:
                assert value is None or action.type(str(value)) == value, name


_TEXTS = st.one_of(
    st.sampled_from(
        ["-1", "0", "nan", "inf", "-inf", "1e400", "2", "1e-400", "", "foo", "9" * 400, "9" * 5000]
        + ["0x10", "1_0", "٣", "1.5", "-0"]
    ),
    st.text(max_size=8),
    st.floats().map(str),
    st.integers().map(str),
)


@given(st.sampled_from(sorted(NUMBERS)), _TEXTS)
def test_a_number_is_in_its_range_or_refused_in_words(flag, text):
    number = NUMBERS[flag]
    try:
        value = number(text)
    except argparse.ArgumentTypeError as error:
        assert "expected a" in str(error) and len(str(error)) < 200
    else:
        assert isinstance(value, number.kind) and number.least <= value <= number.most


@pytest.mark.parametrize(
    "wrong",
    [
        "train t --output m --epochs -1", "train t --output m --epochs nan",
        "train t --output m --epochs 0", "train t --output m --minutes inf",
        "train t --output m --batch-tokens 0", "train t --output m --dropout 2",
        "train t --output m --seed -1", "train t --output m --learning-rate nan",
        "train t --output m --device foo", "train t --output m --device cuda:99",
        "train t --output m --vocabulary 0", "train t --output m --checkpoint-seconds nan",
        "embed a b --batch-tokens 0", "predict word --top 0", "concordance i w --window 0",
        "concordance i w --sample -1", "perplexity m t --held-out-every 0",
        "evaluate senses bank --folds 1", "evaluate senses bank --curve 2",
        "evaluate classification intent --seeds -1",
    ],
)  # fmt: skip
def test_wrong_numbers_end_with_usage_and_no_traceback(wrong, capsys):
    with pytest.raises(SystemExit) as ended:
        main(wrong.split())
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert f"argument {wrong.split()[-2]}" in told and "expected" in told.replace(
        "use cpu", "expected"
    )


def test_a_device_that_is_there():
    assert device("cpu") == "cpu"


@pytest.fixture
def text(tmp_path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("The river bank .\n")
    return path


def test_an_output_is_no_input_by_any_name(tmp_path, text, small_model_files, capsys):
    (tmp_path / "soft.txt").symlink_to(text)
    os.link(text, tmp_path / "hard.txt")
    (tmp_path / "twice.part").symlink_to(text)
    model = ["--options", str(small_model_files[0]), "--weights", str(small_model_files[1])]
    before = {path: path.read_bytes() for path in (text, *small_model_files)}
    for output in ("text.txt", "soft.txt", "hard.txt", "twice", "./text.txt"):
        for command in (
            ["embed", str(text), f"{tmp_path}/{output}", *model, "--overwrite"],
            ["index", str(text), "--output", f"{tmp_path}/{output}", "--overwrite"],
            ["index", str(text), "--output", f"{tmp_path}/{output}"],
            ["change", str(text), str(text), "bank", "--output", f"{tmp_path}/{output}"],
        ):
            assert main(command) == 1, command
            assert "is an input or another output of the same" in capsys.readouterr().err
    assert main(["embed", str(text), str(small_model_files[1]), *model, "--overwrite"]) == 1
    assert "is an input or another output of the same" in capsys.readouterr().err
    induction = ["evaluate", "induction", str(text), "--key", str(text), "--overwrite"]
    two_outputs = ["embed", str(text), f"{tmp_path}/new", *model, "--tokens", f"{tmp_path}/./new"]
    for command in ([*induction, "--write", f"{tmp_path}/soft.txt"], two_outputs):
        assert main(command) == 1, command
        assert "is an input or another output of the same" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in before} == before


def test_devices_pipes_and_folders_are_no_outputs(tmp_path, text, capsys):
    os.mkfifo(tmp_path / "pipe")
    for output in (tmp_path / "pipe", Path("/dev/null"), tmp_path, tmp_path / "none" / "out"):
        for command in (
            ["embed", str(text), str(output), "--overwrite"],
            ["index", str(text), "--output", str(output), "--overwrite"],
            ["evaluate", "senses", "bank", "--save-pack", str(output), "--overwrite"],
            ["change", str(text), str(text), "bank", "--output", str(output), "--overwrite"],
        ):
            assert main(command) == 1, command
            assert "cannot be written" in capsys.readouterr().err
    assert main(["train", str(text), "--output", str(text)]) == 1
    assert "it is not a folder" in capsys.readouterr().err


def test_an_existing_file_is_replaced_when_asked_or_when_it_is_an_earlier_output(
    tmp_path, text, small_model_files, capsys
):
    model = ["--options", str(small_model_files[0]), "--weights", str(small_model_files[1])]
    notes, index = tmp_path / "notes", tmp_path / "an.index"
    for command in (
        ["embed", str(text), str(notes), *model],
        ["index", str(text), "--output", str(notes)],
        ["evaluate", "senses", "bank", "--save-pack", str(notes)],
        ["change", str(text), str(text), "bank", "--output", str(notes)],
    ):
        notes.write_text("a person's notes")
        assert main(command) == 1
        assert "this command did not write it" in capsys.readouterr().err
        assert notes.read_text() == "a person's notes"
        if command[0] in ("embed", "index"):
            assert main([*command, "--overwrite"]) == 0
            assert main(command) == 0, "its own earlier output"
    assert main(["index", str(text), "--output", str(index)]) == 0
    assert main(["embed", str(text), str(index), *model]) == 1, "an index is no output of embed"
    with CorpusIndex(index) as opened:
        assert opened.count("bank") == 1


def test_training_replaces_no_foreign_model(tmp_path, text, small_model_files, capsys):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "options.json").write_text("{}")
    assert main(["train", str(text), "--output", str(folder)]) == 1
    assert "this command did not write it" in capsys.readouterr().err
    corpus = folder / "vocab.txt"
    corpus.write_text("A corpus of this name .\n")
    assert main(["train", str(corpus), "--output", str(folder), "--overwrite"]) == 1
    assert "is an input or another output of the same" in capsys.readouterr().err
    assert corpus.read_text() == "A corpus of this name .\n"
    with pytest.raises(InputError, match="is an input"):
        check_output_folder(folder, ["options.json"], [folder / "options.json"], overwrite=True)


def test_odd_names_are_told(tmp_path):
    for name in ("\0", "x" * 5000, "\ud800"):
        with pytest.raises(InputError, match="cannot be written"):
            check_output(tmp_path / name)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "file"
    path.write_text("before")
    with pytest.raises(KeyError), whole_file(path) as part:
        part.write_text("half")
        raise KeyError
    assert path.read_text() == "before"
    with whole_file(path) as part, whole_file(path, shared=True) as other:
        part.write_text("one")
        other.write_text("two")
        assert path.read_text() == "before"
    assert path.read_text() == "one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
