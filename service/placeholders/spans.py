"""Keeps apart what stands in a text."""

from __future__ import annotations

from bisect import bisect_left


class Spans:
    """Stretches of a text that do not overlap."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def meets(self, start: int, end: int) -> bool:
        """Whether any character between these offsets belongs to one."""
        at = bisect_left(self._ends, start + 1)
        return at < len(self._starts) and self._starts[at] < end

    def take(self, start: int, end: int) -> bool:
        """Add one; False where a character of it belongs to another already."""
        if self.meets(start, end):
            return False
        at = bisect_left(self._starts, start)
        self._starts.insert(at, start)
        self._ends.insert(at, end)
        return True
