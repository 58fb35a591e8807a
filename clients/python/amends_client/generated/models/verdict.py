from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.verdict_decided_by import VerdictDecidedBy, check_verdict_decided_by
from ..types import UNSET, Unset

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
        score (float | None | Unset): Calibrated probability that the check passes.
        decided_by (VerdictDecidedBy | Unset):  Default: 'rule'.
        findings (list[VerdictFinding] | Unset):
        advice (None | str | Unset):
        skipped (None | str | Unset):
        error (None | str | Unset):
    """

    check: str
    passed: bool
    blocking: bool
    level: int | None
    limit: int | None
    score: float | None | Unset = UNSET
    decided_by: VerdictDecidedBy | Unset = "rule"
    findings: list[VerdictFinding] | Unset = UNSET
    advice: None | str | Unset = UNSET
    skipped: None | str | Unset = UNSET
    error: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        check = self.check

        passed = self.passed

        blocking = self.blocking

        level: int | None
        level = self.level

        limit: int | None
        limit = self.limit

        score: float | None | Unset
        if isinstance(self.score, Unset):
            score = UNSET
        else:
            score = self.score

        decided_by: str | Unset = UNSET
        if not isinstance(self.decided_by, Unset):
            decided_by = self.decided_by

        findings: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.findings, Unset):
            findings = []
            for findings_item_data in self.findings:
                findings_item = findings_item_data.to_dict()
                findings.append(findings_item)

        advice: None | str | Unset
        if isinstance(self.advice, Unset):
            advice = UNSET
        else:
            advice = self.advice

        skipped: None | str | Unset
        if isinstance(self.skipped, Unset):
            skipped = UNSET
        else:
            skipped = self.skipped

        error: None | str | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        else:
            error = self.error

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "check": check,
                "passed": passed,
                "blocking": blocking,
                "level": level,
                "limit": limit,
            }
        )
        if score is not UNSET:
            field_dict["score"] = score
        if decided_by is not UNSET:
            field_dict["decided_by"] = decided_by
        if findings is not UNSET:
            field_dict["findings"] = findings
        if advice is not UNSET:
            field_dict["advice"] = advice
        if skipped is not UNSET:
            field_dict["skipped"] = skipped
        if error is not UNSET:
            field_dict["error"] = error

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

        def _parse_score(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        score = _parse_score(d.pop("score", UNSET))

        _decided_by = d.pop("decided_by", UNSET)
        decided_by: VerdictDecidedBy | Unset
        if isinstance(_decided_by, Unset):
            decided_by = UNSET
        else:
            decided_by = check_verdict_decided_by(_decided_by)

        _findings = d.pop("findings", UNSET)
        findings: list[VerdictFinding] | Unset = UNSET
        if _findings is not UNSET:
            findings = []
            for findings_item_data in _findings:
                findings_item = VerdictFinding.from_dict(findings_item_data)

                findings.append(findings_item)

        def _parse_advice(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        advice = _parse_advice(d.pop("advice", UNSET))

        def _parse_skipped(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        skipped = _parse_skipped(d.pop("skipped", UNSET))

        def _parse_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

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
