"""How many threads are taken."""

from __future__ import annotations

import pytest

from service.embedded.processors import container_cores, default_threads


@pytest.mark.parametrize(
    ("limit", "cores"),
    [
        ("200000 100000\n", 2),
        ("250000 100000", 2),
        ("50000 100000", 1),
        ("max 100000", None),
        ("", None),
        ("1 0", None),
        ("x y z", None),
    ],
)
def test_reads_the_limit_of_a_container(limit: str, cores: int | None) -> None:
    """A limit is rounded down to whole cores, to at least one; "max" is no limit."""
    assert container_cores(limit) == cores


def test_takes_at_least_one_thread_and_not_too_many() -> None:
    """The default is usable on this machine."""
    assert 1 <= default_threads() <= 8
