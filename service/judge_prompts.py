"""Renders the question to a judge: the rubric of one check, and complaint and draft as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from guardrails.types import Draft
from service.errors import InvalidField
from service.fence import fenced
from service.model import Message
from service.prompt_files import Head, exact_sections, read_prompt, template
from service.rendered import RenderedPrompt, estimated_tokens, hash_of

RUBRICS = ("apology", "excuses", "solution", "follow_up", "acknowledgement", "tone")


@dataclass(frozen=True, slots=True)
class JudgePrompts:
    """The system message of each check with levels, and the question itself; `load_judge_prompts` makes one."""

    systems: Mapping[str, str]
    task: Template
    hash: str

    def render(self, check: str, draft: Draft, token_budget: int) -> RenderedPrompt:
        """The question about one check with levels.

        Raises:
            InvalidField: complaint and draft do not fit into so many tokens.
        """
        question = self.task.substitute(
            complaint=fenced("complaint", draft.complaint), draft=fenced("draft", draft.text)
        )
        messages = (Message("system", self.systems[check]), Message("user", question))
        needed = estimated_tokens(messages)
        if needed > token_budget:
            raise InvalidField(
                f"to judge it takes about {needed} tokens, and there is room for {token_budget}", "draft"
            )
        guarded = f"{self.systems[check]}\n{self.task.substitute(complaint='', draft='')}"
        return RenderedPrompt(messages, f"judge/{check}", self.hash, guarded, 0)


def load_judge_prompts(path: Path) -> JudgePrompts:
    """Read and check judge.md.

    Raises:
        ConfigurationError: the file is missing or wrong; names it and what is wrong in it.
    """
    file = read_prompt(path, Head)
    parts = exact_sections(file, ("system", *RUBRICS, "task"))
    system = template(file, parts["system"], ("rubric",))
    rubrics = {name: template(file, parts[name]).substitute() for name in RUBRICS}
    return JudgePrompts(
        systems={name: system.substitute(rubric=rubric) for name, rubric in rubrics.items()},
        task=template(file, parts["task"], ("complaint", "draft")),
        hash=hash_of((file.text,)),
    )
