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
class Sentence:
    """A sentence of a completion: where it stands, and the natural logarithm of its probability, at most 0."""

    start: int
    end: int
    logprob: float

    @property
    def surprise(self) -> float:
        """How little the model expected it itself, in nats a character, at least 0."""
        return -self.logprob / (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Completion:
    """The text that a model gave, and what it cost in tokens.

    `sentences` are all of the text's, in order; none where the endpoint does not tell how likely they were.
    """

    text: str
    model: str
    endpoint: str
    prompt_tokens: int
    completion_tokens: int
    sentences: tuple[Sentence, ...] = ()

    @property
    def surprise(self) -> float | None:
        """How unsure the model was of the whole text, in nats a character; None where it is not known."""
        length = sum(each.end - each.start for each in self.sentences)
        return -sum(each.logprob for each in self.sentences) / length if length else None


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
