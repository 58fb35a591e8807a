"""So many at once, the urgent first, and nobody for ever last."""

from __future__ import annotations

import asyncio
import math

import pytest

from service.errors import NoTurn
from service.gate import FAIR_EVERY, Gate, GatedModel, Urgency, urgency
from tests.fakes import QueueModel

SYNC, ASYNC, BATCH = Urgency


class Line:
    """A gate with those who go through it, one by one as they are let out again."""

    def __init__(self, size: int = 1) -> None:
        self.gate = Gate(size)
        self.through: list[str] = []
        self.inside = 0
        self.most = 0

    async def go(self, name: str, deadline: float = math.inf) -> None:
        """Go through and be inside for a moment."""
        async with self.gate.turn(deadline):
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.through.append(name)
            await asyncio.sleep(0)
            self.inside -= 1

    def come(self, of: Urgency, name: str, deadline: float = math.inf) -> asyncio.Task[None]:
        """Come as urgently as that, in a task of one's own."""
        with urgency(of):
            return asyncio.create_task(self.go(name, deadline))


def test_the_urgent_go_first() -> None:
    """Whoever came before; among equals the first."""

    async def use() -> None:
        line = Line()
        came = [(BATCH, "b1"), (BATCH, "b2"), (ASYNC, "a1"), (SYNC, "s1"), (ASYNC, "a2"), (SYNC, "s2")]
        await asyncio.gather(*(line.come(*each) for each in came))
        assert line.through == ["b1", "s1", "s2", "a1", "a2", "b2"]
        await asyncio.wait_for(line.go("later"), 1)

    asyncio.run(use())


@pytest.mark.parametrize("size", [1, 3, 50])
def test_no_more_than_its_size(size: int) -> None:
    """And as many as that."""

    async def use() -> None:
        line = Line(size)
        await asyncio.gather(*(line.come(Urgency(number % 3), str(number)) for number in range(40)))
        assert (line.most, len(line.through)) == (min(size, 40), 40)

    asyncio.run(use())


def test_a_batch_gets_on_under_load() -> None:
    """However many agents come, one turn in eight is for who has waited longest."""

    async def use() -> None:
        line = Line()
        tasks = [line.come(SYNC, "s") for _ in range(10)]
        tasks.append(line.come(BATCH, "b"))
        tasks += [line.come(SYNC, "s") for _ in range(20)]
        await asyncio.gather(*tasks)
        assert line.through.index("b") <= 2 * FAIR_EVERY

    asyncio.run(use())


def test_who_is_cancelled_leaves_the_line() -> None:
    """While waiting, and in the moment in which the turn came: it is passed on."""

    async def use() -> None:
        line = Line()
        first, waiting, other = (line.come(SYNC, name) for name in "abc")
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(first, waiting, other, return_exceptions=True)
        assert line.through == ["a", "c"]

        async with line.gate.turn(math.inf):
            late, last = line.come(SYNC, "late"), line.come(SYNC, "last")
            await asyncio.sleep(0)
        late.cancel()  # its turn has come, and it has not run since
        await asyncio.gather(late, last, return_exceptions=True)
        assert line.through == ["a", "c", "last"]

    asyncio.run(use())


def test_the_deadline_counts_while_waiting() -> None:
    """Who waits in vain hears that it was not the endpoint, and stands in nobody's way."""

    async def use() -> None:
        line = Line()
        now = asyncio.get_running_loop().time()
        async with line.gate.turn(math.inf):
            with pytest.raises(NoTurn, match="let through"):
                await line.go("late", now + 0.01)
            with pytest.raises(NoTurn):
                await line.go("past", now - 1)
        await asyncio.wait_for(line.go("next"), 1)
        assert line.through == ["next"]

    asyncio.run(use())


def test_a_fault_inside_frees_the_place() -> None:
    """A model that fails does not close its gate."""

    async def use() -> None:
        gate = Gate(1)
        model = GatedModel(QueueModel("one", "two", context_tokens=99), gate)
        assert model.context_tokens == 99
        with pytest.raises(RuntimeError):
            async with gate.turn(math.inf):
                raise RuntimeError
        for text in ("one", "two"):
            assert (await model.complete((), deadline=math.inf, seed=1)).text == text

    asyncio.run(use())
