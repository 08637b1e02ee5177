"""What is imported is required, ranges and pins agree, and the Dockerfile and the wheel take what is here."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from elmo import platform_calls
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FILES = [
    "requirements.txt",
    *sorted(f"requirements/{p.name}" for p in (ROOT / "requirements").glob("*.txt")),
]
EXTRAS = PROJECT["project"]["optional-dependencies"]
OURS = {"elmo", "ui", "pages", "benchmarks", "tests"}


def _requirements(name: str) -> dict[str, Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    parsed = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(requirement.name): requirement for requirement in parsed}


def _asked(*extras: str) -> dict[str, Requirement]:
    lines = PROJECT["project"]["dependencies"] + [line for e in extras for line in EXTRAS[e]]
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def _imported(*folders: str) -> dict[str, str]:
    """Distributions that the code of these folders imports, each with a file that does."""
    distributions = packages_distributions()
    found = {}
    for path in (p for folder in folders for p in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                names = (
                    [node.module or ""]
                    if isinstance(node, ast.ImportFrom) and not node.level
                    else []
                )
            for name in (n.partition(".")[0] for n in names):
                if name and name not in OURS | sys.stdlib_module_names:
                    for distribution in distributions.get(name, [name]):
                        found[canonicalize_name(distribution)] = str(path.relative_to(ROOT))
    return found


def test_the_library_requires_what_it_imports():
    only_with_an_extra = {
        "umap-learn": "app",
        "numba": "app",
        "pyarrow": "app",
        "gensim": "train",
        "ray": "ray",
        "anywidget": "notebook",
        "traitlets": "notebook",
    }
    teacher = {
        canonicalize_name(Requirement(line).name)
        for line in PROJECT["dependency-groups"]["teacher"]
    }
    surplus = {
        name: file
        for name, file in _imported("elmo").items()
        if name not in _asked()
        and name not in only_with_an_extra
        and name not in teacher
        and not name.startswith("all-mpnet")
    }
    assert surplus == {}
    for name, extra in only_with_an_extra.items():
        assert name in {canonicalize_name(Requirement(line).name) for line in EXTRAS[extra]}


def test_the_app_requires_what_it_imports():
    assert {n: f for n, f in _imported("ui", "pages").items() if n not in _asked("app")} == {}


@pytest.mark.parametrize("file", FILES)
def test_every_requirement_is_pinned(file):
    requirements = _requirements(file)
    assert requirements
    for requirement in requirements.values():
        assert re.fullmatch(r"==[0-9][0-9a-z.]*", str(requirement.specifier)), requirement


@pytest.mark.parametrize(
    ("file", "extras"),
    [("requirements.txt", ["app"]), ("requirements/dev.txt", ["app"])]
    + [(f"requirements/{name}.txt", [name]) for name in ("train", "ray", "notebook")],
)
def test_pins_lie_in_the_ranges(file, extras):
    pins = _requirements(file)
    for name, asked in _asked(*extras).items():
        version = str(pins[name].specifier).removeprefix("==")
        assert asked.specifier.contains(version), f"{asked}, pinned {version}: make lock"
        lowest = re.search(r">=([\d.]+)", str(asked.specifier))
        assert lowest, f"{asked} has no lower end"


def test_one_version_of_each_package():
    """All files pin a package alike; benchmarks are installed apart."""
    pins: dict[str, str] = {}
    for file in FILES:
        if file != "requirements/bench.txt":
            for name, requirement in _requirements(file).items():
                assert pins.setdefault(name, str(requirement.specifier)) == str(
                    requirement.specifier
                )


def test_the_licences_of_all_requirements_are_listed():
    listed = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8").casefold()
    for name, requirement in _requirements("requirements.txt").items():
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        version = str(requirement.specifier).removeprefix("==")
        pattern = "[-_.]".join(map(re.escape, name.split("-")))
        row = re.search(rf"^\| {pattern} \| {re.escape(version)}\S* \| (.+) \|$", listed, re.M)
        assert row, f"{requirement}: run python -m benchmarks.licences"
        assert row[1] != "not stated"


def test_the_wheels_packages_have_all_their_files():
    """Files that are not Python belong to a pattern of package data, or they are missing in an installed copy."""
    patterns = []
    for package, globs in PROJECT["tool"]["setuptools"]["package-data"].items():
        folder = ROOT / package.removeprefix("elmo_explorer").removeprefix(".").replace(".", "/")
        patterns += [path for pattern in globs for path in folder.glob(pattern)]
    files = [
        path
        for folder in ("elmo", "ui", "pages", ".streamlit")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and "__pycache__" not in path.parts
    ]
    assert [str(path.relative_to(ROOT)) for path in files if path not in patterns] == []
    for folder in ("elmo", "ui"):
        for path in (ROOT / folder).rglob("*.py"):
            if "examples" not in path.parts:
                assert (path.parent / "__init__.py").is_file(), f"{path} is in no package"


def test_the_dockerfile_installs_the_wheel_and_runs_as_nobody_special():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), line
    assert any("pip wheel" in line for line in lines)
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users and users[-1] not in ("root", "0")
    assert any(line.startswith("HEALTHCHECK") and "/_stcore/health" in line for line in lines)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert ".git" in ignored and ".venv" in ignored


POSIX_MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "select", "syslog", "termios", "tty"}
WINDOWS_MODULES = {"msvcrt", "winreg", "_winapi"}
POSIX_CALLS = set(
    "chown chroot fchmod fchown fork forkpty getegid geteuid getgid getgroups getloadavg getpgid getpriority getuid "
    "initgroups kill killpg lchown mkfifo mknod nice posix_spawn pread pwrite sched_getaffinity sched_setaffinity "
    "setegid seteuid setgid setpgid setpriority setsid setuid statvfs sysconf uname wait wait3 wait4 waitid waitpid".split()
)
POSIX_SIGNALS = {
    "SIGALRM",
    "SIGCHLD",
    "SIGHUP",
    "SIGKILL",
    "SIGPIPE",
    "SIGQUIT",
    "SIGSTOP",
    "SIGUSR1",
    "SIGUSR2",
}
POSIX_ARGUMENTS = {"preexec_fn", "start_new_session", "process_group", "pass_fds"}
POSIX_PATHS = re.compile(r"/(proc|dev|tmp|etc|usr|bin|var)(/.*)?")


def posix_only(code: str) -> list[str]:
    """What of some code only POSIX or only Windows has, with lines."""
    found = []
    for node in ast.walk(ast.parse(code)):
        names: set[str] = set()
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names} & (POSIX_MODULES | WINDOWS_MODULES)
        elif isinstance(node, ast.ImportFrom):
            names = {node.module or ""} & (POSIX_MODULES | WINDOWS_MODULES)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "os":
                names = {node.attr} & POSIX_CALLS
            elif node.value.id == "signal":
                names = {node.attr} & POSIX_SIGNALS
        elif isinstance(node, ast.keyword):
            names = {node.arg or ""} & POSIX_ARGUMENTS
            if node.arg == "shell" and not (
                isinstance(node.value, ast.Constant) and not node.value.value
            ):
                names = {"shell"}
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and POSIX_PATHS.fullmatch(node.value)
        ):
            names = {node.value}
        found += [f"line {getattr(node, 'lineno', '?')}: {name}" for name in names]
    return found


def test_calls_of_one_system_stand_in_one_module():
    files = [
        ROOT / "app.py",
        *(p for f in ("elmo", "ui", "pages") for p in (ROOT / f).rglob("*.py")),
    ]
    strays = {
        str(path.relative_to(ROOT)): found
        for path in files
        if path != Path(platform_calls.__file__)
        and (found := posix_only(path.read_text(encoding="utf-8")))
    }
    assert strays == {}


def test_the_search_for_such_calls_finds_them():
    code = "import fcntl\nos.fork()\nsignal.SIGKILL\nPopen(x, start_new_session=True)\nopen('/proc/cpuinfo')\n"
    assert len(posix_only(code)) == 5
    assert len(posix_only(Path(platform_calls.__file__).read_text(encoding="utf-8"))) >= 5
