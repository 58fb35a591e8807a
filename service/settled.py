"""Keeps the search for garbage short while a process serves or works."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def settled() -> Iterator[None]:
    """Nobody looks for garbage in what was made so far, which stays as long as the block lasts.

    Else all of it is looked through every few hundred drafts, and everything waits a sixth of a second for that.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
