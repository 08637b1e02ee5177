"""Training in processes of its own: two that share a step's sentences, and one that is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import torch

from elmo.training.checkpoint import NAME, read_checkpoint

from .tiny import RECIPE, grammar_corpus, make_trainer

ROOT = Path(__file__).parent.parent.parent

SHARED_STEP = """
import sys, torch
from pathlib import Path
from dataclasses import replace
from elmo.training.corpus import Corpus
from elmo.training.processes import Processes
from tests.training.tiny import RECIPE, make_trainer
processes = Processes.start(torch.device("cpu"))
trainer = make_trainer(Corpus(sys.argv[1]), 3, recipe=replace(RECIPE, batch_tokens=100), processes=processes)
trainer.run()
if processes.rank == 0:
    torch.save(trainer.model.state_dict() | {"W": trainer.W}, sys.argv[2])
processes.stop()
"""

ENDLESS = """
import sys
from pathlib import Path
from elmo.training.corpus import Corpus
from tests.training.tiny import make_trainer
make_trainer(Corpus(sys.argv[1]), 10**9, Path(sys.argv[2])).run(checkpoint_seconds=0, report_seconds=0)
"""


def start(script: str, *arguments, **environment) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"} | environment,
        stderr=subprocess.PIPE,
    )


def test_two_processes_take_the_step_of_one(tmp_path):
    corpus = grammar_corpus(tmp_path)
    alone = make_trainer(corpus, 3)
    alone.run()
    both = [
        start(
            SHARED_STEP,
            corpus.folder,
            tmp_path / "two.pt",
            RANK=str(rank),
            LOCAL_RANK=str(rank),
            WORLD_SIZE="2",
            LOCAL_WORLD_SIZE="2",
            MASTER_ADDR="127.0.0.1",
            MASTER_PORT="29653",
        )
        for rank in range(2)
    ]
    for process in both:
        error = process.communicate(timeout=120)[1].decode()
        assert process.returncode == 0, error
    two = torch.load(tmp_path / "two.pt", weights_only=True)
    assert RECIPE.batch_tokens == 200
    for name, value in alone.model.state_dict().items():
        # Adam's first steps are of full size wherever a gradient is not exactly zero
        torch.testing.assert_close(two[name], value, atol=2e-3, rtol=1e-2, msg=name)
    torch.testing.assert_close(two["W"], alone.W, atol=2e-3, rtol=1e-2)


def test_kill_9_leaves_a_whole_checkpoint_to_go_on_from(tmp_path):
    corpus = grammar_corpus(tmp_path)
    folder = tmp_path / "run"
    process = start(ENDLESS, corpus.folder, folder)
    deadline = time.monotonic() + 60
    while not (folder / NAME).exists() or read_checkpoint(folder)["step"] < 5:
        assert process.poll() is None, process.stderr.read().decode()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    step = read_checkpoint(folder)["step"]
    trainer = make_trainer(corpus, step + 3, folder)
    trainer.resume()
    trainer.run()
    assert trainer.step == step + 3
