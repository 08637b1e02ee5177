"""Training in processes of its own: two that share a step's sentences, and one that is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import torch

from elmo.training.checkpoint import NAME, read_checkpoint
from elmo.training.trainer import Trainer

from .tiny import RECIPE, grammar_corpus, make_trainer

ROOT = Path(__file__).parent.parent.parent

SHARED_STEPS = """
import sys, torch
from dataclasses import replace
from elmo.training.data.corpus import Corpus
from elmo.training.processes import Processes
from tests.training.test_processes import first_gradients
from tests.training.tiny import RECIPE, make_trainer
processes = Processes.start(torch.device("cpu"))
trainer = make_trainer(Corpus(sys.argv[1]), 3, recipe=replace(RECIPE, batch_tokens=100), processes=processes)
gradients = first_gradients(trainer)
trainer.run()
if processes.rank == 0:
    model = trainer.model.state_dict() | {"W": trainer.W}
    torch.save({"world": processes.world, "gradients": gradients, "model": model}, sys.argv[2])
processes.stop()
"""

ENDLESS = """
import sys
from pathlib import Path
from elmo.training.data.corpus import Corpus
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


def first_gradients(trainer: Trainer) -> list[torch.Tensor]:
    """A list that gets the gradients of the trainer's first step, as they reach its optimizer."""
    found: list[torch.Tensor] = []
    update = trainer._update

    def kept(rows, gradients, loss):
        if not found:
            found.extend(gradient.clone() for gradient in gradients)
        return update(rows, gradients, loss)

    trainer._update = kept
    return found


def test_two_torchrun_processes_have_the_gradients_of_one(tmp_path):
    corpus = grammar_corpus(tmp_path)
    alone = make_trainer(corpus, 3)
    gradients = first_gradients(alone)
    alone.run()
    (tmp_path / "steps.py").write_text(SHARED_STEPS)
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [sys.executable, *torchrun, tmp_path / "steps.py", corpus.folder, tmp_path / "two.pt"],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    two = torch.load(tmp_path / "two.pt", weights_only=True)
    assert two["world"] == 2
    assert RECIPE.batch_tokens == 200
    assert len(two["gradients"]) == len(gradients) > 10
    for ours, theirs in zip(gradients, two["gradients"], strict=True):
        assert ours.abs().max() > 0
        torch.testing.assert_close(theirs, ours, atol=1e-6, rtol=1e-4)
    for name, value in alone.model.state_dict().items():
        # Adam's first steps are of full size wherever a gradient is not exactly zero
        torch.testing.assert_close(two["model"][name], value, atol=2e-3, rtol=1e-2, msg=name)
    torch.testing.assert_close(two["model"]["W"], alone.W, atol=2e-3, rtol=1e-2)


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
