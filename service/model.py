"""What the loop asks of a language model, whoever serves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Completion:
    """The text that a model gave, and what it cost in tokens.

    `mean_logprob` says how sure the model was of it: the mean over its tokens of the natural logarithm of their
    probability, at most 0; None where the endpoint does not tell.
    """

    text: str
    model: str
    endpoint: str
    prompt_tokens: int
    completion_tokens: int
    mean_logprob: float | None = None


Schema = Mapping[str, object]  # a JSON schema


class Model(Protocol):
    """A language model behind an endpoint."""

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        deadline: float,
        seed: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Completion:
        """One completion before `deadline` (a time of the running event loop's clock).

        `schema` is the form that the text should have: an endpoint that can be held to it is, and from any other
        the text may still be anything. `grammar` (GBNF) holds every word of the text to a form; only a model that
        knows grammars may be given one.

        Raises:
            ModelError: no text was obtained; EndpointBusy and DeadlinePassed say why.
        """
