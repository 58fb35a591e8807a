"""The fallback chain: who is asked, who is left alone, and what is said when nobody gave a text."""

from __future__ import annotations

import asyncio

import pytest

from guardrails.types import Agent, Complaint, Context
from service.breaker import Breaker
from service.errors import (
    AnswerUnusable,
    ConfigurationError,
    DeadlinePassed,
    EmbeddedModelFailed,
    EndpointBusy,
    EndpointFailed,
    InvalidField,
    ModelError,
    NoTurn,
)
from service.fallback import FallbackChain, Link, one_answers
from service.model_client import Endpoint, OpenAIModel
from service.model_failures import TemporaryFailure
from service.prompts import Ask, RenderedPrompt
from service.writing import ModelWriter, Previous, Written
from tests.fake_endpoint import FakeEndpoint, fails, hangs, says
from tests.fakes import QueueModel
from tests.service.clock import Clock
from tests.service.parts import COMPLAINT, NOW, VERDICT, PlainPrompts

ASK = Ask(
    complaint=Complaint(text=COMPLAINT, channel="email"),
    context=Context(brand="Harbourline", agent=Agent(name="Maya")),
    now=NOW,
    situation="general",
)
DOWN = EndpointFailed("http://a/v1 refused\nthe connection")


class Narrow(PlainPrompts):
    """Prompts that never fit."""

    def reply(self, ask: Ask) -> RenderedPrompt:
        """Never."""
        raise InvalidField(f"there is room for {ask.token_budget}", "complaint.text")


class Sleeper:
    """A writer that answers after its time, or raises at its deadline, as writers have to; it notes its calls."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begun = 0
        self.allowed: list[float] = []

    def opening(self, ask: Ask) -> RenderedPrompt:
        """A prompt."""
        return PlainPrompts().reply(ask)

    async def write(self, ask: Ask, previous: Previous | None, *, deadline: float, seed: int) -> Written:
        """Sleep first."""
        self.begun += 1
        self.allowed.append(deadline - asyncio.get_running_loop().time())
        try:
            async with asyncio.timeout_at(deadline):
                await asyncio.sleep(self.seconds)
        except TimeoutError as error:
            raise DeadlinePassed("it was too slow") from error
        return await ModelWriter(QueueModel("late"), PlainPrompts(), 100).write(ask, previous, deadline=0, seed=seed)


def link(name: str, *answers: str | ModelError, breaker: Breaker | None = None, fits: bool = True) -> Link:
    """A link whose model gives these answers in turn."""
    prompts = PlainPrompts() if fits else Narrow()
    return Link(name, ModelWriter(QueueModel(*answers), prompts, 100), 30, breaker or Breaker(Clock()))


def write(chain: FallbackChain, times: int = 1, seconds: float = 60) -> str:
    """The last of so many texts that are asked for one after the other."""

    async def ask() -> str:
        deadline = asyncio.get_running_loop().time() + seconds
        written = [await chain.write(ASK, None, deadline=deadline, seed=1) for _ in range(times)]
        return written[-1].completion.text

    return asyncio.run(ask())


def refused(chain: FallbackChain, seconds: float = 60) -> ModelError:
    """The error of a chain that gives no text."""
    with pytest.raises(ModelError) as caught:
        write(chain, seconds=seconds)
    return caught.value


def open_breaker(clock: Clock) -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker(clock)
    for _ in range(3):
        with breaker.calling() as call:
            call.answered = False
    return breaker


@pytest.mark.parametrize(
    "fault",
    [
        DOWN,
        TemporaryFailure("it failed"),
        EndpointBusy("it is busy", 5),
        DeadlinePassed("it was too slow"),
        EmbeddedModelFailed("it stopped"),
    ],
)
def test_the_next_one_is_asked_after_a_fault(fault: ModelError) -> None:
    """Whatever keeps an endpoint from answering, the draft comes from the next, and three faults open the breaker."""
    clock = Clock()
    first = link("a", fault, fault, fault, breaker=Breaker(clock))
    chain = FallbackChain([first, link("b", "1", "2", "3", "4", breaker=Breaker(clock))])
    assert write(chain, times=2) == "2"
    assert first.breaker.wait_s == 0
    assert write(chain, times=2) == "4", "the fourth text did not ask the first link, which has no answer left"
    assert first.breaker.wait_s == 30


def test_a_prompt_that_is_too_long_is_no_fault_of_the_endpoint() -> None:
    """Others' drafts are still asked of it."""
    clock = Clock()
    fault = EndpointFailed("it is too long", "too_long")
    first = link("a", fault, fault, fault, "short enough", breaker=Breaker(clock))
    chain = FallbackChain([first, link("b", "1", "2", "3", breaker=Breaker(clock))])
    assert write(chain, times=4) == "short enough"
    assert first.breaker.wait_s == 0


