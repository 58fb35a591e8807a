"""Work that is done again and again, and how it ends."""

from __future__ import annotations

import asyncio

from service.errors import StoreError
from service.rounds import rounds


def test_what_fails_is_done_again() -> None:
    """Whether the database failed or we did."""
    faults = iter([StoreError("away"), ValueError("ours")])
    well = asyncio.Event()

    async def work() -> None:
        if fault := next(faults, None):
            raise fault
        well.set()

    async def run() -> None:
        async with asyncio.timeout(5), rounds(0.001, work):
            await well.wait()

    asyncio.run(run())


def test_an_end_that_is_taken_for_a_fault_is_one() -> None:
    """A driver that answers a cancellation with an error of its own does not keep the process alive."""
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise StoreError("the connection was lost") from None

    async def run() -> None:
        async with asyncio.timeout(5):
            async with rounds(60, work):
                await begun.wait()

    asyncio.run(run())
