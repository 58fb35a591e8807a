from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.draft_figures import DraftFigures
    from ..models.prompt_version import PromptVersion


T = TypeVar("T", bound="PromptFigures")


@_attrs_define
class PromptFigures:
    """The figures of one version of a prompt.

    Attributes:
        prompt (PromptVersion): Which prompt was used; `hash` changes with every word of it and never with the case.
        figures (DraftFigures): The figures of a group of drafts.
    """

    prompt: PromptVersion
    figures: DraftFigures

    def to_dict(self) -> dict[str, Any]:
        prompt = self.prompt.to_dict()

        figures = self.figures.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "prompt": prompt,
                "figures": figures,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.draft_figures import DraftFigures  # noqa: PLC0415
        from ..models.prompt_version import PromptVersion  # noqa: PLC0415

        d = dict(src_dict)
        prompt = PromptVersion.from_dict(d.pop("prompt"))

        figures = DraftFigures.from_dict(d.pop("figures"))

        prompt_figures = cls(
            prompt=prompt,
            figures=figures,
        )

        return prompt_figures
