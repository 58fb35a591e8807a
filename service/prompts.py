"""Loads the folder of prompt files and renders the messages for one case."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from guardrails.types import Complaint, Context, Draft, Verdict
from service import prompt_values
from service.errors import ConfigurationError, InvalidField
from service.fence import harmless
from service.judge_prompts import JudgePrompts, load_judge_prompts
from service.model import Message
from service.prompt_files import (
    AnyHead,
    Head,
    InstructionsHead,
    Principle,
    PrinciplesHead,
    PromptFile,
    SituationHead,
    exact_sections,
    principles_in,
    read_prompt,
    template,
)
from service.prompt_values import CASE_PLACEHOLDERS, WORDING, Ask, Wording
from service.rendered import RenderedPrompt, estimated_tokens, hash_of
from service.situations import GENERAL, PUBLIC_POST, Situation, SituationReader, find_situation

__all__ = ["Ask", "PromptLibrary", "RenderedPrompt", "estimated_tokens", "load_prompts"]


@dataclass(frozen=True, slots=True)
class PromptNames:
    """Which files make the prompts, by their names without ending.

    `trained` marks the form that a model was trained on: its model knows the rules already, so that the
    instructions may leave out any placeholder but those of `NEVER_LEFT_OUT`.
    """

    reply: str = "reply"
    revise: str = "revise"
    wording: str = "wording"
    trained: bool = False


# Without these there is nothing to answer, nothing to rely on, and nothing that may be offered.
NEVER_LEFT_OUT = frozenset(("complaint", "facts", "remedies"))
GENERAL_MODELS = PromptNames()
EMBEDDED_MODEL = PromptNames("embedded_reply", "embedded_revise", "embedded_wording", trained=True)


@dataclass(frozen=True, slots=True)
class Instructions:
    """The fixed text of one situation: the system message, and the content hash of each kind of prompt."""

    system: str
    reply_hash: str
    revise_hash: str


@dataclass(frozen=True, slots=True)
class PromptLibrary:
    """Every prompt, checked when it was loaded; `load_prompts` makes one.

    `drafted_from` are the names of the files that have a say in drafts and their revisions.
    """

    principles: Mapping[str, Principle]
    situations: tuple[Situation, ...]
    names: PromptNames
    instructions: Mapping[str, Instructions]
    case: Template
    task: str
    revise_task: Template
    wording: Wording
    judging: JudgePrompts
    drafted_from: frozenset[str]

    def find_situation(
        self,
        complaint: Complaint,
        context: Context,
        asked: str | None = None,
        reader: SituationReader | None = None,
    ) -> str:
        """The situation asked for, else the one found; see service/situations.py.

        Raises:
            InvalidField: the one asked for does not exist.
        """
        return find_situation(complaint, context, self.situations, asked, reader)

    def reply(self, ask: Ask) -> RenderedPrompt:
        """The prompt for a first draft.

        Raises:
            InvalidField: the situation is unknown, or the complaint does not fit into the budget.
        """
        fixed = self._instructions(ask.situation)
        guarded = f"{fixed.system}\n{self.task}"
        return self._fitting(ask, (), f"{self.names.reply}/{ask.situation}", fixed.reply_hash, guarded)

    def revise(self, ask: Ask, draft: str, verdicts: Sequence[Verdict]) -> RenderedPrompt:
        """The prompt for a better draft: the same conversation, going on with what to put right.

        Raises:
            InvalidField: the situation is unknown, or complaint and draft do not fit into the budget.
        """
        fixed = self._instructions(ask.situation)
        correction = self.revise_task.substitute(
            findings=prompt_values.findings(verdicts, self.wording),
            instruction=self.wording.or_absent(ask.instruction, "no_instruction"),
        )
        going_on = (
            Message("assistant", harmless(draft).strip() or self.wording("no_draft")),
            Message("user", correction),
        )
        guarded = f"{fixed.system}\n{self.task}\n{self.revise_task.substitute(findings='', instruction='')}"
        return self._fitting(ask, going_on, f"{self.names.revise}/{ask.situation}", fixed.revise_hash, guarded)

    def judge(self, check: str, draft: Draft, token_budget: int) -> RenderedPrompt:
        """The question to a judge about one check with levels.

        Raises:
            InvalidField: complaint and draft do not fit into the budget.
        """
        return self.judging.render(check, draft, token_budget)

    def _instructions(self, situation: str) -> Instructions:
        if situation not in self.instructions:
            known = ", ".join(sorted(self.instructions))
            raise InvalidField(f"there is no such situation; known are {known}", "options.situation")
        return self.instructions[situation]

    def _fitting(
        self, ask: Ask, going_on: tuple[Message, ...], name: str, content_hash: str, guarded: str
    ) -> RenderedPrompt:
        """The prompt with as much of the newest history as fits."""

        def messages(omitted: int) -> tuple[Message, ...]:
            return (*self._opening(ask, omitted), *going_on)

        def fit(made: tuple[Message, ...]) -> bool:
            return estimated_tokens(made) <= ask.token_budget

        items = len(ask.context.history or ())
        omitted = max(0, items - ask.most_history)
        made = messages(omitted)
        if not fit(made):
            # By halves: to fence fifty long messages fifty times would keep everybody waiting.
            fewer = range(omitted + 1, items + 1)
            omitted += 1 + bisect_left(fewer, x=True, key=lambda omitted: fit(messages(omitted)))
            if omitted > items:
                raise InvalidField(
                    f"the complaint with its facts needs about {estimated_tokens(messages(items))} tokens even without "
                    f"earlier messages, and the model has room for {ask.token_budget}: shorten it, or use a model with "
                    "a larger context",
                    "complaint.text",
                )
            made = messages(omitted)
        return RenderedPrompt(made, name, content_hash, guarded, omitted)

    def _opening(self, ask: Ask, omitted: int) -> tuple[Message, Message]:
        # What was trained on "Priya Nair in Orders" writes "Priya Nair in Priya Nair" where it is told no team.
        values = prompt_values.case_values(ask, self.wording, omitted, of_brand=self.names.trained)
        case = self.case.substitute(values)
        return (
            Message("system", self.instructions[ask.situation].system),
            Message("user", f"{case}\n\n{self.task}"),
        )


def load_prompts(folder: Path, names: PromptNames = GENERAL_MODELS) -> PromptLibrary:
    """Read and check the files of these names, and what all prompts share.

    Raises:
        ConfigurationError: a file is missing or wrong; names the file and what is wrong in it.
    """
    principles_file = read_prompt(folder / "principles.md", PrinciplesHead)
    reply = read_prompt(folder / f"{names.reply}.md", InstructionsHead)
    revise = read_prompt(folder / f"{names.revise}.md", InstructionsHead)
    words = read_prompt(folder / f"{names.wording}.md", Head)
    kinds = situation_files(folder / "situations")
    principles = principles_in(principles_file)
    parts = exact_sections(reply, ("system", "case", "task"))
    told, asked = ("principles", "situation"), CASE_PLACEHOLDERS
    optional = {*told, *asked} - NEVER_LEFT_OUT if names.trained else ()
    system = template(reply, parts["system"], told, optional)
    shared = (principles_file.text, words.text, reply.text)
    return PromptLibrary(
        principles=principles,
        names=names,
        situations=tuple(Situation(each.head.name, each.head.signs, each.head.order) for each in kinds),
        instructions={
            each.head.name: Instructions(
                system=system.substitute(
                    principles=rules(reply, each, principles),
                    situation=template(each, each.body.strip()).substitute(),
                ),
                reply_hash=hash_of((*shared, each.text)),
                revise_hash=hash_of((*shared, revise.text, each.text)),
            )
            for each in kinds
        },
        case=template(reply, parts["case"], asked, optional),
        task=template(reply, parts["task"]).substitute(),
        revise_task=template(revise, exact_sections(revise, ("task",))["task"], ("findings", "instruction")),
        wording=wording_in(words),
        judging=load_judge_prompts(folder / "judge.md"),
        drafted_from=frozenset((names.reply, names.revise, names.wording, *(each.head.name for each in kinds)))
        # What a trained model has learnt, its instructions need not say.
        | ({principles_file.head.name} if "principles" in system.get_identifiers() else set()),
    )


def situation_files(folder: Path) -> tuple[PromptFile[SituationHead], ...]:
    """The situations by their order; the two that are found without signs must be there.

    Raises:
        ConfigurationError: one of those two is missing, or a file is wrong.
    """
    files = [read_prompt(path, SituationHead) for path in sorted(folder.glob("*.md"))]
    for name in (GENERAL, PUBLIC_POST):
        if name not in {file.head.name for file in files}:
            raise ConfigurationError(f"{folder / name}.md: this situation must be there")
    return tuple(sorted(files, key=lambda file: (file.head.order, file.head.name)))


def rules(
    reply: PromptFile[InstructionsHead],
    situation: PromptFile[SituationHead],
    principles: Mapping[str, Principle],
) -> str:
    """The rules that the two files name, each once, as a list.

    Raises:
        ConfigurationError: a file names a principle that does not exist.
    """
    named = dict.fromkeys((*reply.head.principles, *situation.head.principles))
    for name in named:
        if name not in principles:
            path = reply.path if name in reply.head.principles else situation.path
            raise ConfigurationError(f"{path}: principles: there is no principle {name} in principles.md")
    return "\n".join(f"- {principles[name].rule}" for name in named)


def wording_in(file: PromptFile[AnyHead]) -> Wording:
    """The short texts of wording.md.

    Raises:
        ConfigurationError: one is missing, unknown, or lacks its placeholder.
    """
    texts = exact_sections(file, WORDING)
    return Wording({name: template(file, texts[name], placeholders) for name, placeholders in WORDING.items()})
