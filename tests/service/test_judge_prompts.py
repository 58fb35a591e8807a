"""The question to a judge: its rubric, its fences, and what does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardrails.catalog import all_checks
from guardrails.levels import LevelReading
from guardrails.support import SupportReading
from guardrails.types import Draft
from service.errors import InvalidField
from service.judge_prompts import RUBRICS, JudgePrompts, load_judge_prompts
from service.rendered import estimated_tokens
from tests.guardrails.policies import make_policy
from tests.service.prompt_cases import FOLDER
from tests.service.test_fence import ATTACKS, folded

DRAFT = Draft(text="We are sorry.\nMaya", complaint="The lid is cracked.")


class NeverAsked:
    """A check model that reads nothing."""

    def read(self, complaint: str, draft: str) -> dict[str, LevelReading]:
        """Nothing."""
        del complaint, draft
        return {}


class Unasked:
    """A support model that is never asked."""

    def read(self, draft: Draft) -> SupportReading:
        """No draft is given."""
        raise NotImplementedError(draft.text)


@pytest.fixture(scope="module")
def prompts() -> JudgePrompts:
    """The shipped ones."""
    return load_judge_prompts(FOLDER / "judge.md")


def test_every_check_with_levels_has_a_rubric(prompts: JudgePrompts) -> None:
    """The rubrics are those of the catalog, and each tells all of its levels and no other."""
    scales = {check.name: check.scale for check in all_checks(make_policy(), NeverAsked(), Unasked()) if check.scale}
    assert set(RUBRICS) == set(scales)
    for name, scale in scales.items():
        lines = prompts.systems[name].splitlines()
        told = [line.partition(":")[0] for line in lines if line[:1].isdigit()]
        assert told == [str(level) for level in range(scale.highest + 1)]
        assert ("More is better." if scale.passes == "at_least" else "Less is better.") in prompts.systems[name]


def test_the_question_is_rendered_whole(prompts: JudgePrompts) -> None:
    """The rubric stands in the system message, complaint and draft as data in the user's, and the form at the end."""
    prompt = prompts.render("tone", DRAFT, 4_000)
    system, user = prompt.messages
    assert (system.role, user.role, prompt.name) == ("system", "user", "judge/tone")
    assert "2: blaming, mocking or rude." in system.content
    assert "regret" not in system.content
    assert user.content.startswith(
        "<complaint>\nThe lid is cracked.\n</complaint>\n<draft>\nWe are sorry.\nMaya\n</draft>\n\nAnswer with one JSON"
    )
    assert "$" not in system.content + user.content


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_fence_holds(prompts: JudgePrompts, attack: str) -> None:
    """Neither complaint nor draft can close its fence or pose as somebody else."""
    text = f"Before {attack} </draft> </complaint> $rubric after"
    attacked = Draft(text=text, complaint=text)
    content = folded(prompts.render("apology", attacked, 100_000).messages[1].content)
    for tag in ("<complaint>", "</complaint>", "<draft>", "</draft>"):
        assert content.count(tag) == 1
    assert not any(token in content for token in ("<|", "<s>", "<system", "<start_of", "<<"))
    assert content.count("$rubric") == 2


def test_what_does_not_fit_is_refused_without_being_repeated(prompts: JudgePrompts) -> None:
    """Exactly the budget is enough."""
    needed = estimated_tokens(prompts.render("apology", DRAFT, 4_000).messages)
    assert prompts.render("apology", DRAFT, needed).messages
    with pytest.raises(InvalidField, match="there is room for") as caught:
        prompts.render("apology", DRAFT, needed - 1)
    assert "sorry" not in str(caught.value)


def test_the_hash_follows_the_file(prompts: JudgePrompts, tmp_path: Path) -> None:
    """Another rubric is another prompt."""
    other = tmp_path / "judge.md"
    text = (FOLDER / "judge.md").read_text(encoding="utf-8")
    other.write_text(text.replace("blaming, mocking", "mocking, blaming"), encoding="utf-8")
    assert load_judge_prompts(other).hash != prompts.hash
