from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.agent import Agent
    from ..models.follow_up import FollowUp
    from ..models.history_item import HistoryItem
    from ..models.remedy import Remedy


T = TypeVar("T", bound="Context")


@_attrs_define
class Context:
    """What the business knows and allows: the only source of facts and promises in a draft.

    Attributes:
        brand (str):
        agent (Agent): Who signs the reply.
        facts (list[str] | None | Unset):
        remedies (list[Remedy] | None | Unset):
        follow_up (FollowUp | None | Unset):
        constraints (list[str] | None | Unset):
        history (list[HistoryItem] | None | Unset):
        customer_ref (None | str | Unset):
        now (datetime.datetime | None | Unset): The moment that dates are counted from; by default that of the request.
    """

    brand: str
    agent: Agent
    facts: list[str] | None | Unset = UNSET
    remedies: list[Remedy] | None | Unset = UNSET
    follow_up: FollowUp | None | Unset = UNSET
    constraints: list[str] | None | Unset = UNSET
    history: list[HistoryItem] | None | Unset = UNSET
    customer_ref: None | str | Unset = UNSET
    now: datetime.datetime | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.follow_up import FollowUp  # noqa: PLC0415

        brand = self.brand

        agent = self.agent.to_dict()

        facts: list[str] | None | Unset
        if isinstance(self.facts, Unset):
            facts = UNSET
        elif isinstance(self.facts, list):
            facts = self.facts

        else:
            facts = self.facts

        remedies: list[dict[str, Any]] | None | Unset
        if isinstance(self.remedies, Unset):
            remedies = UNSET
        elif isinstance(self.remedies, list):
            remedies = []
            for remedies_type_0_item_data in self.remedies:
                remedies_type_0_item = remedies_type_0_item_data.to_dict()
                remedies.append(remedies_type_0_item)

        else:
            remedies = self.remedies

        follow_up: dict[str, Any] | None | Unset
        if isinstance(self.follow_up, Unset):
            follow_up = UNSET
        elif isinstance(self.follow_up, FollowUp):
            follow_up = self.follow_up.to_dict()
        else:
            follow_up = self.follow_up

        constraints: list[str] | None | Unset
        if isinstance(self.constraints, Unset):
            constraints = UNSET
        elif isinstance(self.constraints, list):
            constraints = self.constraints

        else:
            constraints = self.constraints

        history: list[dict[str, Any]] | None | Unset
        if isinstance(self.history, Unset):
            history = UNSET
        elif isinstance(self.history, list):
            history = []
            for history_type_0_item_data in self.history:
                history_type_0_item = history_type_0_item_data.to_dict()
                history.append(history_type_0_item)

        else:
            history = self.history

        customer_ref: None | str | Unset
        if isinstance(self.customer_ref, Unset):
            customer_ref = UNSET
        else:
            customer_ref = self.customer_ref

        now: None | str | Unset
        if isinstance(self.now, Unset):
            now = UNSET
        elif isinstance(self.now, datetime.datetime):
            now = self.now.isoformat()
        else:
            now = self.now

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "brand": brand,
                "agent": agent,
            }
        )
        if facts is not UNSET:
            field_dict["facts"] = facts
        if remedies is not UNSET:
            field_dict["remedies"] = remedies
        if follow_up is not UNSET:
            field_dict["follow_up"] = follow_up
        if constraints is not UNSET:
            field_dict["constraints"] = constraints
        if history is not UNSET:
            field_dict["history"] = history
        if customer_ref is not UNSET:
            field_dict["customer_ref"] = customer_ref
        if now is not UNSET:
            field_dict["now"] = now

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent import Agent  # noqa: PLC0415
        from ..models.follow_up import FollowUp  # noqa: PLC0415
        from ..models.history_item import HistoryItem  # noqa: PLC0415
        from ..models.remedy import Remedy  # noqa: PLC0415

        d = dict(src_dict)
        brand = d.pop("brand")

        agent = Agent.from_dict(d.pop("agent"))

        def _parse_facts(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                facts_type_0 = cast(list[str], data)

                return facts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        facts = _parse_facts(d.pop("facts", UNSET))

        def _parse_remedies(data: object) -> list[Remedy] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                remedies_type_0 = []
                _remedies_type_0 = data
                for remedies_type_0_item_data in _remedies_type_0:
                    remedies_type_0_item = Remedy.from_dict(remedies_type_0_item_data)

                    remedies_type_0.append(remedies_type_0_item)

                return remedies_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Remedy] | None | Unset, data)

        remedies = _parse_remedies(d.pop("remedies", UNSET))

        def _parse_follow_up(data: object) -> FollowUp | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                follow_up_type_0 = FollowUp.from_dict(data)

                return follow_up_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FollowUp | None | Unset, data)

        follow_up = _parse_follow_up(d.pop("follow_up", UNSET))

        def _parse_constraints(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                constraints_type_0 = cast(list[str], data)

                return constraints_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        constraints = _parse_constraints(d.pop("constraints", UNSET))

        def _parse_history(data: object) -> list[HistoryItem] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                history_type_0 = []
                _history_type_0 = data
                for history_type_0_item_data in _history_type_0:
                    history_type_0_item = HistoryItem.from_dict(history_type_0_item_data)

                    history_type_0.append(history_type_0_item)

                return history_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[HistoryItem] | None | Unset, data)

        history = _parse_history(d.pop("history", UNSET))

        def _parse_customer_ref(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        customer_ref = _parse_customer_ref(d.pop("customer_ref", UNSET))

        def _parse_now(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                now_type_0 = datetime.datetime.fromisoformat(data)

                return now_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        now = _parse_now(d.pop("now", UNSET))

        context = cls(
            brand=brand,
            agent=agent,
            facts=facts,
            remedies=remedies,
            follow_up=follow_up,
            constraints=constraints,
            history=history,
            customer_ref=customer_ref,
            now=now,
        )

        return context
