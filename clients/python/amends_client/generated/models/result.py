from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.result_status import ResultStatus, check_result_status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.alternative import Alternative
    from ..models.attempt import Attempt
    from ..models.problem import Problem
    from ..models.prompt_version import PromptVersion
    from ..models.timings import Timings
    from ..models.usage import Usage
    from ..models.verdict import Verdict


T = TypeVar("T", bound="Result")


@_attrs_define
class Result:
    """What became of a case.

    Attributes:
        id (str):
        ref (None | str):
        status (ResultStatus):
        draft (None | str):
        verdicts (list[Verdict]):
        situation (str):
        unverified_constraints (list[str]):
        history_omitted (int): How many of the oldest messages did not fit into the prompt.
        model (None | str):
        endpoint (None | str):
        prompt (PromptVersion): Which prompt was used; `hash` changes with every word of it and never with the case.
        policy (str):
        usage (Usage): Tokens of all attempts together.
        timings_ms (Timings): Milliseconds: in all, waiting for the model, and in the checks.
        alternatives (list[Alternative] | None | Unset):
        attempts (list[Attempt] | None | Unset):
        escalate (None | str | Unset):
        problem (None | Problem | Unset): Why a draft that was asked for asynchronously, or in a batch, failed.
    """

    id: str
    ref: None | str
    status: ResultStatus
    draft: None | str
    verdicts: list[Verdict]
    situation: str
    unverified_constraints: list[str]
    history_omitted: int
    model: None | str
    endpoint: None | str
    prompt: PromptVersion
    policy: str
    usage: Usage
    timings_ms: Timings
    alternatives: list[Alternative] | None | Unset = UNSET
    attempts: list[Attempt] | None | Unset = UNSET
    escalate: None | str | Unset = UNSET
    problem: None | Problem | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.problem import Problem  # noqa: PLC0415

        id = self.id

        ref: None | str
        ref = self.ref

        status: str = self.status

        draft: None | str
        draft = self.draft

        verdicts = []
        for verdicts_item_data in self.verdicts:
            verdicts_item = verdicts_item_data.to_dict()
            verdicts.append(verdicts_item)

        situation = self.situation

        unverified_constraints = self.unverified_constraints

        history_omitted = self.history_omitted

        model: None | str
        model = self.model

        endpoint: None | str
        endpoint = self.endpoint

        prompt = self.prompt.to_dict()

        policy = self.policy

        usage = self.usage.to_dict()

        timings_ms = self.timings_ms.to_dict()

        alternatives: list[dict[str, Any]] | None | Unset
        if isinstance(self.alternatives, Unset):
            alternatives = UNSET
        elif isinstance(self.alternatives, list):
            alternatives = []
            for alternatives_type_0_item_data in self.alternatives:
                alternatives_type_0_item = alternatives_type_0_item_data.to_dict()
                alternatives.append(alternatives_type_0_item)

        else:
            alternatives = self.alternatives

        attempts: list[dict[str, Any]] | None | Unset
        if isinstance(self.attempts, Unset):
            attempts = UNSET
        elif isinstance(self.attempts, list):
            attempts = []
            for attempts_type_0_item_data in self.attempts:
                attempts_type_0_item = attempts_type_0_item_data.to_dict()
                attempts.append(attempts_type_0_item)

        else:
            attempts = self.attempts

        escalate: None | str | Unset
        if isinstance(self.escalate, Unset):
            escalate = UNSET
        else:
            escalate = self.escalate

        problem: dict[str, Any] | None | Unset
        if isinstance(self.problem, Unset):
            problem = UNSET
        elif isinstance(self.problem, Problem):
            problem = self.problem.to_dict()
        else:
            problem = self.problem

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "ref": ref,
                "status": status,
                "draft": draft,
                "verdicts": verdicts,
                "situation": situation,
                "unverified_constraints": unverified_constraints,
                "history_omitted": history_omitted,
                "model": model,
                "endpoint": endpoint,
                "prompt": prompt,
                "policy": policy,
                "usage": usage,
                "timings_ms": timings_ms,
            }
        )
        if alternatives is not UNSET:
            field_dict["alternatives"] = alternatives
        if attempts is not UNSET:
            field_dict["attempts"] = attempts
        if escalate is not UNSET:
            field_dict["escalate"] = escalate
        if problem is not UNSET:
            field_dict["problem"] = problem

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.alternative import Alternative  # noqa: PLC0415
        from ..models.attempt import Attempt  # noqa: PLC0415
        from ..models.problem import Problem  # noqa: PLC0415
        from ..models.prompt_version import PromptVersion  # noqa: PLC0415
        from ..models.timings import Timings  # noqa: PLC0415
        from ..models.usage import Usage  # noqa: PLC0415
        from ..models.verdict import Verdict  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        def _parse_ref(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        ref = _parse_ref(d.pop("ref"))

        status = check_result_status(d.pop("status"))

        def _parse_draft(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        draft = _parse_draft(d.pop("draft"))

        verdicts = []
        _verdicts = d.pop("verdicts")
        for verdicts_item_data in _verdicts:
            verdicts_item = Verdict.from_dict(verdicts_item_data)

            verdicts.append(verdicts_item)

        situation = d.pop("situation")

        unverified_constraints = cast(list[str], d.pop("unverified_constraints"))

        history_omitted = d.pop("history_omitted")

        def _parse_model(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        model = _parse_model(d.pop("model"))

        def _parse_endpoint(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        endpoint = _parse_endpoint(d.pop("endpoint"))

        prompt = PromptVersion.from_dict(d.pop("prompt"))

        policy = d.pop("policy")

        usage = Usage.from_dict(d.pop("usage"))

        timings_ms = Timings.from_dict(d.pop("timings_ms"))

        def _parse_alternatives(data: object) -> list[Alternative] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                alternatives_type_0 = []
                _alternatives_type_0 = data
                for alternatives_type_0_item_data in _alternatives_type_0:
                    alternatives_type_0_item = Alternative.from_dict(alternatives_type_0_item_data)

                    alternatives_type_0.append(alternatives_type_0_item)

                return alternatives_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Alternative] | None | Unset, data)

        alternatives = _parse_alternatives(d.pop("alternatives", UNSET))

        def _parse_attempts(data: object) -> list[Attempt] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                attempts_type_0 = []
                _attempts_type_0 = data
                for attempts_type_0_item_data in _attempts_type_0:
                    attempts_type_0_item = Attempt.from_dict(attempts_type_0_item_data)

                    attempts_type_0.append(attempts_type_0_item)

                return attempts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Attempt] | None | Unset, data)

        attempts = _parse_attempts(d.pop("attempts", UNSET))

        def _parse_escalate(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        escalate = _parse_escalate(d.pop("escalate", UNSET))

        def _parse_problem(data: object) -> None | Problem | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                problem_type_0 = Problem.from_dict(data)

                return problem_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Problem | Unset, data)

        problem = _parse_problem(d.pop("problem", UNSET))

        result = cls(
            id=id,
            ref=ref,
            status=status,
            draft=draft,
            verdicts=verdicts,
            situation=situation,
            unverified_constraints=unverified_constraints,
            history_omitted=history_omitted,
            model=model,
            endpoint=endpoint,
            prompt=prompt,
            policy=policy,
            usage=usage,
            timings_ms=timings_ms,
            alternatives=alternatives,
            attempts=attempts,
            escalate=escalate,
            problem=problem,
        )

        return result
