"""Decides by policy whether a person must answer a complaint, and fails closed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from guardrails.escalation import EscalationModel, find_escalation
from guardrails.policy import Policy
from guardrails.types import Complaint, Context

log = structlog.get_logger()


class Escalations:
    """The escalation rules of every policy, over one model."""

    def __init__(self, policies: Mapping[str, Policy], model: EscalationModel) -> None:
        self._policies = policies
        self._model = model

    async def find(self, policy: str, complaint: Complaint, context: Context) -> str | None:
        """Why a person must answer, or None; `policy` is a known one."""
        rule = self._policies[policy].escalate
        try:
            found = await asyncio.to_thread(find_escalation, complaint, context, rule, self._model)
        # Whatever breaks here, a person must look: only its type is told, since its text may quote the customer.
        except Exception as error:  # noqa: BLE001  # see above
            log.error("escalation.broke", error=type(error).__name__)  # noqa: TRY400  # a traceback would quote
            return f"unknown: the escalation check broke with {type(error).__name__}; read the message before drafting"
        return str(found) if found else None
