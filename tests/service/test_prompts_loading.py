"""The shipped prompt files hold what the seeds teach, and a wrong file stops the start."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from guardrails.types import Agent, Complaint, Context
from service.errors import ConfigurationError
from service.prompts import EMBEDDED_MODEL, PromptLibrary, load_prompts
from tests.service.prompt_cases import CONTEXT, FOLDER, SITUATIONS

# Of all fixed text of a reply, the labels of the case included: 600 tokens, at the 3.5 bytes or more that a
# tokenizer makes one token of here; a model of 1.5B parameters takes ten seconds to read them on two cores.
MOST_INSTRUCTION_BYTES = 600 * 3.5


@pytest.fixture(scope="module")
def library() -> PromptLibrary:
    """The shipped prompts."""
    return load_prompts(FOLDER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped prompts that a test may spoil."""
    return Path(shutil.copytree(FOLDER, tmp_path / "prompts"))


def changed(path: Path, old: str, new: str) -> None:
    """Replace words in a file that holds them."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_all_situations_are_there(library: PromptLibrary) -> None:
    """The nine situations are loaded, each with signs except the two that are found without."""
    assert sorted(situation.name for situation in library.situations) == sorted(SITUATIONS)
    assert {situation.name for situation in library.situations if not situation.signs} == {
        "general",
        "public_post",
    }
    assert len({situation.order for situation in library.situations}) == len(SITUATIONS)


def test_every_principle_has_its_seed(library: PromptLibrary) -> None:
    """Each principle comes from a seed, and each of the five seeds teaches at least one."""
    taught = {seed for principle in library.principles.values() for seed in principle.seeds}
    assert all(principle.seeds for principle in library.principles.values())
    assert taught == {"000", "001", "002", "003", "004"}


def test_every_principle_is_used(library: PromptLibrary) -> None:
    """No principle is written down for nothing: each stands in the rules of some situation."""
    told = "\n".join(instructions.system for instructions in library.instructions.values())
    assert [name for name, principle in library.principles.items() if f"- {principle.rule}\n" not in told] == []


@pytest.mark.parametrize(
    ("situation", "principle"),
    [
        ("told_two_things", "find-out-what-is-right"),
        ("told_two_things", "honour-what-was-told"),
        ("agent_was_sharp", "offer-the-manager"),
        ("broken_or_undelivered", "ask-which-remedy"),
        ("public_post", "move-to-private"),
        ("public_post", "keep-it-short-in-public"),
        ("customer_beyond_reach", "set-a-boundary"),
        ("wrong_or_late_order", "suit-the-customer"),
        ("expectations_we_cannot_meet", "refer-onward"),
        ("expectations_we_cannot_meet", "let-go-kindly"),
        ("our_own_lapse", "own-a-human-lapse"),
        ("general", "apologise-sincerely"),
        ("general", "own-it"),
        ("general", "warm-hand-over"),
    ],
)
def test_the_situation_brings_its_principles(library: PromptLibrary, situation: str, principle: str) -> None:
    """What a seed teaches about a situation is told to the model in that situation."""
    assert library.principles[principle].rule in library.instructions[situation].system


@pytest.mark.parametrize("situation", SITUATIONS)
def test_instructions_are_short(library: PromptLibrary, situation: str) -> None:
    """All fixed text of a reply is short enough for the smallest model."""
    fixed = f"{library.instructions[situation].system}\n{library.case.template}\n{library.task}"
    assert len(fixed.encode("utf-8")) < MOST_INSTRUCTION_BYTES


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("reply.md", "$facts", "", r"reply\.md: the placeholder \$facts is missing"),
        ("reply.md", "$brand", "$brand $brnad", r"reply\.md: the placeholder \$brnad is unknown"),
        ("reply.md", "$principles", "", r"reply\.md: the placeholder \$principles is missing"),
        (
            "reply.md",
            "Now write the reply",
            "$complaint",
            r"reply\.md: the placeholder \$complaint is unknown",
        ),
        ("reply.md", "## task", "## tusk", r"reply\.md: the heading task is missing"),
        ("reply.md", "- own-it", "- own-itt", r"reply\.md: principles: there is no principle own-itt"),
        ("revise.md", "$findings", "", r"revise\.md: the placeholder \$findings is missing"),
        ("revise.md", "$findings", "$findings $draft", r"revise\.md: the placeholder \$draft is unknown"),
        ("wording.md", "$words", "some", r"wording\.md: the placeholder \$words is missing"),
        ("wording.md", "## public", "## pubic", r"wording\.md: the heading pubic is unknown"),
        ("judge.md", "$rubric", "", r"judge\.md: the placeholder \$rubric is missing"),
        ("judge.md", "$draft", "", r"judge\.md: the placeholder \$draft is missing"),
        ("judge.md", "$complaint", "$complaint $limit", r"judge\.md: the placeholder \$limit is unknown"),
        ("judge.md", "## tone", "## tune", r"judge\.md: the heading tone is missing"),
        ("judge.md", "0: respectful", "$0: respectful", r"judge\.md: a \$ that begins no placeholder"),
        ("principles.md", "> 001:", "> 007:", r"principles\.md: never-make-them-wrong: there is no seed 007"),
        (
            "situations/general.md",
            "Find what",
            "$Find what",
            r"general\.md: the placeholder \$Find is unknown",
        ),
        (
            "situations/general.md",
            "[ask-which",
            "[ask-witch",
            r"general\.md: principles: there is no principle",
        ),
        ("situations/general.md", "order: 9", "order: nine", r"general\.md: line 6: order"),
        (
            "situations/general.md",
            "name: general",
            "name: other",
            r"general\.md: name: must be the file's name",
        ),
    ],
)
def test_a_spoiled_file_stops_the_start(folder: Path, file: str, old: str, new: str, message: str) -> None:
    """What is wrong in a prompt file is found when it is loaded, and named with the file."""
    changed(folder / file, old, new)
    with pytest.raises(ConfigurationError, match=message):
        load_prompts(folder)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("embedded_reply.md", "complaint"),
        ("embedded_reply.md", "facts"),
        ("embedded_reply.md", "remedies"),
        ("embedded_revise.md", "findings"),
    ],
)
def test_no_prompt_lacks_what_a_reply_is_made_from(folder: Path, file: str, name: str) -> None:
    """That of a trained model neither: it would answer a complaint that it was never shown."""
    changed(folder / file, f"${name}\n", "\n")
    with pytest.raises(ConfigurationError, match=rf"{file}: the placeholder \${name} is missing"):
        load_prompts(folder, EMBEDDED_MODEL)


def test_the_prompt_of_a_trained_model_may_leave_out_the_rest(folder: Path) -> None:
    """It was trained on a form of its own."""
    changed(folder / "embedded_reply.md", "Tone: $tone\n", "")
    assert load_prompts(folder, EMBEDDED_MODEL).names == EMBEDDED_MODEL


@pytest.mark.parametrize(
    "file",
    [
        "principles.md",
        "reply.md",
        "revise.md",
        "wording.md",
        "judge.md",
        "situations/general.md",
        "situations/public_post.md",
    ],
)
def test_a_missing_file_stops_the_start(folder: Path, file: str) -> None:
    """Every file that is needed is missed by name."""
    (folder / file).unlink()
    with pytest.raises(ConfigurationError, match=Path(file).name):
        load_prompts(folder)


def test_a_situation_can_be_added(folder: Path) -> None:
    """Another situation is one more file."""
    text = (folder / "situations" / "general.md").read_text(encoding="utf-8")
    text = text.replace("name: general", "name: recall").replace("signs: []", "signs: [recall*]")
    (folder / "situations" / "recall.md").write_text(text, encoding="utf-8")
    library = load_prompts(folder)
    recall = Complaint(text="Is my kettle recalled?", channel="email")
    assert library.find_situation(recall, Context(brand="B", agent=Agent(name="A"))) == "recall"


def test_contempt_for_a_thing_is_no_abuse(library: PromptLibrary) -> None:
    """Strong words about a product are no insult: a boundary would be an insult of ours."""
    for text in ("What a stupid, pathetic app.", "This shit is broken.", "The fucking lid is cracked."):
        found = library.find_situation(Complaint(text=text, channel="email"), Context(brand="B", agent=Agent(name="A")))
        assert found != "customer_beyond_reach"


def test_the_shipped_signs_need_no_help(library: PromptLibrary) -> None:
    """A greeting or a plain question has no sign of any trouble."""
    for text in (
        "Hello, what are your opening hours?",
        "Thank you, all is well.",
        "Can I change my address?",
    ):
        assert library.find_situation(Complaint(text=text, channel="email"), CONTEXT) == "general"
