from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="DeletionRequest")


@_attrs_define
class DeletionRequest:
    """Whose texts are to be deleted.

    Attributes:
        customer_ref (str): As it was sent in `context.customer_ref`, letter by letter.
    """

    customer_ref: str

    def to_dict(self) -> dict[str, Any]:
        customer_ref = self.customer_ref

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "customer_ref": customer_ref,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        customer_ref = d.pop("customer_ref")

        deletion_request = cls(
            customer_ref=customer_ref,
        )

        return deletion_request
