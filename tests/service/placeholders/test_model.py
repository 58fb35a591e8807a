"""What a remote model is given, and what becomes of its answer."""

from __future__ import annotations

import asyncio
import math
from string import Template

import pytest
from structlog.testing import capture_logs

from guardrails.types import Agent, Complaint, Context, FollowUp
from service.errors import DeadlinePassed, EndpointFailed, ModelError, PlaceholderLost
from service.model import Completion, Message
from service.placeholders.drafting import Subject, calls_about, current_subject
from service.placeholders.model import NOTE_TOKENS, PlaceholderModel, load_note
from tests.fakes import QueueModel
from tests.service.prompt_cases import FOLDER

NOTE = Template("Marks such as $examples are real words, which you copy as they are and never invent.")
MAIL = "dana@example.com"
SUBJECT_PARTS = (
    "acme",
    Complaint(text=f"I am Dana, {MAIL}", channel="email", customer_name="Dana Okafor"),
    Context(brand="Harbourline", agent=Agent(name="Maya Lindqvist"), follow_up=FollowUp(person="Priya Nair")),
)


def about() -> Subject:
    """A draft for a tenant."""
    return Subject(*SUBJECT_PARTS, SUBJECT_PARTS[1:])


def asked_of(model: QueueModel, *texts: str, off_for: frozenset[str] = frozenset()) -> list[Completion]:
    """The completions of one draft, one for each text."""
    private = PlaceholderModel(model, NOTE, off_for)

    async def ask() -> list[Completion]:
        with calls_about(about()):
            return [
                await private.complete([Message("system", "Reply."), Message("user", text)], deadline=math.inf, seed=1)
                for text in texts
            ]

    return asyncio.run(ask())


def test_nothing_of_a_person_goes_out_and_all_of_it_comes_back() -> None:
    """Names of customer, agent and colleague too; the note stands behind the instructions."""
    model = QueueModel("Dear [NAME_1], we write to [EMAIL_1]. [NAME_2] [NAME_3]")
    (completion,) = asked_of(model, f"Dana, {MAIL}, Maya Lindqvist, Nair")
    assert completion.text == f"Dear Dana, we write to {MAIL}. Maya Lindqvist"
    system, user = model.asked[0]
    assert user.content == "[NAME_1], [EMAIL_1], [NAME_2] [NAME_3], [NAME_4]"
    assert system.content.startswith("Reply.\n\nMarks such as [")
    assert (completion.model, completion.endpoint, completion.prompt_tokens) == ("queue", "fake", 10)


def test_a_draft_has_one_book() -> None:
    """A later round knows the placeholders of the first, in whichever order they come."""
    model = QueueModel("[EMAIL_1]", "[EMAIL_2] and [EMAIL_1]")
    first, second = asked_of(model, MAIL, f"tom@example.com, {MAIL}")
    assert (first.text, second.text) == (MAIL, f"tom@example.com and {MAIL}")


def test_a_call_has_the_placeholders_of_its_own_messages_alone() -> None:
    """What another call was shown is neither put back nor named in the note."""
    model = QueueModel("[EMAIL_1]", "Write to [EMAIL_1].")
    with pytest.raises(PlaceholderLost):
        asked_of(model, MAIL, "call 07700 900417")
    assert "[PHONE_1]" in model.asked[1][0].content
    assert "[EMAIL_1]" not in str(model.asked[1])


def test_calls_that_are_about_nothing_are_kept_private_too() -> None:
    """Whoever forgets to say what a call is about loses the names, and no more."""
    model = QueueModel("[EMAIL_1]")
    private = PlaceholderModel(model, NOTE)
    completion = asyncio.run(private.complete([Message("user", MAIL)], deadline=math.inf, seed=1))
    assert completion.text == MAIL
    assert [each.role for each in model.asked[0]] == ["system", "user"]
    assert MAIL not in str(model.asked)
    assert current_subject().tenant is None


def test_a_text_without_anything_is_asked_as_it_is() -> None:
    """No note stands where there are no placeholders, and yet none may be invented."""
    model = QueueModel("Sorry.", "Sorry, [NAME_1].")
    assert asked_of(model, "The lid is cracked.")[0].text == "Sorry."
    assert model.asked[0] == (Message("system", "Reply."), Message("user", "The lid is cracked."))
    with pytest.raises(PlaceholderLost):
        asked_of(model, "The lid is cracked.")


def test_a_tenant_may_do_without() -> None:
    """Its texts go out as they are, and those of others do not."""
    model = QueueModel("[EMAIL_1]", "[EMAIL_1]")
    assert asked_of(model, MAIL, off_for=frozenset({"acme"}))[0].text == "[EMAIL_1]"
    assert model.asked[0][1].content == MAIL
    assert asked_of(model, MAIL, off_for=frozenset({"other"}))[0].text == MAIL


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("To [EMAIL_2].", "fake: the text holds a placeholder (EMAIL) that stands for nothing; it was thrown away"),
        ("To [ADDRESS_1].", "fake: the text holds a placeholder of no known kind; it was thrown away"),
        (
            "Marks such as [EMAIL_1] are real words, which you copy as they are.",
            "fake: the text repeats what is said of placeholders; it was thrown away",
        ),
    ],
)
def test_what_cannot_be_put_back_is_no_text(answer: str, reason: str) -> None:
    """The reason is clear, and neither it nor the log has a word of the customer's."""
    with capture_logs() as logs, pytest.raises(PlaceholderLost) as error:
        asked_of(QueueModel(answer), MAIL)
    assert str(error.value) == reason
    assert (error.value.prompt_tokens, error.value.completion_tokens) == (10, 5)
    assert MAIL not in str(logs)
    assert [each["event"] for each in logs] == ["placeholders.lost"]


def test_the_deadline_holds_for_the_looking_too() -> None:
    """Nothing is asked when the time was over before."""
    model = QueueModel("[EMAIL_1]")

    async def late() -> None:
        now = asyncio.get_running_loop().time()
        await PlaceholderModel(model, NOTE).complete([Message("user", MAIL)], deadline=now - 1, seed=1)

    with pytest.raises(DeadlinePassed):
        asyncio.run(late())
    assert model.asked == []


@pytest.mark.parametrize("fault", [EndpointFailed("no"), ModelError("no")])
def test_faults_pass(fault: ModelError) -> None:
    """What the model raises is raised."""
    with pytest.raises(type(fault)):
        asked_of(QueueModel(fault), MAIL)


def test_the_note_has_room() -> None:
    """The shipped one takes no more of the context than is kept for it."""
    note = load_note(FOLDER).substitute(examples=", ".join(f"[IDENTITY_{number}]" for number in range(1000, 1004)))
    assert len(note.encode()) < 3 * NOTE_TOKENS
    assert PlaceholderModel(QueueModel(), NOTE).context_tokens == QueueModel().context_tokens - NOTE_TOKENS


def test_several_attempts_at_once_share_the_book() -> None:
    """Whoever asks first makes it."""
    subject = about()

    async def books() -> list[int]:
        return [
            id(each) for each in await asyncio.gather(*(asyncio.to_thread(lambda: subject.book) for _ in range(16)))
        ]

    assert len(set(asyncio.run(books()))) == 1
