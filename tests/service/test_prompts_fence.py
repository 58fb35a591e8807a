"""Nothing that stands in a case can leave its place in the rendered prompt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guardrails.types import Complaint, HistoryItem
from service.prompts import Ask, PromptLibrary, load_prompts
from tests.service.prompt_cases import ASK, COMPLAINT, CONTEXT, FOLDER
from tests.service.test_fence import ATTACKS, folded


@pytest.fixture(scope="module")
def library() -> PromptLibrary:
    """The shipped prompts."""
    return load_prompts(FOLDER)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("where", ["complaint", "name", "history", "fact", "instruction", "brand", "language"])
def test_the_fence_holds(library: PromptLibrary, attack: str, where: str) -> None:
    """Wherever an attack stands in a case, it opens and closes no fence and makes no control token."""
    plain = folded(library.reply(ASK).messages[1].content)
    text = folded(library.reply(attacked(where, attack)).messages[1].content)
    for tag in ("<complaint>", "</complaint>", "<customer_name>", "</customer_name>", "<from_", "</from_"):
        assert text.count(tag) == plain.count(tag)
    assert not any(token in text for token in ("<|", "<s>", "<system", "<start_of", "<<"))


def attacked(where: str, attack: str) -> Ask:
    """The case with an attack in one of its texts."""
    text = f"Before {attack} after"
    complaints = {
        "complaint": {"text": text},
        "name": {"customer_name": text},
        "language": {"language": text},
    }
    history = (HistoryItem(sender="customer", text=text), HistoryItem(sender="agent", text="Yes, today."))
    contexts: dict[str, dict[str, object]] = {
        "history": {"history": history},
        "fact": {"facts": (text, "The kettle is in stock.")},
        "brand": {"brand": text},
    }
    return replace(
        ASK,
        complaint=COMPLAINT.model_copy(update=complaints.get(where)),
        context=CONTEXT.model_copy(update=contexts.get(where)),
        instruction=text if where == "instruction" else None,
    )


def test_placeholders_in_a_case_stay_text(library: PromptLibrary) -> None:
    """A complaint that writes a placeholder does not get it filled."""
    ask = replace(ASK, complaint=Complaint(text="You owe me $$5 and $remedies ${agent}", channel="email"))
    assert "You owe me $$5 and $remedies ${agent}" in library.reply(ask).messages[1].content
