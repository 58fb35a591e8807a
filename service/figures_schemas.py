"""The answer of GET /v1/metrics/drafts: counts, shares and distances, in all and by group."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, Field

from guardrails.types import Contract, Probability
from service.schemas import PromptVersion, Usage


class Share(Contract):
    """`count` of `of`, as a share with its 95 % interval (Wilson's)."""

    count: int = Field(ge=0)
    of: int = Field(ge=1)
    share: Probability
    low: Probability
    high: Probability


class EditDistances(Contract):
    """How far what was sent is from what was shown: 0 as it was, 1 nothing in common; rounded to hundredths."""

    drafts: int = Field(ge=1, description="Drafts with a distance: sent as they were, or edited.")
    median: Probability = Field(description="The distance that half of them do not exceed.")
    p90: Probability = Field(description="The distance that nine in ten do not exceed.")


class FeedbackFigures(Contract):
    """What agents did with drafts; of several feedback on one draft, the last counts, whenever it came."""

    drafts: int = Field(ge=0, description="Drafts with feedback: sent, edited, rejected and withheld.")
    sent: int = Field(ge=0, description="Sent as they were.")
    edited: int = Field(ge=0)
    rejected: int = Field(ge=0)
    withheld: int = Field(ge=0, description="Drafts with feedback of which no text was shown: the agent had none.")
    acceptance: Share | None = Field(
        description="Sent as they were, of all that were sent, edited or rejected; null where there are none."
    )
    edit_distance: EditDistances | None = Field(description="Null where nothing was sent or edited.")


class DraftFigures(Contract):
    """The figures of a group of drafts."""

    drafts: int = Field(ge=0)
    ready: Share | None = Field(description="Drafts that passed every blocking check and need no person.")
    shown: Share | None = Field(description="Drafts of which the caller was given at least one text.")
    escalated: Share | None = Field(description="Complaints that were left to a person.")
    median_ms: float | None = Field(
        ge=0, description="Half of the drafts took no longer than this; rounded to two significant digits."
    )
    usage: Usage = Field(description="Tokens of all attempts at all drafts of the group together.")
    feedback: FeedbackFigures


class SituationFigures(Contract):
    """The figures of a situation."""

    situation: str
    figures: DraftFigures


class PromptFigures(Contract):
    """The figures of one version of a prompt."""

    prompt: PromptVersion = Field(description="The prompt of the text that the verdicts are about.")
    figures: DraftFigures


class DayFigures(Contract):
    """The figures of the drafts that were made on one day."""

    day: date = Field(description="In the zone of `from`; the first and the last day may not be whole.")
    figures: DraftFigures


class CheckFigures(Contract):
    """What a check has to do with what agents did."""

    check: str
    failed: Share | None = Field(description="Drafts that failed it, of those that were checked.")
    feedback_where_passed: FeedbackFigures
    feedback_where_failed: FeedbackFigures


class TenureFigures(Contract):
    """What agents of similar tenure did; both are null where the feedback does not give it."""

    from_months: int | None = Field(ge=0, description="Included.")
    below_months: int | None = Field(ge=1, description="Not included; null where there is no end.")
    feedback: FeedbackFigures


class DraftMetrics(Contract):
    """Figures of the drafts that were made from `from` on and before `to`, erased ones included."""

    since: AwareDatetime = Field(alias="from", description="Included.")
    until: AwareDatetime = Field(alias="to", description="Not included.")
    totals: DraftFigures
    by_situation: tuple[SituationFigures, ...] = Field(description="The largest first.")
    by_prompt: tuple[PromptFigures, ...] = Field(description="The largest first.")
    by_check: tuple[CheckFigures, ...] = Field(
        description="Every check of the catalog in its order, then those of other versions of Amends."
    )
    by_tenure: tuple[TenureFigures, ...] = Field(
        description="Bands of months: 0 to 2, 3 to 5, 6 to 11, 12 to 23, 24 to 59, 60 and more; then those of unknown "
        "tenure. Bands without feedback are absent."
    )
    by_day: tuple[DayFigures, ...] = Field(description="In order; days without drafts are absent.")
