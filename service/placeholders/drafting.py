"""What is known of the draft or the check that calls to a model are made for: its tenant, and its book."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from pydantic import BaseModel

from guardrails.types import Complaint, Context
from service.placeholders.book import Book
from service.placeholders.names import names_of


@dataclass
class Subject:
    """What calls are about; the book is made when a call first needs it, for many never do.

    `given` is all that the caller sent.
    """

    tenant: str | None = None
    complaint: Complaint | str = ""
    context: Context | None = None
    given: tuple[BaseModel, ...] = ()
    _book: Book | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def book(self) -> Book:
        """The one book of this draft, although several attempts ask for it at once."""
        with self._lock:
            if self._book is None:
                self._book = self._made()
            return self._book

    def _made(self) -> Book:
        context = self.context
        person = context.follow_up.person if context and context.follow_up else None
        customer = self.complaint.customer_name if isinstance(self.complaint, Complaint) else None
        agent = context.agent.name if context else None
        names = names_of((customer, agent, person), context.brand if context else "")
        return Book(names, (text for given in self.given for text in texts_of(given.model_dump())))


# A context's variable and no argument: what is in between, from the draft to the call, has no use for it.
_current: ContextVar[Subject | None] = ContextVar("subject", default=None)


@contextmanager
def calls_about(subject: Subject) -> Iterator[None]:
    """Calls that are made inside of this, in tasks and threads begun there too, are about that."""
    token = _current.set(subject)
    try:
        yield
    finally:
        _current.reset(token)


def current_subject() -> Subject:
    """What a call that is made here is about; where nobody said it, it has a book of its own."""
    return _current.get() or Subject()


def texts_of(value: object) -> Iterator[str]:
    """Every text in a value that came as JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_of(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_of(each)
