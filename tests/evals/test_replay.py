"""Replays: every case from its recording alone, with no network at all; and how recordings are made."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import disable_socket, enable_socket, socket_allow_hosts

from evals.arms import SHIPPED, Arm
from evals.case import EvalCase, load_cases
from evals.cassettes import RECORDED_URL
from evals.files import ATTACKS, CASES, CASSETTES
from evals.outcomes import Replayed
from evals.replay import Bench, NotRecordedError, as_case, first_prompt_tokens, make_bench, path_of, replay
from guardrails.types import all_blocking_pass
from service.errors import EndpointFailed, InputError, InvalidField, ModelError
from service.wiring.files import PROMPTS
from tests.evals.made import ARM, CASE, GOOD, KEY, MODEL, POOR, make_case, recorded, write_case
from tests.fake_endpoint import FakeEndpoint, fails, no_choices, refusing_url, says, says_json
from tests.guardrails.test_catalog import ORDER

EVERY = (*load_cases(CASES), *load_cases(ATTACKS))
RECORDINGS = sorted(path for path in CASSETTES.rglob("*.yaml"))


@pytest.fixture(scope="module")
def shipped() -> Bench:
    """What comes with Amends."""
    return make_bench(SHIPPED)


@pytest.fixture(scope="module")
def bench() -> Bench:
    """A model behind an endpoint."""
    return make_bench(ARM)


@pytest.fixture
def case(tmp_path: Path) -> EvalCase:
    """A case that the fake endpoint can answer well."""
    return write_case(tmp_path / "cases")


@pytest.fixture
def offline() -> Iterator[None]:
    """Not even loopback may be connected to."""
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


def replayed(case: EvalCase, bench: Bench, cassettes: Path) -> Replayed:
    """The case, from what is recorded."""
    return asyncio.run(replay(case, bench, cassettes))


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("each", EVERY, ids=lambda case: str(case.id))
def test_a_shipped_case_replays(each: EvalCase, shipped: Bench) -> None:
    """The recorded answers go through the loop again: each is checked whole, and the best one decides.

    Where a person must answer there is nothing to draft, unless the case asks to see it all the same.
    """
    found = replayed(each, shipped, CASSETTES)
    for attempt in found.attempts:
        assert [verdict.check for verdict in attempt.verdicts] == ORDER
        assert not [verdict.error for verdict in attempt.verdicts if verdict.error]
    passed = any(all_blocking_pass(attempt.verdicts) for attempt in found.attempts)
    assert found.result.status == ("ready" if passed and found.result.escalate is None else "needs_review")
    flagged = each.options is not None and each.options.delivery == "flagged"
    assert bool(found.attempts) == (found.result.escalate is None or flagged)
    assert found.result.prompt.hash


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_recordings_hold_no_secrets(path: Path) -> None:
    """Neither keys nor headers of the vendor's client, and no address of the machine that recorded; of a known case."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"authorization|bearer|x-stainless|user-agent|127\.0\.0\.1|localhost", text, re.IGNORECASE)
    assert set(re.findall(r"^    uri: (.*)$", text, re.MULTILINE)) <= {f"{RECORDED_URL}/chat/completions"}
    assert path.stem in {case.id for case in EVERY}


def test_a_replay_is_what_was_recorded(case: EvalCase, bench: Bench, tmp_path: Path) -> None:
    """The same drafts, verdicts, tokens and prompt, with the endpoint gone; only the address and the time differ."""
    with FakeEndpoint(says(POOR), says(GOOD)) as endpoint:
        live = recorded(case, tmp_path, endpoint, bench)
        assert (endpoint.calls, live.result.status, live.draft) == (2, "ready", GOOD)
    disable_socket(allow_unix_socket=True)
    try:
        found = replayed(case, bench, tmp_path)
        assert found == replayed(case, bench, tmp_path)
    finally:
        enable_socket()
    assert [each.draft for each in found.attempts] == [POOR, GOOD]
    assert [each.verdicts for each in found.attempts] == [each.verdicts for each in live.attempts]
    assert found.result.model_copy(update={"endpoint": live.result.endpoint}) == live.result
    assert found.result.endpoint == RECORDED_URL
    assert (found.prompt, found.draft, live.model_ms) == (live.prompt, live.draft, None)
    assert found.model_ms is not None
    assert found.model_ms > 0
    assert found.prompt.startswith("[system]\n")
    assert case.complaint.text in found.prompt


def test_the_first_answer_alone(case: EvalCase, bench: Bench, tmp_path: Path) -> None:
    """Without the loop, from the same recording."""
    with FakeEndpoint(says(POOR), says(GOOD)) as endpoint:
        recorded(case, tmp_path, endpoint, bench)
    found = replayed(case, make_bench(Arm(ARM.name, model=MODEL, first=True)), tmp_path)
    assert (found.result.status, found.draft, len(found.attempts)) == ("needs_review", POOR, 1)


