from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="PromptVersion")


@_attrs_define
class PromptVersion:
    """Which prompt was used; `hash` changes with every word of it and never with the case.

    Attributes:
        name (str):
        hash_ (str):
    """

    name: str
    hash_: str

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        hash_ = self.hash_

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "hash": hash_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        hash_ = d.pop("hash")

        prompt_version = cls(
            name=name,
            hash_=hash_,
        )

        return prompt_version
