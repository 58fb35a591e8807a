"""One answer for one key: at once, again, in two processes, after a fault, a death, and the end of its time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service.errors import EndpointFailed, InvalidField, KeyInUse, KeyReused, StoreError
from service.idempotency import Answer, Claim, Kept, OnceOnly, Standing, fingerprint_of, read_key
from service.schemas import Case, Feedback
from tests.service.keys import ASKED, HELD, KEPT, Time, Worker, once_over
from tests.service.parts import NOW, make_case

MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ([], None),
        (["8e03978e-40d5-43e8-bc93-6894a57f9324"], "8e03978e-40d5-43e8-bc93-6894a57f9324"),
        (['"8e03978e"'], "8e03978e"),
        (["  padded\t"], "padded"),
        (["ticket:7/reply#2+a=b@c~d_e.f!"], "ticket:7/reply#2+a=b@c~d_e.f!"),
        (["x" * 255], "x" * 255),
        ([f'"{"x" * 255}"'], "x" * 255),
    ],
    ids=range(7),
)
def test_a_key_is_read(fields: list[str], key: str | None) -> None:
    """Bare or in quotes; no header is no key."""
    assert read_key(fields) == key


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ([""], "is empty"),
        (["  "], "is empty"),
        (['""'], "is empty"),
        (['"'], "may hold printable ASCII alone"),
        (["a", "a"], "was sent more than once"),
        (["a", "b"], "was sent more than once"),
        (["a, b"], "may hold"),
        (["a,b"], "may hold"),
        (["a;b"], "may hold"),
        (["a b"], "may hold"),
        (['"a'], "may hold"),
        (['""a""'], "may hold"),
        (["a\\b"], "may hold"),
        (["a\x00"], "may hold"),
        (["a\nb"], "may hold"),
        (["gr\xfc\xdfe"], "may hold"),
        (["x" * 256], "has 256 characters; at most 255"),
        (["x" * 60_000], "has 60,000 characters; at most 255"),
    ],
    ids=range(18),
)
def test_what_is_no_key_is_refused(fields: list[str], says: str) -> None:
    """By the header's name, with what to do, and without the key."""
    with pytest.raises(InvalidField, match=says) as caught:
        read_key(fields)
    assert caught.value.field == "Idempotency-Key"
    assert "xxx" not in str(caught.value)


def case_of(text: str) -> Case:
    """A case as it is read."""
    return Case.model_validate_json(text)


PLAIN = '{"complaint":{"text":"It broke.","channel":"email"},"context":{"brand":"B","agent":{"name":"M"}}}'


@pytest.mark.parametrize(
    ("other", "equal"),
    [
        (PLAIN.replace(":", " :\n"), True),
        (PLAIN.replace('"text":"It broke.","channel":"email"', '"channel":"email","text":"It br\\u006fke."'), True),
        (PLAIN.replace('"brand"', '"facts":null,"brand"'), True),
        (PLAIN.replace("It broke.", "It broke. "), False),
        (PLAIN.replace('"brand"', '"facts":["It is red."],"brand"'), False),
        (PLAIN.replace('{"complaint"', '{"id":"7","complaint"'), False),
    ],
    ids=range(6),
)
def test_bodies_that_mean_the_same_are_equal(other: str, *, equal: bool) -> None:
    """White space, order, escapes and absent fields do not count; every character of a text does."""
    assert (fingerprint_of("/p", case_of(PLAIN)) == fingerprint_of("/p", case_of(other))) is equal


def test_a_number_is_one_however_it_is_written() -> None:
    """Who sends 80.0 the first time and 80 the second asks for the same."""
    first, second = (case_of(f'{{"options":{{"max_words":{number}}},{PLAIN[1:]}') for number in ("80.0", "80"))
    assert fingerprint_of("/p", first) == fingerprint_of("/p", second)


def test_a_path_is_part_of_a_request() -> None:
    """Feedback on one draft is not feedback on another."""
    sent = Feedback(outcome="sent")
    assert fingerprint_of("/v1/drafts/a/feedback", sent) != fingerprint_of("/v1/drafts/b/feedback", sent)
    assert fingerprint_of("/\0\udcff", make_case())


def with_worker(path: Path, use: Callable[[Worker, Time], Awaitable[None]], wait_s: float = 5) -> None:
    """Do something with a worker over a file."""

    async def run() -> None:
        time = Time()
        async with once_over(path, time, wait_s) as once:
            await use(Worker(once), time)

    asyncio.run(run())


