"""Disks that are small or cannot be written to; the tests are skipped where nothing may be mounted."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Disk:
    """A file system in memory.

    Attributes:
        folder: where it is mounted.
    """

    folder: Path

    def change(self, options: str) -> None:
        """Mount it again with other options: "size=64m", "ro"."""
        subprocess.run(["mount", "-o", f"remount,{options}", str(self.folder)], check=True)


@pytest.fixture
def mount(tmp_path) -> Iterator[Callable[[str], Disk]]:
    """A function that mounts an empty disk: mount("size=2m")."""
    disks: list[Disk] = []

    def new(options: str) -> Disk:
        disk = Disk(tmp_path / f"disk{len(disks)}")
        disk.folder.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk.folder)],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            pytest.skip(f"nothing may be mounted here: {done.stderr.strip()}")
        disks.append(disk)
        return disk

    yield new
    for disk in disks:
        subprocess.run(["umount", "--lazy", str(disk.folder)], check=True)
