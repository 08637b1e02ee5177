"""What a first import costs: no torch before a vector is asked for."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize(
    "module",
    [
        "elmo",
        "elmo.errors",
        "elmo.explore",
        "elmo.explore.similarity",
        "elmo.usages",
        "elmo.store.store",
        "elmo.jobs.jobs",
        "elmo.cli",
    ],
)
def test_imports_no_heavy_library(module):
    code = (
        f"import sys, {module}; "
        "print(sorted({'torch', 'umap', 'numba', 'spacy', 'sklearn', 'streamlit'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
