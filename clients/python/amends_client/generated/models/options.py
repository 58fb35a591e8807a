from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.options_delivery_type_0 import (
    OptionsDeliveryType0,
    check_options_delivery_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="Options")


@_attrs_define
class Options:
    """How one draft is to be made; each option has a default.

    Attributes:
        policy (None | str | Unset): A policy's name; by default `default`.
        delivery (None | OptionsDeliveryType0 | Unset): `strict`, the default, returns no draft that failed a blocking
            check; `flagged` does.
        max_words (int | None | Unset):
        instruction (None | str | Unset): A wish for this draft alone; what it says of length and marks is checked as a
            constraint is. A fact belongs into `context.facts`: what a wish alone says is not grounded.
        tone (None | str | Unset):
        situation (None | str | Unset): Overrides the situation that was found.
        alternatives (int | None | Unset):
        include_attempts (bool | None | Unset):
    """

    policy: None | str | Unset = UNSET
    delivery: None | OptionsDeliveryType0 | Unset = UNSET
    max_words: int | None | Unset = UNSET
    instruction: None | str | Unset = UNSET
    tone: None | str | Unset = UNSET
    situation: None | str | Unset = UNSET
    alternatives: int | None | Unset = UNSET
    include_attempts: bool | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        policy: None | str | Unset
        if isinstance(self.policy, Unset):
            policy = UNSET
        else:
            policy = self.policy

        delivery: None | str | Unset
        if isinstance(self.delivery, Unset):
            delivery = UNSET
        elif isinstance(self.delivery, str):
            delivery = self.delivery
        else:
            delivery = self.delivery

        max_words: int | None | Unset
        if isinstance(self.max_words, Unset):
            max_words = UNSET
        else:
            max_words = self.max_words

        instruction: None | str | Unset
        if isinstance(self.instruction, Unset):
            instruction = UNSET
        else:
            instruction = self.instruction

        tone: None | str | Unset
        if isinstance(self.tone, Unset):
            tone = UNSET
        else:
            tone = self.tone

        situation: None | str | Unset
        if isinstance(self.situation, Unset):
            situation = UNSET
        else:
            situation = self.situation

        alternatives: int | None | Unset
        if isinstance(self.alternatives, Unset):
            alternatives = UNSET
        else:
            alternatives = self.alternatives

        include_attempts: bool | None | Unset
        if isinstance(self.include_attempts, Unset):
            include_attempts = UNSET
        else:
            include_attempts = self.include_attempts

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if policy is not UNSET:
            field_dict["policy"] = policy
        if delivery is not UNSET:
            field_dict["delivery"] = delivery
        if max_words is not UNSET:
            field_dict["max_words"] = max_words
        if instruction is not UNSET:
            field_dict["instruction"] = instruction
        if tone is not UNSET:
            field_dict["tone"] = tone
        if situation is not UNSET:
            field_dict["situation"] = situation
        if alternatives is not UNSET:
            field_dict["alternatives"] = alternatives
        if include_attempts is not UNSET:
            field_dict["include_attempts"] = include_attempts

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_policy(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        policy = _parse_policy(d.pop("policy", UNSET))

        def _parse_delivery(data: object) -> None | OptionsDeliveryType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                delivery_type_0 = check_options_delivery_type_0(data)

                return delivery_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OptionsDeliveryType0 | Unset, data)

        delivery = _parse_delivery(d.pop("delivery", UNSET))

        def _parse_max_words(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_words = _parse_max_words(d.pop("max_words", UNSET))

        def _parse_instruction(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        instruction = _parse_instruction(d.pop("instruction", UNSET))

        def _parse_tone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        tone = _parse_tone(d.pop("tone", UNSET))

        def _parse_situation(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        situation = _parse_situation(d.pop("situation", UNSET))

        def _parse_alternatives(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        alternatives = _parse_alternatives(d.pop("alternatives", UNSET))

        def _parse_include_attempts(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        include_attempts = _parse_include_attempts(d.pop("include_attempts", UNSET))

        options = cls(
            policy=policy,
            delivery=delivery,
            max_words=max_words,
            instruction=instruction,
            tone=tone,
            situation=situation,
            alternatives=alternatives,
            include_attempts=include_attempts,
        )

        return options
