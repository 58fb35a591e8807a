from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.verdict_decided_by import VerdictDecidedBy, check_verdict_decided_by

if TYPE_CHECKING:
    from ..models.verdict_finding import VerdictFinding


T = TypeVar("T", bound="Verdict")


@_attrs_define
class Verdict:
    """What one check decided about one draft, by one policy.

    Attributes:
        check (str):
        passed (bool):
        blocking (bool):
        level (int | None):
        limit (int | None):
        score (float | None): Calibrated probability that the check passes.
        decided_by (VerdictDecidedBy):  Default: 'rule'.
        findings (list[VerdictFinding]):
        advice (None | str):
        skipped (None | str):
        error (None | str):
    """

    check: str
    passed: bool
    blocking: bool
    level: int | None
    limit: int | None
    score: float | None
    findings: list[VerdictFinding]
    advice: None | str
    skipped: None | str
    error: None | str
    decided_by: VerdictDecidedBy = "rule"

    def to_dict(self) -> dict[str, Any]:
        check = self.check

        passed = self.passed

        blocking = self.blocking

        level: int | None
        level = self.level

        limit: int | None
        limit = self.limit

        score: float | None
        score = self.score

        decided_by: str = self.decided_by

        findings = []
        for findings_item_data in self.findings:
            findings_item = findings_item_data.to_dict()
            findings.append(findings_item)

        advice: None | str
        advice = self.advice

        skipped: None | str
        skipped = self.skipped

        error: None | str
        error = self.error

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "check": check,
                "passed": passed,
                "blocking": blocking,
                "level": level,
                "limit": limit,
                "score": score,
                "decided_by": decided_by,
                "findings": findings,
                "advice": advice,
                "skipped": skipped,
                "error": error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.verdict_finding import VerdictFinding  # noqa: PLC0415

        d = dict(src_dict)
        check = d.pop("check")

        passed = d.pop("passed")

        blocking = d.pop("blocking")

        def _parse_level(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        level = _parse_level(d.pop("level"))

        def _parse_limit(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        limit = _parse_limit(d.pop("limit"))

        def _parse_score(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        score = _parse_score(d.pop("score"))

        decided_by = check_verdict_decided_by(d.pop("decided_by"))

        findings = []
        _findings = d.pop("findings")
        for findings_item_data in _findings:
            findings_item = VerdictFinding.from_dict(findings_item_data)

            findings.append(findings_item)

        def _parse_advice(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        advice = _parse_advice(d.pop("advice"))

        def _parse_skipped(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        skipped = _parse_skipped(d.pop("skipped"))

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        verdict = cls(
            check=check,
            passed=passed,
            blocking=blocking,
            level=level,
            limit=limit,
            score=score,
            decided_by=decided_by,
            findings=findings,
            advice=advice,
            skipped=skipped,
            error=error,
        )

        return verdict
