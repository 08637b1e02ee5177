"""A limit on computations at the same time in this process; the others wait in order."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from elmo.errors import BusyError


class Turns:
    """A semaphore whose queue is first in, first out, and limited in length.

    A thread that has a place already gets a second one at once.
    """

    def __init__(self, n_places: int, n_waiting: int) -> None:
        self.n_places, self.n_waiting = n_places, n_waiting
        self._condition = threading.Condition()
        self._queue: deque[object] = deque()
        self._n_running = 0
        self._mine = threading.local()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Wait for a place; give the place back at the end.

        Raises:
            BusyError: `n_waiting` threads wait already.
        """
        if getattr(self._mine, "has_place", False):
            yield
            return
        self._take_place()
        self._mine.has_place = True
        try:
            yield
        finally:
            self._mine.has_place = False
            with self._condition:
                self._n_running -= 1
                self._condition.notify_all()

    def _take_place(self) -> None:
        with self._condition:
            if len(self._queue) >= self.n_waiting:
                raise BusyError(
                    f"Busy, {len(self._queue) + self._n_running} before you: {self._n_running} "
                    f"computations are running and {len(self._queue)} are waiting. Nothing is "
                    "lost; try again in a moment."
                )
            ticket = object()
            self._queue.append(ticket)
            try:
                self._condition.wait_for(
                    lambda: self._queue[0] is ticket and self._n_running < self.n_places
                )
                self._n_running += 1
            finally:
                self._queue.remove(ticket)
                self._condition.notify_all()
