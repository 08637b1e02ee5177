"""Train one model with several processes, started by torchrun, or with a single one.

Each process reads its own sentences of a step's batch, and the gradients of all processes are averaged, on processors
by gloo, on CUDA devices by NCCL.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.distributed as distributed
from torch import Tensor


@dataclass(frozen=True)
class Processes:
    """The processes of a training.

    Attributes:
        rank: number of this process, from 0; process 0 writes the files and reports.
        world: number of processes.
    """

    rank: int = 0
    world: int = 1

    @classmethod
    def start(cls, device: torch.device) -> "Processes":
        """Joins the other processes that torchrun has started; without torchrun there is one process."""
        world = int(os.environ.get("WORLD_SIZE", "1"))
        if world == 1:
            return cls()
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
        if device.type == "cpu":
            torch.set_num_threads(
                max(1, (os.cpu_count() or 1) // int(os.environ.get("LOCAL_WORLD_SIZE", world)))
            )
        return cls(distributed.get_rank(), world)

    def average(self, tensors: Sequence[Tensor]) -> None:
        """Replaces tensors by their means over all processes, with one message."""
        if self.world == 1:
            return
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        distributed.all_reduce(flat)
        flat /= self.world
        start = 0
        for tensor in tensors:
            tensor.copy_(flat[start : start + tensor.numel()].view_as(tensor))
            start += tensor.numel()

    def wait(self) -> None:
        """Waits until all processes have called this."""
        if self.world > 1:
            distributed.barrier()

    def stop(self) -> None:
        if self.world > 1:
            distributed.destroy_process_group()


ALONE = Processes()
