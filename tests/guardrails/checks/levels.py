"""What the tests of the checks with levels share."""

from __future__ import annotations

from guardrails.model.reader import OnnxCheckModel
from guardrails.types import Check, Draft, Reading

MODEL = OnnxCheckModel()
COMPLAINT = (
    "My blue armchair was delivered yesterday with a broken leg and a long scratch on the armrest. "
    "I waited six weeks for it and took a day off work."
)


def read(check: Check, draft: str, complaint: str = COMPLAINT) -> Reading:
    """What a check reads in a reply to the armchair complaint; its findings must quote the draft."""
    reading = check.read(Draft(text=draft, complaint=complaint))
    for finding in reading.findings:
        assert 0 <= finding.start < finding.end <= len(draft)
        assert draft[finding.start : finding.end].strip()
    return reading
