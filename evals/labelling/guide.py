"""What each check asks a reader, and what its levels mean, in a few words: the labelling page shows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """One answer: `value` is a level, or whether an exact check passes."""

    value: int | bool
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Question:
    """One check as a reader is asked it; `words` says which words of the draft to mark."""

    check: str
    asks: str
    words: str
    levels: tuple[Level, ...]


def leveled(check: str, asks: str, words: str, *levels: tuple[str, str]) -> Question:
    """A check with levels, which are given from 0 upwards."""
    return Question(check, asks, words, tuple(Level(i, name, meaning) for i, (name, meaning) in enumerate(levels)))


def exact(check: str, asks: str, fails: str, passes: str) -> Question:
    """A check that fails or passes."""
    levels = Level(value=False, name="fails", meaning=fails), Level(value=True, name="passes", meaning=passes)
    return Question(check, asks, "the faulty words", levels)


QUESTIONS = (
    leveled(
        "apology",
        "How sincere is the apology?",
        "the words of regret",
        ("none", "No regret at all; thanks are none."),
        ("hollow", "Would fit any complaint, hangs on an “if”, or is taken back at once."),
        ("specific", "Unconditional, and says what happened to this customer, or what it cost them."),
        ("owned", "As 2, and the business takes the blame."),
    ),
    leveled(
        "excuses",
        "Does it make excuses?",
        "the cause or the excuse",
        ("none", "No cause is given, or only what will be done."),
        ("explanation", "A cause, owned or needed to act or wait, that makes the business's part no smaller."),
        ("excuse", "Shifts the blame, plays it down, denies it, or points at the customer."),
    ),
    leveled(
        "solution",
        "Is there a concrete solution?",
        "what is offered or done",
        ("none", "Nothing but feelings and good intentions."),
        ("vague", "Something will happen, but not what: passed on, looked into, “message us”."),
        ("concrete", "At least one definite thing for this very problem: done, promised, or to choose."),
    ),
    leveled(
        "follow_up",
        "Can the customer reach somebody?",
        "the contact",
        ("none", "No way back to anybody."),
        ("generic", "“Contact us”, “we will be in touch”: no address, no channel, no time."),
        ("usable", "To act on at once: a number, address or link; or they call by a stated time."),
        ("named", "A person or team by name, with a direct channel or a time."),
    ),
    leveled(
        "acknowledgement",
        "Does it repeat the problem?",
        "the problem as the draft says it",
        ("none", "Nothing of the problem."),
        ("gesture", "“Your concerns”, “this experience”, or only its subject."),
        ("restated", "Says what went wrong for this customer."),
    ),
    leveled(
        "tone",
        "Is the tone right?",
        "the words that jar",
        ("respectful", "Plain and respectful."),
        ("off", "Curt, cold, robotic, defensive, or too cheerful for this."),
        ("hurtful", "Blames, mocks or is rude."),
    ),
    exact(
        "grounding",
        "Does every claim stand in the case?",
        "A number, date, name, address or event that neither complaint nor context gives.",
        "All of it stands there, or follows from it.",
    ),
    exact(
        "remedies",
        "Is every promise authorised?",
        "Promises more, sooner or for more people than is authorised or already done.",
        "Only what is authorised, done, or the follow-up.",
    ),
    exact(
        "constraints",
        "Are the constraints kept?",
        "Breaks at least one of them.",
        "Keeps each of them.",
    ),
)