def test_the_first_that_answers_is_enough() -> None:
    """Later links are not asked, and the prompt is the one of the link that answered."""
    later = QueueModel()
    chain = FallbackChain([link("a", "text"), Link("b", ModelWriter(later, PlainPrompts(), 100), 30)])
    assert write(chain) == "text"
    assert later.asked == []


def test_a_revision_reaches_the_link_that_is_asked() -> None:
    """The draft to make better is handed on as it came."""
    prompts = PlainPrompts()
    chain = FallbackChain([link("a", DOWN), Link("b", ModelWriter(QueueModel("better"), prompts, 100), 30)])

    async def revise() -> Written:
        deadline = asyncio.get_running_loop().time() + 60
        return await chain.write(ASK, Previous("draft", (VERDICT,)), deadline=deadline, seed=1)

    assert asyncio.run(revise()).prompt.name == "revise"
    assert prompts.revised == [("draft", (VERDICT,))]


def test_a_refusal_is_an_answer() -> None:
    """It is raised as it is, the next link is not asked, and it opens no breaker but ends a row of faults."""
    refusal = AnswerUnusable("it refused")
    first = link("a", DOWN, DOWN, refusal, DOWN, DOWN, "text")
    chain = FallbackChain([first, link("b", "1", "2", "3", "4")])
    assert write(chain, times=2) == "2"
    assert refused(chain) is refusal
    assert write(chain, times=2) == "4"
    assert write(chain) == "text"


def test_what_does_not_fit_goes_on() -> None:
    """A prompt that is too long for one link is given to the next, and counts as no fault."""
    first = link("a", fits=False)
    chain = FallbackChain([first, link("b", *"12345")])
    assert write(chain, times=5) == "5"
    assert first.breaker.wait_s == 0
    assert chain.opening(ASK).name == "reply"


def test_what_fits_nowhere_is_told() -> None:
    """The caller learns that the complaint is too long, with the room of the first link."""
    chain = FallbackChain(
        [
            Link("a", ModelWriter(QueueModel(context_tokens=8_100), Narrow(), 100), 30),
            Link("b", ModelWriter(QueueModel(context_tokens=2_100), Narrow(), 100), 30),
        ]
    )
    with pytest.raises(InvalidField, match="room for 8000"):
        chain.opening(ASK)
    with pytest.raises(InvalidField, match="room for 8000"):
        write(chain)


@pytest.mark.parametrize(
    ("last", "kind"),
    [
        (EndpointBusy("it is busy", 7), EndpointBusy),
        (DeadlinePassed("it was too slow"), DeadlinePassed),
        (EmbeddedModelFailed("it stopped"), EmbeddedModelFailed),
        (EndpointFailed("it wants another key", "key_refused"), EndpointFailed),
    ],
)
def test_when_all_fail_the_last_fault_names_each(last: ModelError, kind: type[ModelError]) -> None:
    """One line for a person, with every link and its reason in their order."""
    clock = Clock()
    chain = FallbackChain(
        [link("a", DOWN), link("b", fits=False), link("c", breaker=open_breaker(clock)), link("d", last)]
    )
    error = refused(chain)
    assert (type(error), error.kind) == (kind, last.kind)
    assert str(error) == (
        "no endpoint gave a text: a: http://a/v1 refused the connection; "
        "b: the prompt does not fit into its context; "
        f"c: it failed before and is left alone for another 30 s; d: {last}"
    )
    assert error.__cause__ is last
    assert not isinstance(error, EndpointBusy) or error.retry_after == 7