def test_a_case_without_a_recording_says_so(case: EvalCase, bench: Bench, tmp_path: Path) -> None:
    """Nothing of the complaint stands in the error."""
    with pytest.raises(NotRecordedError, match="kettle: no recording fits") as caught:
        replayed(case, bench, tmp_path)
    assert "cracked" not in str(caught.value)


@pytest.mark.parametrize(
    "change", [("customer_name: Dana Okafor", "customer_name: Dan"), ("the lid", "its lid"), ("£42.50 to", "£40 to")]
)
def test_a_changed_case_is_not_recorded(case: EvalCase, bench: Bench, tmp_path: Path, change: tuple[str, str]) -> None:
    """Whatever the model would be told otherwise."""
    with FakeEndpoint(says(GOOD)) as endpoint:
        recorded(case, tmp_path, endpoint, bench)
    assert change[0] in CASE
    other = write_case(tmp_path / "other", text=CASE.replace(*change))
    with pytest.raises(NotRecordedError):
        replayed(other, bench, tmp_path)


def test_changed_prompts_models_and_policies_are_noticed(case: EvalCase, bench: Bench, tmp_path: Path) -> None:
    """Each arm replays its own recording; a policy that asks for no other text shares it."""
    with FakeEndpoint(says(GOOD)) as endpoint:
        recorded(case, tmp_path, endpoint, bench)
    prompts = tmp_path / "prompts"
    for path in PROMPTS.rglob("*.md"):
        (prompts / path.relative_to(PROMPTS)).parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        (prompts / path.relative_to(PROMPTS)).write_text(text.replace("## system\n", "## system\nBe kind.\n"), "utf-8")
    for arm in (Arm("p", prompts, MODEL), Arm("m", model="other"), SHIPPED):
        with pytest.raises(NotRecordedError):
            replayed(case, make_bench(arm), tmp_path)
    worded = replayed(case, make_bench(Arm("policy", model=MODEL, policy="wording_only")), tmp_path)
    assert (worded.result.policy, worded.draft) == ("wording_only", GOOD)


def test_an_escalated_case_needs_no_recording(bench: Bench, tmp_path: Path) -> None:
    """No model is asked, no file is written, and no time was taken."""
    angry = make_case(
        "court", complaint={"channel": "email", "text": "My lawyer will see you in court. I am suing you."}
    )
    with FakeEndpoint(says(GOOD)) as endpoint:
        live = recorded(angry, tmp_path, endpoint, bench)
        assert (endpoint.calls, live.draft) == (0, None)
    found = replayed(angry, bench, tmp_path)
    assert found.result.escalate
    assert (found.result.status, found.attempts, found.draft, found.model_ms) == ("needs_review", (), None, None)
    assert list(tmp_path.iterdir()) == []


