"""What is made before a service runs stays as long as it does."""

from __future__ import annotations

import gc

from service.settled import settled


def test_no_garbage_is_looked_for_in_what_stays() -> None:
    """What was made before counts as lasting while the service runs, and no longer; later garbage is still found."""
    with settled():
        assert gc.get_freeze_count() > 0
        circle: list[object] = []
        circle.append(circle)
        del circle
        assert gc.collect() >= 1
    assert gc.get_freeze_count() == 0
