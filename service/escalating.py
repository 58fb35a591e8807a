"""Decides by policy whether a person must answer a complaint, and fails closed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from guardrails.escalation import EscalationModel, Kind, find_escalation
from guardrails.policy import Policy
from guardrails.types import Complaint, Context

log = structlog.get_logger()
READ_SECONDS = 15.0  # for all messages of a case: the longest cases would take minutes


@dataclass(frozen=True, slots=True)
class Hurried:
    """A model that reads no further message after a moment of the monotonic clock."""

    model: EscalationModel
    end: float

    def escalations(self, message: str) -> Mapping[Kind, float]:
        """What the model says.

        Raises:
            TimeoutError: it is too late.
        """
        if time.monotonic() > self.end:
            raise TimeoutError
        return self.model.escalations(message)


class Escalations:
    """The escalation rules of every policy, over one model."""

    def __init__(self, policies: Mapping[str, Policy], model: EscalationModel, read_s: float = READ_SECONDS) -> None:
        self._policies = policies
        self._model = model
        self._read_s = read_s

    async def find(self, policy: str, complaint: Complaint, context: Context) -> str | None:
        """Why a person must answer, or None; `policy` is a known one.

        A case too long to be read in time is for a person, too: what was not read may hold the threat.
        """
        rule = self._policies[policy].escalate
        try:
            model = Hurried(self._model, time.monotonic() + self._read_s)
            found = await asyncio.to_thread(find_escalation, complaint, context, rule, model)
        # Whatever breaks here, a person must look: only its type is told, since its text may quote the customer.
        except Exception as error:  # noqa: BLE001  # see above
            log.error("escalation.broke", error=type(error).__name__)  # noqa: TRY400  # a traceback would quote
            return f"unknown: the escalation check broke with {type(error).__name__}; read the message before drafting"
        return str(found) if found else None
