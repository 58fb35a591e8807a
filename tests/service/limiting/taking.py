"""Takes from a rate over and over, in as many processes as want to: prints how often it was let."""

from __future__ import annotations

import asyncio
import sys

from service.limiting.rates import Rate
from service.store.database import open_database
from service.store.rates import SharedWindows


async def take(url: str, times: int, amount: int) -> int:
    """How many of so many requests at once are taken, of so many a day."""
    async with open_database(url) as engine:
        windows = SharedWindows(engine)
        counts = await asyncio.gather(*(windows.take("crm/drafting", [Rate(amount, 86_400)]) for _ in range(times)))
    return sum(count.taken for count in counts)


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(take(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))}\n")
