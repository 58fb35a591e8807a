"""A model with its prompts: what it finds too long is asked again with less."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from guardrails.types import HistoryItem
from service.errors import EndpointFailed, InvalidField
from service.prompts import load_prompts
from service.writing import ModelWriter, Previous, Written
from tests.fakes import QueueModel
from tests.service.prompt_cases import ASK, CONTEXT, FAILED, FOLDER

TOO_LONG = EndpointFailed("the prompt is too long for the model's context", "too_long")
HISTORY = tuple(HistoryItem(sender="customer", text=f"#{n} 020 7946 {n:04}") for n in range(10))
LONG = replace(ASK, context=CONTEXT.model_copy(update={"history": HISTORY}))
PREVIOUS = Previous("We are sorry.", (FAILED,))


def written(writer: ModelWriter, previous: Previous | None = None) -> Written:
    """One text about the long case."""
    return asyncio.run(writer.write(LONG, previous, deadline=0, seed=1))


@pytest.mark.parametrize("previous", [None, PREVIOUS])
def test_what_the_model_finds_too_long_is_asked_with_less_history(previous: Previous | None) -> None:
    """Half of the newest each time; what remains is known to the next candidate, too."""
    model = QueueModel(TOO_LONG, TOO_LONG, "Sorry.", "Very sorry.")
    writer = ModelWriter(model, load_prompts(FOLDER), 100)
    with capture_logs() as logs:
        first, second = written(writer, previous), written(writer, previous)
    assert (first.prompt.history_omitted, second.prompt.history_omitted) == (8, 8)
    assert [f"#{n} " in first.prompt.messages[1].content for n in (7, 8, 9)] == [False, True, True]
    assert [(each["event"], each["history"]) for each in logs] == [("prompt.too_long", 10), ("prompt.too_long", 5)]
    assert "7946" not in str(logs)
    assert len(model.asked) == 4


def test_what_is_too_long_without_history_is_for_the_caller_to_shorten() -> None:
    """As where it was plain from the estimate: the field is named."""
    model = QueueModel(*(TOO_LONG for _ in range(5)))
    with pytest.raises(InvalidField, match="too long for the model even without earlier messages") as caught:
        written(ModelWriter(model, load_prompts(FOLDER), 100))
    assert (caught.value.field, len(model.asked)) == ("complaint.text", 5)


def test_another_fault_is_no_reason_to_shorten() -> None:
    """The model is asked once."""
    model = QueueModel(EndpointFailed("it did not accept the request", "refused"), "Sorry.")
    with pytest.raises(EndpointFailed, match="did not accept"):
        written(ModelWriter(model, load_prompts(FOLDER), 100))
    assert len(model.asked) == 1
