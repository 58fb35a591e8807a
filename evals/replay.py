"""Records a model's answers to the cases, and replays them without any model or network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import vcr  # type: ignore[import-untyped]  # it comes without types
from pydantic import SecretStr
from vcr.errors import CannotOverwriteExistingCassetteException  # type: ignore[import-untyped]  # likewise
from vcr.request import Request  # type: ignore[import-untyped]  # likewise

from evals.case import EvalCase
from service.checking import PolicyChecks
from service.drafting import Outcome
from service.embedded.server import Address
from service.embedded.weights import MODEL_NAME
from service.errors import AmendsError
from service.main import embedded_client, make_drafter
from service.schemas import Case
from service.settings import Settings

HTTP_OK = 200
# The address of the embedded model is another one at every start: recordings know this one instead.
RECORDED_URL = "http://embedded.invalid/v1"
CANDIDATES = 2  # of each round: fewer than the service asks for, so that a recording stays small
KEPT_HEADERS = frozenset({"content-type"})


class NotRecordedError(AmendsError):
    """A case has no recording for its present prompts, model and checks."""


def as_case(case: EvalCase) -> Case:
    """What a caller would send."""
    return Case(id=case.id, complaint=case.complaint, context=case.context, options=case.options)


async def replay(case: EvalCase, cassettes: Path, checks: PolicyChecks) -> Outcome:
    """Draft from the recorded answers.

    Raises:
        NotRecordedError: an answer is missing; names the command that records it.
    """
    address = Address(RECORDED_URL, SecretStr("replayed"), MODEL_NAME)
    try:
        with cassette(case, cassettes, "none"):
            return await _draft(case, checks, address)
    except CannotOverwriteExistingCassetteException:
        missing = f"{case.id}: no recording fits its prompt; run `amends eval record {case.id}`"
        raise NotRecordedError(missing) from None  # vcrpy's own text quotes the prompt


async def record(case: EvalCase, cassettes: Path, checks: PolicyChecks, address: Address) -> Outcome:
    """Draft with the running model and keep its answers in place of the earlier ones."""
    path_of(case, cassettes).unlink(missing_ok=True)
    with cassette(case, cassettes, "once"):
        return await _draft(case, checks, address)


def path_of(case: EvalCase, cassettes: Path) -> Path:
    """Where the answers to a case are kept."""
    return cassettes / f"{case.id}.yaml"


@contextmanager
def cassette(case: EvalCase, cassettes: Path, mode: str) -> Iterator[None]:
    """While this is open, HTTP goes to the recording; requests are told apart by their bodies."""
    recorder = vcr.VCR(
        record_mode=mode,
        match_on=["method", "body"],
        before_record_request=_scrubbed_request,
        before_record_response=_scrubbed_response,
        decode_compressed_response=True,
    )
    with recorder.use_cassette(str(path_of(case, cassettes))):
        yield


async def _draft(case: EvalCase, checks: PolicyChecks, address: Address) -> Outcome:
    # A recording must not depend on who makes it: neither on the environment nor on a clock.
    settings = Settings(deadline_s=600, candidates=CANDIDATES)
    model = embedded_client(settings, address)
    try:
        assert case.context.now is not None  # every case says when it happens
        drafter = make_drafter(settings, model, checks, one_by_one=True)
        return await drafter.draft(case.id, as_case(case), case.context.now)
    finally:
        await model.aclose()


def _scrubbed_request(request: Request) -> Request:
    request.uri = f"{RECORDED_URL}/chat/completions"
    request.headers = {name: value for name, value in request.headers.items() if name.lower() in KEPT_HEADERS}
    return request


def _scrubbed_response(response: dict[str, object]) -> dict[str, object] | None:
    """The response without what is not its content; one that is no answer is not kept."""
    status, headers = response["status"], response["headers"]
    assert isinstance(status, dict)
    assert isinstance(headers, dict)
    if status["code"] != HTTP_OK:
        return None
    kept = {name: value for name, value in headers.items() if name.lower() in KEPT_HEADERS}
    return {**response, "headers": kept}
