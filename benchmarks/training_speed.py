"""The speed of training and the time of its parts, with the bundled model's sizes on random sentences.

    OMP_NUM_THREADS=1 python -m benchmarks.training_speed
    OMP_NUM_THREADS=1 torchrun --nproc-per-node 2 -m benchmarks.training_speed

The figures are words a second of wall clock, and of processor time, which other programs disturb less. The sentences
have 23 words and a vocabulary of 40,000; there is no teacher. The token layer's vectors come from a table, as in the
training of the bundled model.
"""

import time

import numpy as np
import torch
from torch.profiler import profile

from elmo.model.bilm import BiLm
from elmo.training.data.batches import make_batch
from elmo.training.fast.precision import training_dtype
from elmo.training.fast.sampled_softmax import Sampler
from elmo.training.objective import Rows, batch_loss
from elmo.training.presets import preset
from elmo.training.processes import Processes

LENGTH, STEPS = 23, 8


def main() -> None:
    cpu = torch.device("cpu")
    processes = Processes.start(cpu)
    torch.manual_seed(0)
    options, recipe = preset("bundled")
    rng, shared_rng = np.random.default_rng(processes.rank), np.random.default_rng(99)
    counts = (1e7 / np.arange(1, recipe.vocabulary + 1)).astype(np.int64)
    sampler, p = Sampler(counts, recipe.n_sampled), counts / counts.sum()
    model = BiLm(options)
    model.token_encoder.requires_grad_(False)
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    W = torch.randn(recipe.vocabulary, options.projection_dim) * 0.05
    dtype = training_dtype(cpu)
    table = torch.randn(recipe.vocabulary, options.projection_dim).to(dtype) * 0.4
    optimizer = torch.optim.Adam(parameters, fused=True)

    def step() -> int:
        sentences = [
            rng.choice(recipe.vocabulary, LENGTH, p=p)
            for _ in range(recipe.batch_tokens // (LENGTH + 1))
        ]
        batch = make_batch(sentences)
        sampled = sampler(shared_rng)  # the same in all processes, as in training
        numbers = np.union1d(sampled, np.unique(np.concatenate([[0, 1], *sentences])))
        index = torch.from_numpy(numbers)
        rows = Rows(
            index,
            W[index].requires_grad_(),
            torch.zeros(len(index), requires_grad=True),
            torch.from_numpy(np.searchsorted(numbers, sampled)),
            torch.from_numpy(sampler.inclusion[sampled].astype(np.float32)),
        )
        x = tuple(
            table[torch.from_numpy(np.ascontiguousarray(codes))]
            for codes in (batch.forward, batch.backward)
        )
        loss, _ = batch_loss(model, x, batch, np.arange(recipe.vocabulary), rows, recipe, rng)
        optimizer.zero_grad()
        loss.backward()
        processes.average(
            [parameter.grad for parameter in parameters] + [rows.W.grad[: len(sampled)]]
        )
        optimizer.step()
        return batch.n_tokens

    step()
    wall, processor = time.perf_counter(), time.process_time()
    n = sum(step() for _ in range(STEPS))
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    if processes.rank == 0:
        print(
            f"{dtype}, {processes.world} process(es): {n * processes.world / wall:,.0f} words a second of wall clock, "
            f"{n / processor:,.0f} a second of one core's time"
        )
        with profile() as profiled:
            loss = [step() for _ in range(2)] if processes.world == 1 else []
        if loss:
            print(
                profiled.key_averages().table(
                    sort_by="self_cpu_time_total", row_limit=10, max_name_column_width=32
                )
            )
    processes.stop()


if __name__ == "__main__":
    main()