def test_with_every_breaker_open_the_caller_is_told_when() -> None:
    """Nobody is asked, and the time to wait is that until the first may be tried."""
    clock = Clock()
    first = open_breaker(clock)
    clock.now += 12
    chain = FallbackChain([link("a", breaker=open_breaker(clock)), link("b", breaker=first), link("c", fits=False)])
    error = refused(chain)
    assert isinstance(error, EndpointBusy)
    assert error.retry_after == 18
    assert "a: it failed before and is left alone for another 30 s" in str(error)


def test_after_its_wait_a_link_is_tried_again() -> None:
    """A trial that fails costs nothing but itself; one that succeeds brings the link back."""
    clock = Clock()
    first = link("a", DOWN, "back", "and", "here", breaker=open_breaker(clock))
    chain = FallbackChain([first, link("b", "1", "2", "3")])
    assert write(chain) == "1"
    clock.now += 30
    assert write(chain) == "2"
    assert first.breaker.wait_s == 30
    assert write(chain) == "3"
    clock.now += 30
    assert write(chain, times=3) == "here"


def test_only_one_of_many_makes_the_trial() -> None:
    """When the wait is over, forty drafts at once send one call to the link."""
    clock = Clock()
    slow = Sleeper(0.05)
    breaker = open_breaker(clock)
    clock.now += 30
    chain = FallbackChain([Link("a", slow, 30, breaker), link("b", *["text"] * 40)])

    async def forty() -> list[str]:
        deadline = asyncio.get_running_loop().time() + 60
        each = (chain.write(ASK, None, deadline=deadline, seed=seed) for seed in range(40))
        return [written.completion.text for written in await asyncio.gather(*each)]

    assert sorted(asyncio.run(forty())) == ["late", *["text"] * 39]
    assert slow.begun == 1


def test_a_slow_link_has_its_own_deadline() -> None:
    """It is given up after its time, which counts as a fault, and the draft's time goes on."""
    slow = Sleeper(30)
    first = Link("a", slow, 0.05, Breaker(Clock()))
    assert write(FallbackChain([first, link("b", "1", "2", "3")]), times=3) == "3"
    assert first.breaker.wait_s == 30
    assert all(0 < seconds <= 0.05 for seconds in slow.allowed)


def test_the_drafts_deadline_ends_everything() -> None:
    """No call outlasts the draft; that its time is over is nobody's fault, and no other link is asked."""
    slow = Sleeper(30)
    first = Link("a", slow, 30, Breaker(Clock()))
    second = Sleeper(0)
    chain = FallbackChain([first, Link("b", second, 30)])
    for _ in range(4):
        assert isinstance(refused(chain, seconds=0.02), DeadlinePassed)
    assert (slow.begun, second.begun, first.breaker.wait_s) == (4, 0, 0)


def test_a_cancelled_call_counts_as_nothing() -> None:
    """A caller who leaves says nothing about the endpoint, nor does one who leaves in the middle of a trial."""
    clock = Clock()
    slow = Sleeper(30)
    first = Link("a", slow, 30, Breaker(clock))
    chain = FallbackChain([first, link("b")])

    async def leave() -> None:
        task = asyncio.create_task(chain.write(ASK, None, deadline=asyncio.get_running_loop().time() + 60, seed=1))
        await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    for _ in range(5):
        asyncio.run(leave())
    assert (slow.begun, first.breaker.wait_s) == (5, 0)


def test_a_turn_that_did_not_come_counts_as_nothing() -> None:
    """The next link is asked, and the breaker of one that was not stays closed, however often."""
    crowded = link("a", *[NoTurn("others were let through", 5)] * 4, "it is free again")
    chain = FallbackChain([crowded, link("b", "one", "two", "three", "four")])
    assert [write(chain) for _ in range(5)] == ["one", "two", "three", "four", "it is free again"]


def test_that_no_turn_came_is_told_as_such() -> None:
    """Whoever has the time waits for another."""
    with pytest.raises(NoTurn, match="a: down; b: others") as caught:
        write(FallbackChain([link("a", EndpointFailed("down")), link("b", NoTurn("others", 5))]))
    assert caught.value.retry_after == 5


