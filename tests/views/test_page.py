"""A saved page: nothing in a sentence changes it, it needs nothing else, its numbers come back."""

import base64
import hashlib
import html.parser
import json
import re
from dataclasses import replace

import pytest

from elmo.cli import main
from elmo.errors import InputError
from elmo.views import engine_files
from elmo.views.encoding import to_json
from elmo.views.page import page, read, read_text, save
from tests.hostile.nasty import NASTY


class _Tags(html.parser.HTMLParser):
    """What a browser would see: elements, and the text of the scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.texts, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        self.attributes.append(dict(attrs))

    def handle_data(self, data) -> None:
        self.texts.append(data)


def _seen(text: str) -> _Tags:
    tags = _Tags()
    tags.feed(text)
    return tags


def _with_texts(exploration, text: str):
    """The exploration with a text wherever a person's text can stand."""
    uses = tuple(replace(use, text=text, tokens=(text,) * 8) for use in exploration.uses)
    return replace(exploration, word=text, uses=uses, senses=(text, f"{text}2"), made={text: text})


@pytest.mark.parametrize("name", NASTY)
def test_no_text_changes_the_page(name, exploration):
    plain, hostile = page(exploration), page(_with_texts(exploration, NASTY[name]))
    assert _seen(hostile).tags == _seen(plain).tags
    again = read_text(hostile.encode("utf-8"), "page.html")
    assert again.uses[0].text == NASTY[name] and again.senses[0] == NASTY[name]
    policy = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')
    assert policy.findall(hostile) == policy.findall(plain)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_page_or_json_that_an_editor_saved_with_a_byte_order_mark_is_read(exploration, encoding):
    for text in (page(exploration), to_json(exploration)):
        again = read_text(text.encode(encoding), "page.html")
        assert to_json(again) == to_json(exploration)


def test_the_policy_allows_exactly_its_own_script_and_style(exploration):
    text = page(exploration)
    policy = _seen(text).attributes[3]["content"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    for tag, source in (('script type="module"', "script-src"), ("style", "style-src")):
        inner = re.search(f"<{tag}>(.*?)</{tag.split()[0]}>", text, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert f"{source} 'sha256-{digest}'" in policy
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg|schemas\.openxmlformats\.org/)", text)
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval\(", text)


def test_a_page_gives_its_exploration_back(exploration, tmp_path):
    file = tmp_path / "bank.html"
    save(exploration, file)
    assert to_json(read(file)) == to_json(exploration)
    assert list(tmp_path.iterdir()) == [file]
    assert file.stat().st_size < 8e6
    file.with_suffix(".json").write_text(to_json(exploration), encoding="utf-8")
    assert to_json(read(file.with_suffix(".json"))) == to_json(exploration)
    for content, message in ((b"<html></html>", "no exploration"), (b"\xff\xfe\x00", "not UTF-8")):
        with pytest.raises(InputError, match=message):
            read_text(content, "x.html")


def test_the_command_writes_a_page_that_can_be_read(tmp_path, small_model_files, capsys):
    options, weights = small_model_files
    table = tmp_path / "bank.tsv"
    rows = [f"The {w} bank was {a}.\tbank\t0\t{s}" for w, a, s in (
        ("river", "muddy", "river"), ("savings", "closed", "money"), ("north", "steep", "river"),
        ("old", "robbed", "money"), ("left", "wet", "river"),
    )]  # fmt: skip
    table.write_text("sentence\tform\toccurrence\tsense\n" + "\n".join(rows), encoding="utf-8")
    out = tmp_path / "bank.html"
    command = ["report", str(table), str(out), "--options", str(options), "--weights", str(weights)]
    assert main([*command, "--seed", "3", "--sentences"]) == 0
    assert "5 uses" in capsys.readouterr().out
    read_again = read(out)
    assert read_again.word == "bank" and read_again.made["seed"] == "3"
    assert read_again.made["fingerprint"] and read_again.made["ELMo Explorer"]
    assert {d.compared for d in read_again.drawn} == {
        "the word",
        "less the mean",
        "whole sentences",
    }
    assert main(["report", str(tmp_path / "none.tsv"), str(out)]) == 1
    assert "was not found" in capsys.readouterr().err
    assert main(["report", str(table), str(tmp_path / "no" / "x.html")]) == 1
    assert main(["report", str(table), str(table)]) == 1
    (tmp_path / "mine.html").write_text("mine", encoding="utf-8")
    assert main(["report", str(table), str(tmp_path / "mine.html")]) == 1
    assert "--overwrite" in capsys.readouterr().err
    for text, message in (
        ("a\tb\n", "expected sentence and form"),
        ("sentence\tform\toccurrence\nA bank.\tbank\tx\n", "expected a whole number"),
    ):
        table.write_text(text, encoding="utf-8")
        assert main(command) == 1
        assert message in capsys.readouterr().err
    assert main(command[:3] + ["--overwrite"]) == 1


def test_no_name_stands_twice_in_a_script():
    for home in ("page", "notebook", "app", "mixing"):
        names = re.findall(
            r"^(?:const|let|class|function|async function) (\w+)", engine_files.script(home), re.M
        )
        assert len(names) == len(set(names)), home
        assert "import " not in re.sub(r"//.*|/\*.*?\*/", "", engine_files.script(home), flags=re.S)


def test_the_data_holds_no_tag(exploration):
    data = re.search(r'id="exploration">(.*?)</script>', page(_with_texts(exploration, "</script><!--")), re.S)[1]  # fmt: skip
    assert "<" not in data and json.loads(data)["word"] == "</script><!--"


def test_the_modules_of_the_engine_import_what_others_export():
    """The modules are joined without their imports, so that a wrong import would not be seen in the browser."""
    modules = {path.stem: path.read_text("utf-8") for path in engine_files.FOLDER.glob("*.js")}
    names = r"(?:async )?(?:function|class|const|let) (\w+)"
    defined = [name for text in modules.values() for name in re.findall(rf"^(?:export )?{names}", text, re.M)]  # fmt: skip
    apart = {
        "app",
        "page",
        "notebook",
        "mixing",
    }  # the ends of four scripts, never joined with each other
    ends = [n for m in apart for n in re.findall(rf"^(?:export )?{names}", modules[m], re.M)]
    assert len(set(defined)) == len(defined) - (len(ends) - len(set(ends)))
    for module, text in modules.items():
        body = re.sub(r"^import [^\n]*$", "", text, flags=re.M)
        for imported, of in re.findall(r'^import \{ ([^}]*) \} from "\./(\w+)\.js";', text, re.M):
            exported = re.findall(rf"^export {names}", modules[of], re.M)
            assert set(imported.split(", ")) <= set(exported), (module, of)
            unused = [n for n in imported.split(", ") if not re.search(rf"\b{n}\b", body)]
            assert unused == [], module
