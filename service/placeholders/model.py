"""A model that never sees who a customer is: every message to it and every answer of it go through here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from string import Template

import structlog

from guardrails.values.runs import shared
from service.errors import DeadlinePassed, PlaceholderLost
from service.model import Completion, Message, Model, Schema
from service.placeholders.book import Book, Name
from service.placeholders.drafting import current_subject
from service.placeholders.kinds import KINDS
from service.placeholders.marks import written
from service.prompt_files import Head, exact_sections, read_prompt, template

log = structlog.get_logger()

NOTE_TOKENS = 120  # that the note may take of the model's context
MOST_EXAMPLES = 4
REPEATED_WORDS = 8  # in a row that stand in the note: no reply has them by chance


class PlaceholderModel:
    """A remote model that is given placeholders in the place of personal data.

    Args:
        model: is asked; it may be a long way off.
        note: tells it what placeholders are, and follows its instructions where there are any.
        off_for: the tenants whose texts it is given as they are.
    """

    def __init__(self, model: Model, note: Template, off_for: frozenset[str] = frozenset()) -> None:
        self._model = model
        self._note = note
        self._off_for = off_for

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""
        return self._model.context_tokens - NOTE_TOKENS

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        deadline: float,
        seed: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Completion:
        """One completion with the values in it, before `deadline` (a time of the running event loop's clock).

        Raises:
            PlaceholderLost: what is in the text cannot be put back.
            DeadlinePassed: also where it passed before the model was asked.
            ModelError: see the model.
        """
        subject = current_subject()
        if subject.tenant in self._off_for:
            return await self._model.complete(messages, deadline=deadline, seed=seed, schema=schema, grammar=grammar)
        try:
            async with asyncio.timeout_at(deadline):  # a long text may take a while
                book = await asyncio.to_thread(lambda: subject.book)
                replaced = await asyncio.to_thread(book.replace, messages)
        except TimeoutError as error:
            raise DeadlinePassed("the deadline passed before personal data was taken out of the prompt") from error
        sent = book.sent_in(replaced)
        # The first of each kind before all others.
        examples = sorted(sent, key=lambda name: (name[1], KINDS.index(name[0])))[:MOST_EXAMPLES]
        note = self._note.substitute(examples=", ".join(written(*name) for name in examples))
        asked = with_note(replaced, note) if sent else replaced
        completion = await self._model.complete(asked, deadline=deadline, seed=seed, schema=schema, grammar=grammar)
        try:
            text = await asyncio.to_thread(restored, completion.text, book, note, sent)
        except PlaceholderLost as error:
            log.warning("placeholders.lost", endpoint=completion.endpoint, detail=str(error))
            reason = f"{completion.endpoint}: {error}; it was thrown away"
            raise PlaceholderLost(reason, completion.prompt_tokens, completion.completion_tokens) from None
        log.info("placeholders.used", endpoint=completion.endpoint, **book.counts())
        return replace(completion, text=text)


def restored(text: str, book: Book, note: str, sent: frozenset[Name]) -> str:
    """The text with the values in it, of the placeholders that were sent.

    Raises:
        PlaceholderLost: a placeholder stands for nothing, or the note was written down as a reply.
    """
    if any(shared(text, note, REPEATED_WORDS)):
        raise PlaceholderLost("the text repeats what is said of placeholders")
    return book.restore(text, sent)


def with_note(messages: Sequence[Message], note: str) -> tuple[Message, ...]:
    """The messages with the note behind the instructions, or before all where there are none."""
    first, *others = messages
    if first.role != "system":
        return (Message("system", note), *messages)
    return (replace(first, content=f"{first.content}\n\n{note}"), *others)


def load_note(folder: Path) -> Template:
    """The note in placeholders.md.

    Raises:
        ConfigurationError: the file is missing or wrong; names it and what is wrong in it.
    """
    file = read_prompt(folder / "placeholders.md", Head)
    return template(file, exact_sections(file, ("note",))["note"], ("examples",))