def test_a_mistake_of_ours_counts_as_nothing() -> None:
    """What nobody foresaw is neither hidden by the next link nor held against the endpoint."""
    first = link("a")  # an empty queue

    with pytest.raises(IndexError):
        write(FallbackChain([first, link("b", "text")]))
    assert first.breaker.wait_s == 0


@pytest.mark.parametrize(
    ("names", "says"),
    [((), "at least one endpoint"), (("a", "b", "a"), "the same name: a")],
)
def test_a_chain_that_makes_no_sense_is_refused(names: tuple[str, ...], says: str) -> None:
    """Names tell the links apart in every message."""
    with pytest.raises(ConfigurationError, match=says):
        FallbackChain([link(name) for name in names])


def client(url: str, model: str) -> OpenAIModel:
    """A client that does not try again."""
    return OpenAIModel(Endpoint(base_url=url, model=model, attempts=1))


async def asked(chain: FallbackChain, drafts: int) -> list[Written]:
    """So many drafts at once."""
    deadline = asyncio.get_running_loop().time() + 20
    return await asyncio.gather(*(chain.write(ASK, None, deadline=deadline, seed=seed) for seed in range(drafts)))


def test_forty_drafts_against_a_dead_endpoint() -> None:
    """Every one is written by the second; once the breaker has opened, no call reaches the first any more."""

    async def all_of_them(dead: FakeEndpoint, alive: FakeEndpoint) -> None:
        models = [client(dead.url, "a"), client(alive.url, "b")]
        chain = FallbackChain(
            [Link(f"{number}", ModelWriter(model, PlainPrompts(), 100), 10) for number, model in enumerate(models)]
        )
        first = await asked(chain, 40)
        reached = dead.calls
        second = await asked(chain, 40)
        assert {written.completion.endpoint for written in (*first, *second)} == {alive.url}
        assert (reached <= 40, dead.calls - reached, alive.calls) == (True, 0, 80)
        for model in models:
            await model.aclose()

    with FakeEndpoint(fails(503)) as dead, FakeEndpoint(says("I am sorry.")) as alive:
        asyncio.run(all_of_them(dead, alive))


def test_an_endpoint_that_hangs_is_given_up() -> None:
    """Over real HTTP, the deadline of the link ends the call and the next one answers."""

    async def one(hanging: FakeEndpoint, alive: FakeEndpoint) -> None:
        models = [client(hanging.url, "a"), client(alive.url, "b")]
        links = [Link(str(number), ModelWriter(each, PlainPrompts(), 100), 0.2) for number, each in enumerate(models)]
        (written,) = await asked(FallbackChain(links), 1)
        assert written.completion.endpoint == alive.url
        for model in models:
            await model.aclose()

    with FakeEndpoint(hangs) as hanging, FakeEndpoint(says("I am sorry.")) as alive:
        asyncio.run(one(hanging, alive))


class Pinged:
    """Something that answers after a while, or raises; it notes whether it was let go."""

    def __init__(self, fault: ModelError | None = None, seconds: float = 0) -> None:
        self._fault = fault
        self._seconds = seconds
        self.ended = False

    async def ping(self) -> None:
        """Answer."""
        try:
            await asyncio.sleep(self._seconds)
            if self._fault:
                raise self._fault
        finally:
            self.ended = True


def test_one_that_answers_makes_it_ready() -> None:
    """Neither one that is down nor one that hangs keeps the service from work, and nothing is left running."""
    hanging = Pinged(seconds=60)
    asyncio.run(asyncio.wait_for(one_answers([Pinged(DOWN), hanging, Pinged(seconds=0.01)]), 5))
    assert hanging.ended


def test_one_that_is_alone_speaks_for_itself() -> None:
    """Its fault is raised as it is."""
    with pytest.raises(EndpointFailed) as caught:
        asyncio.run(one_answers([Pinged(DOWN)]))
    assert caught.value is DOWN


def test_none_that_answers_is_told() -> None:
    """The fault that came last names all."""
    slower = Pinged(EndpointBusy("b is busy", 5), seconds=0.02)
    with pytest.raises(EndpointBusy, match=r"^no endpoint answers: http://a/v1 refused the connection; b is busy$"):
        asyncio.run(one_answers([slower, Pinged(DOWN)]))
