"""Stand-ins for the model, with answers queued by the test."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from service.errors import ModelError
from service.model import Completion, Message, Schema


class QueueModel:
    """A model that gives the queued texts in order or raises the queued errors; it notes what it is asked."""

    def __init__(self, *answers: str | Completion | ModelError, context_tokens: int = 8192) -> None:
        self.context_tokens = context_tokens
        self.asked: list[tuple[Message, ...]] = []
        self.schemas: list[Schema | None] = []
        self._answers = deque(answers)

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        deadline: float,
        seed: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Completion:
        """The next answer."""
        del deadline, seed, grammar
        self.asked.append(tuple(messages))
        self.schemas.append(schema)
        answer = self._answers.popleft()
        if isinstance(answer, ModelError):
            raise answer
        if isinstance(answer, Completion):
            return answer
        return Completion(answer, model="queue", endpoint="fake", prompt_tokens=10, completion_tokens=5)