def test_the_second_request_gets_the_first_answer(tmp_path: Path) -> None:
    """Until the key expires, then it is free; other keys, routes and tenants are others."""

    async def use(worker: Worker, time: Time) -> None:
        first = await worker.ask()
        assert (await worker.ask(), worker.calls) == (first, 1)
        for other in ({"key": "other"}, {"route": "other"}, {"tenant": "other"}):
            assert await worker.ask(replace(ASKED, **other)) != first
        time.now += KEPT - MICROSECOND
        assert (await worker.ask(), worker.calls) == (first, 4)
        time.now += MICROSECOND
        assert (await worker.ask(replace(ASKED, fingerprint="new")), worker.calls) == (Answer(200, '{"number": 5}'), 5)

    with_worker(tmp_path / "a.db", use)


def test_without_a_key_everything_is_new(tmp_path: Path) -> None:
    """Twice the same is twice the work."""

    async def use(worker: Worker, time: Time) -> None:
        del time
        assert await worker.ask(None) != await worker.ask(None)

    with_worker(tmp_path / "a.db", use)


def test_another_body_is_refused(tmp_path: Path) -> None:
    """While the first is worked on, and afterwards; who repeats the first is not disturbed by it."""

    async def run() -> None:
        go = asyncio.get_running_loop().create_future()
        other = replace(ASKED, fingerprint="other")
        async with once_over(tmp_path / "a.db", Time()) as once:
            worker = Worker(once, go)
            first = asyncio.create_task(worker.ask())
            await asyncio.sleep(0.05)
            asked = [worker.ask(other), worker.ask(), worker.ask(other)]
            answers = asyncio.gather(*asked, return_exceptions=True)
            await asyncio.sleep(0.05)
            go.set_result(None)
            refused, repeated, again = await answers
            assert isinstance(refused, KeyReused)
            assert isinstance(again, KeyReused)
            assert repeated == await first
            with pytest.raises(KeyReused, match="Idempotency-Key: was sent with another request"):
                await worker.ask(other)
            assert worker.calls == 1

    asyncio.run(run())


def test_two_processes_do_the_work_once(tmp_path: Path) -> None:
    """Of a hundred requests with ten keys at two engines on one file, ten are worked on."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            engines = [await stack.enter_async_context(once_over(tmp_path / "a.db", Time())) for _ in range(2)]
            workers = [Worker(once) for once in engines]
            asked = [replace(ASKED, key=str(number % 10)) for number in range(50)]
            answers = await asyncio.gather(*(worker.ask(each) for each in asked for worker in workers))
            assert sum(worker.calls for worker in workers) == 10
            assert len(answers) == 100
            again = await asyncio.gather(*(workers[0].ask(each) for each in asked))
            assert [*again] == [*answers[::2]] == [*answers[1::2]]

    asyncio.run(run())


@pytest.mark.parametrize("fault", [EndpointFailed("down"), InvalidField("unknown", None), RuntimeError("crash")])
def test_a_fault_is_not_kept(tmp_path: Path, fault: Exception) -> None:
    """Those who waited hear of it, one call was made, and the next request works, also with another body."""

    async def use(worker: Worker, time: Time) -> None:
        del time
        worker.fault = fault
        heard = await asyncio.gather(*(worker.ask() for _ in range(5)), return_exceptions=True)
        assert (heard, worker.calls) == ([fault] * 5, 1)
        worker.fault = None
        assert (await worker.ask(replace(ASKED, fingerprint="corrected"))).status == 200

    with_worker(tmp_path / "a.db", use)


def test_who_hangs_up_does_not_stop_the_work(tmp_path: Path) -> None:
    """The next one gets what the first began."""

    async def run() -> None:
        go = asyncio.get_running_loop().create_future()
        async with once_over(tmp_path / "a.db", Time()) as once:
            worker = Worker(once, go)
            first = asyncio.create_task(worker.ask())
            await asyncio.sleep(0.05)
            first.cancel()
            second = asyncio.create_task(worker.ask())
            await asyncio.sleep(0)
            go.set_result(None)
            assert (await second, worker.calls) == (Answer(200, '{"number": 1}'), 1)

    asyncio.run(run())


def test_what_is_stopped_frees_its_key(tmp_path: Path) -> None:
    """A service that ends while nobody waits any more leaves no claim behind; who waits still is told."""

    async def run() -> None:
        time = Time()
        async with once_over(tmp_path / "a.db", time) as once:
            worker = Worker(once, asyncio.get_running_loop().create_future())
            first, second = asyncio.create_task(worker.ask()), asyncio.create_task(worker.ask())
            await asyncio.sleep(0.05)
            first.cancel()
            await once.aclose()
            await once.aclose()
            with pytest.raises(KeyInUse):
                await second
        async with once_over(tmp_path / "a.db", time, 0) as once:
            assert (await Worker(once).ask()).status == 200

    asyncio.run(run())


def test_a_wait_ends(tmp_path: Path) -> None:
    """In the same process and in another one, who waited long enough is told to come again."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            time = Time()
            engines = [await stack.enter_async_context(once_over(tmp_path / "a.db", time, 0.1)) for _ in range(2)]
            go = asyncio.get_running_loop().create_future()
            slow, other = Worker(engines[0], go), Worker(engines[1])
            first = asyncio.create_task(slow.ask())
            await asyncio.sleep(0.05)
            for worker in (slow, other):
                with pytest.raises(KeyInUse, match="still worked on: send it again"):
                    await worker.ask()
            go.set_result(None)
            assert await first == await other.ask()
            assert (slow.calls, other.calls) == (1, 0)

    asyncio.run(run())


