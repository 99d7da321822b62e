"""What a server allows: how long, how much, how many at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a server.

    Attributes:
        workers: processes of the quick lane; the slow lane has a quarter as many.
        slice: seconds that a query may compute in the quick lane before it starts again in the slow one; a
            fifth of it where others wait.
        timeout: seconds until a request is answered, waiting included; then it is stopped.
        answer: bytes of an answer; a larger one is refused.
        memory: bytes that a worker may take beyond what it shares with the keeper.
        nesting: how deep a query's brackets may stand in each other.
        quick_queue, slow_queue: requests that may wait for a lane; more are turned away.
        body_seconds: seconds that a request may take to arrive.
        connections: open at once; more are turned away.
    """

    workers: int = 8
    slice: float = 0.25
    timeout: float = 10.0
    answer: int = 16_000_000
    memory: int = 1_000_000_000
    nesting: int = 100
    quick_queue: int = 256
    slow_queue: int = 16
    body_seconds: float = 10.0
    connections: int = 1000

    @property
    def slow_workers(self) -> int:
        """Processes of the slow lane."""
        return max(1, self.workers // 4)
