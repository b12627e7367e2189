"""Random numbers of a submission that sets no seed: the same file gets the same ones in every grading.

Every generator that takes its state from the operating system or from the time of day gets it from one
stream of this process. The stream begins anew for each file that is imported, and for each test, so that
no test depends on the ones before it. What threads, addresses and `time.monotonic()` give stays different.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import secrets
import time
from collections.abc import Iterator

import numpy as np
from numpy.random import bit_generator

MIDNIGHT = 1_767_225_600  # what time.time() begins with: 1 January 2026
_monotonic = time.monotonic
_Random, _seed_of_random = random.Random, random.Random.seed


class Chance:
    """The stream, and the generators that begin at a state taken from it."""

    def __init__(self, seed: str) -> None:
        """`seed` is the grading's; the state of each import is derived from it and the module's name."""
        self._seed = seed
        self._digest = seed.encode()
        self._stream: random.Random | None = None  # made when first used
        self._began, self._reads = _monotonic(), 0

    def begin(self, seed: str) -> None:
        """Begin the stream, the clock and the global generators of numpy and `random` at this seed."""
        self._digest = digest = hashlib.sha256(seed.encode()).digest()
        self._stream = None
        self._began, self._reads = _monotonic(), 0
        random.seed(digest)
        np.random.seed(np.frombuffer(digest, np.uint32))

    @contextlib.contextmanager
    def importing(self, module: str) -> Iterator[None]:
        """While this module is imported: a state of its own, and afterwards the state before, so that it
        does not matter which code imports it first."""
        stream, ours, theirs = (self._stream, self._digest), random.getstate(), np.random.get_state()
        clock = self._began, self._reads
        self.begin(f"{self._seed} {module}")
        try:
            yield
        finally:
            self._stream, self._digest = stream
            random.setstate(ours)
            np.random.set_state(theirs)
            self._began, self._reads = clock

    def bytes(self, n: int) -> bytes:
        """The next `n` bytes of the stream."""
        return self._source().randbytes(n)

    def bits(self, n: int) -> int:
        """The next integer of `n` bits."""
        return self._source().getrandbits(n)

    def _source(self) -> random.Random:
        """The stream, at the state to which it has come."""
        if self._stream is None:
            self._stream = _Random.__new__(_Random)
            _seed_of_random(self._stream, self._digest)
        return self._stream

    def nanoseconds(self) -> int:
        """The time of day: it begins anew with each test and goes on in whole seconds, so that a seed made
        from it is the same each time; a microsecond more at each reading, so that no two are equal."""
        self._reads += 1
        return (MIDNIGHT + int(_monotonic() - self._began)) * 1_000_000_000 + self._reads * 1000

    def install(self) -> None:
        """Make the generators of the standard library and of numpy, and the clock, use the stream."""

        def seed(generator: random.Random, a: object = None, version: int = 2) -> None:
            _seed_of_random(generator, self.bits(256) if a is None else a, version)  # type: ignore[arg-type]

        random.Random.seed = seed  # type: ignore[assignment]
        random.seed = random._inst.seed
        random._urandom = self.bytes  # type: ignore[attr-defined]  # for SystemRandom and `secrets`
        os.urandom = self.bytes
        os.getrandom = lambda size, flags=0: self.bytes(size)
        bit_generator.randbits = self.bits  # type: ignore[attr-defined]
        secrets.randbits = self.bits  # type: ignore[assignment]
        time.time_ns = self.nanoseconds
        time.time = lambda: self.nanoseconds() / 1e9