def test_a_claim_is_taken_over_and_the_late_one_keeps_nothing(tmp_path: Path) -> None:
    """After its time another process works; what the first one brings too late is not kept."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            time = Time()
            engines = [await stack.enter_async_context(once_over(tmp_path / "a.db", time, 0)) for _ in range(2)]
            go = asyncio.get_running_loop().create_future()
            late, heir = Worker(engines[0], go), Worker(engines[1])
            first = asyncio.create_task(late.ask())
            await asyncio.sleep(0.05)
            time.now = NOW + HELD - MICROSECOND
            with pytest.raises(KeyInUse):
                await heir.ask()
            time.now = NOW + HELD
            answer = await heir.ask()
            go.set_result(None)
            with pytest.raises(KeyInUse, match="another process took it over"):
                await first
            assert (await late.ask(), late.calls, heir.calls) == (answer, 1, 1)

    asyncio.run(run())


class Failing:
    """Keys of a database that fails: at the claim or after it, and then some times when a claim is given back."""

    def __init__(self, *, claims: bool, releases: int) -> None:
        self.claims = claims
        self.releases = releases
        self.released: list[Claim] = []
        self.given_back = asyncio.Event()

    async def claim(self, claim: Claim, now: datetime, until: datetime) -> Standing | None:
        """Fail, or let anybody work."""
        del now, until
        if self.claims:
            raise StoreError(f"The disk is full at {claim.asked.route}.")
        return None

    async def keep(self, kept: Kept) -> None:
        """Fail."""
        raise StoreError(f"The disk is full at {kept.claim.asked.route}.")

    async def release(self, claim: Claim) -> None:
        """Fail some times."""
        self.releases -= 1
        if self.releases >= 0:
            raise StoreError("The disk is still full.")
        self.released.append(claim)
        self.given_back.set()


@pytest.mark.parametrize("claims", [True, False])
def test_a_store_that_fails_is_told_at_once(*, claims: bool) -> None:
    """Also where only the answer to the claim was lost; and the key is given back as soon as that is possible."""

    async def run() -> None:
        keys = Failing(claims=claims, releases=2)
        once = OnceOnly(keys, Time(), held=HELD, kept=KEPT, wait_s=1, give_back_s=0.01)
        with pytest.raises(StoreError, match="The disk is full at POST /route"):
            await Worker(once).ask()
        assert keys.released == []
        await asyncio.wait_for(keys.given_back.wait(), 5)
        assert [each.asked for each in keys.released] == [ASKED]
        await once.aclose()

    asyncio.run(run())


def test_a_claim_is_not_given_back_after_its_time() -> None:
    """By then it may be another's: here nobody asks the database again."""

    async def run() -> None:
        keys = Failing(claims=True, releases=1_000)
        once = OnceOnly(keys, Time(), held=timedelta(seconds=0.05), kept=KEPT, wait_s=1, give_back_s=0.01)
        with pytest.raises(StoreError):
            await Worker(once).ask()
        await asyncio.sleep(0.2)
        left = keys.releases
        await asyncio.sleep(0.1)
        assert left == keys.releases > 900
        await once.aclose()

    asyncio.run(run())
