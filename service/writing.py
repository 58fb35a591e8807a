"""Who writes an attempt: a model together with the prompts that are right for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from weakref import WeakKeyDictionary

import structlog

from guardrails.types import Complaint, Context, Verdict
from service.errors import EndpointFailed, InvalidField
from service.model import Completion, Model
from service.prompts import Ask, RenderedPrompt, estimated_tokens

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Previous:
    """A draft to be made better, and what the checks said of it."""

    draft: str
    verdicts: Sequence[Verdict]


@dataclass(frozen=True, slots=True)
class Written:
    """What a model was asked and what it gave."""

    prompt: RenderedPrompt
    completion: Completion


class Writer(Protocol):
    """Writes one text for a case."""

    def opening(self, ask: Ask) -> RenderedPrompt:
        """The prompt of a first draft.

        Raises:
            InvalidField: the complaint does not fit into the model's context.
        """

    async def write(self, ask: Ask, previous: Previous | None, *, deadline: float, seed: int) -> Written:
        """A first draft, or a better one than `previous`, before `deadline` (a time of the event loop's clock).

        Raises:
            InvalidField: complaint and previous draft do not fit into the model's context.
            ModelError: no text was obtained.
        """


class Prompts(Protocol):
    """Where a writer's prompts come from."""

    def reply(self, ask: Ask) -> RenderedPrompt:
        """The prompt for a first draft."""

    def revise(self, ask: Ask, draft: str, verdicts: Sequence[Verdict]) -> RenderedPrompt:
        """The prompt for a better draft than this one."""


class ModelWriter:
    """One model with its prompts; `max_tokens` of its context are kept for the answer.

    `grammar_of` holds the texts to a grammar that is made for each case, and for a revision from the verdicts on the
    earlier draft; for a model that knows grammars.
    """

    def __init__(
        self,
        model: Model,
        prompts: Prompts,
        max_tokens: int,
        grammar_of: Callable[[Complaint, Context, Sequence[Verdict]], str] | None = None,
    ) -> None:
        self._model = model
        self._prompts = prompts
        self._max_tokens = max_tokens
        self._grammar_of = grammar_of
        # As long as a draft is under way: its first prompt is looked at, and then sent once for every candidate.
        self._openings: WeakKeyDictionary[Ask, RenderedPrompt] = WeakKeyDictionary()
        # For those whose prompt the model found too long: how many of the earlier messages it is shown since.
        self._most_history: WeakKeyDictionary[Ask, int] = WeakKeyDictionary()

    def opening(self, ask: Ask) -> RenderedPrompt:
        """The prompt of a first draft.

        Raises:
            InvalidField: the complaint does not fit into the model's context.
        """
        if ask not in self._openings:
            self._openings[ask] = self._prompts.reply(self._fitted(ask))
        return self._openings[ask]

    async def write(self, ask: Ask, previous: Previous | None, *, deadline: float, seed: int) -> Written:
        """A first draft, or a better one than `previous`.

        Where the model finds the prompt too long, as tokens are only estimated before, it is asked again with half of
        the earlier messages.

        Raises:
            InvalidField: complaint and previous draft do not fit into the model's context.
            ModelError: no text was obtained.
        """
        verdicts = previous.verdicts if previous else ()
        grammar = self._grammar_of(ask.complaint, ask.context, verdicts) if self._grammar_of else None
        while True:
            prompt = self._prompt(ask, previous)
            try:
                completion = await self._model.complete(prompt.messages, deadline=deadline, seed=seed, grammar=grammar)
            except EndpointFailed as error:
                if error.kind != "too_long":
                    raise
                self._shorten(ask, prompt)
            else:
                return Written(prompt, completion)

    def _prompt(self, ask: Ask, previous: Previous | None) -> RenderedPrompt:
        if previous is None:
            return self.opening(ask)
        return self._prompts.revise(self._fitted(ask), previous.draft, previous.verdicts)

    def _shorten(self, ask: Ask, prompt: RenderedPrompt) -> None:
        shown = len(ask.context.history or ()) - prompt.history_omitted
        log.warning("prompt.too_long", estimated_tokens=estimated_tokens(prompt.messages), history=shown)
        if not shown:
            raise InvalidField(
                "the complaint with its facts is too long for the model even without earlier messages: shorten it, or "
                "use a model with a larger context",
                "complaint.text",
            )
        self._most_history[ask] = min(shown // 2, self._most_history.get(ask, shown))
        self._openings.pop(ask, None)

    def _fitted(self, ask: Ask) -> Ask:
        most_history = self._most_history.get(ask, ask.most_history)
        return replace(ask, token_budget=self._model.context_tokens - self._max_tokens, most_history=most_history)