def test_a_replay_depends_on_nobody(
    case: EvalCase, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither on the settings of whoever replays nor on a proxy."""
    with FakeEndpoint(says(GOOD)) as endpoint:
        recorded(case, tmp_path, endpoint, bench)
    for name in (
        "AMENDS_MODEL_TEMPERATURE",
        "AMENDS_MODEL_URL",
        "AMENDS_MAX_ATTEMPTS",
        "OPENAI_BASE_URL",
        "HTTP_PROXY",
    ):
        monkeypatch.setenv(name, "1")
    assert replayed(case, make_bench(ARM), tmp_path).draft == GOOD


def test_recording_goes_on_where_it_stopped(case: EvalCase, bench: Bench, tmp_path: Path) -> None:
    """An endpoint that fails in the middle is told, and what it answered before is kept and not asked for again."""
    with FakeEndpoint(says(POOR), fails(401)) as endpoint:
        with pytest.raises(EndpointFailed, match="401"):
            recorded(case, tmp_path, endpoint, bench)
        assert endpoint.calls == 2
    with pytest.raises(NotRecordedError):
        replayed(case, bench, tmp_path)
    with FakeEndpoint(says(GOOD)) as endpoint:
        recorded(case, tmp_path, endpoint, bench)
        assert endpoint.calls == 1
        recorded(case, tmp_path, endpoint, bench)
        assert endpoint.calls == 1
    assert [each.draft for each in replayed(case, bench, tmp_path).attempts] == [POOR, GOOD]


def test_an_endpoint_that_fails_at_once_leaves_nothing(case: EvalCase, bench: Bench, tmp_path: Path) -> None:
    """No file, and the endpoint's own error; its address may be named, the key may not."""
    with FakeEndpoint(fails(401, message=f"wrong key {KEY}")) as endpoint, pytest.raises(ModelError) as caught:
        recorded(case, tmp_path / "cassettes", endpoint, bench)
    assert KEY not in str(caught.value)
    assert not (tmp_path / "cassettes").exists()


@pytest.mark.parametrize("unusable", [says(""), no_choices(), says(None, refusal="I cannot.")])
def test_an_answer_without_a_text_replays_as_one(
    case: EvalCase, bench: Bench, tmp_path: Path, unusable: object
) -> None:
    """The loop goes on to the next attempt, as it did when it was recorded; it took its time, too."""
    with FakeEndpoint(unusable, says(GOOD)) as endpoint:  # type: ignore[arg-type]  # a table of behaviours
        live = recorded(case, tmp_path, endpoint, bench)
        assert endpoint.calls == 2
    found = replayed(case, bench, tmp_path)
    assert (found.draft, len(found.attempts), found.model_ms is None) == (GOOD, len(live.attempts), False)


def test_json_that_is_no_completion_is_asked_for_again(case: EvalCase, bench: Bench, tmp_path: Path) -> None:
    """A gateway that answers its error with 200 must not stand in the recording for ever."""
    with FakeEndpoint(says_json({"error": "overloaded"})) as endpoint, pytest.raises(ModelError):
        recorded(case, tmp_path, endpoint, bench)
    with FakeEndpoint(says(GOOD)) as endpoint:
        recorded(case, tmp_path, endpoint, bench)
    assert replayed(case, bench, tmp_path).draft == GOOD


def test_nobody_listens(case: EvalCase, tmp_path: Path) -> None:
    """Not at the endpoint, when everything is recorded: it is not even called."""
    with FakeEndpoint(says(GOOD)) as endpoint:
        recorded(case, tmp_path, endpoint)
    assert refusing_url() != endpoint.url  # it is closed by now
    assert recorded(case, tmp_path, endpoint).draft == GOOD


def test_unused_answers_are_dropped_on_request(case: EvalCase, bench: Bench, tmp_path: Path) -> None:
    """As after a change of prompts; until then both stand there."""
    path = path_of(case, ARM, tmp_path)
    with FakeEndpoint(says(GOOD)) as endpoint:
        old = write_case(tmp_path / "old", text=CASE.replace("cracked", "split"))
        recorded(old, tmp_path, endpoint, bench)
        recorded(case, tmp_path, endpoint, bench)
        assert path.read_text(encoding="utf-8").count("- request:\n") == 2
        recorded(case, tmp_path, endpoint, bench, drop_unused=True)
        assert endpoint.calls == 2
    assert path.read_text(encoding="utf-8").count("- request:\n") == 1
    assert replayed(case, bench, tmp_path).draft == GOOD


def test_a_broken_cassette_is_told(case: EvalCase, bench: Bench, tmp_path: Path) -> None:
    """With its place, by a replay and by a recording, which leaves it as it is."""
    path = path_of(case, ARM, tmp_path)
    path.parent.mkdir()
    path.write_text("version: 1\ninteractions:\n- request: 5\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"^{re.escape(str(path))}: line 3: interactions\.0\.request: "):
        replayed(case, bench, tmp_path)
    with FakeEndpoint(says(GOOD)) as endpoint, pytest.raises(InputError, match="line 3: "):
        recorded(case, tmp_path, endpoint, bench)
    assert path.read_text(encoding="utf-8") == "version: 1\ninteractions:\n- request: 5\n"


def test_a_case_that_nobody_could_answer_is_told(bench: Bench, tmp_path: Path) -> None:
    """By the field: an unknown situation, and more than fits into a model."""
    for wrong in ({"options": {"situation": "none"}}, {"complaint": {"channel": "email", "text": "ü " * 9_000}}):
        with pytest.raises(InvalidField):
            replayed(make_case(**wrong), bench, tmp_path)  # type: ignore[arg-type]  # fields of a case


@pytest.mark.parametrize(
    ("model", "folder"), [("fake-model", "fake-model"), ("qwen/qwen2.5:1.5b", "qwen_qwen2.5:1.5b")]
)
def test_each_model_has_its_folder(case: EvalCase, tmp_path: Path, model: str, folder: str) -> None:
    """A slash in its name makes no folder of its own."""
    assert path_of(case, Arm("a", model=model), tmp_path) == tmp_path / folder / "kettle.yaml"


def test_a_policy_overrides_what_the_case_asks_for() -> None:
    """Its other options stay."""
    asked = make_case(options={"max_words": 40, "policy": "wording_only"})
    assert as_case(asked).options == asked.options
    options = as_case(asked, "default").options
    assert options is not None
    assert (options.policy, options.max_words) == ("default", 40)
    plain = as_case(make_case(), "default").options
    assert plain is not None
    assert plain.policy == "default"


def test_prompts_are_estimated_before_anybody_is_asked(case: EvalCase, bench: Bench, shipped: Bench) -> None:
    """More than the complaint alone, fewer for the embedded model, which knows the rules."""
    assert 400 < first_prompt_tokens(case, bench) < 3_000
    assert first_prompt_tokens(case, shipped) < first_prompt_tokens(case, bench)
