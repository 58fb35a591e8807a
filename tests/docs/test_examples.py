"""Every example of the docs works: it runs against a service in front of an endpoint that writes one good reply."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from standardwebhooks import Webhook

from tests.docs.pages import FOLDER, LANGUAGES, PAGES, read_examples, written_in
from tests.fake_endpoint import FakeEndpoint, says
from tests.service.commands import SECONDS, environment
from tests.service.serving import serving

URL = "http://127.0.0.1:8000"  # as the pages have it
BIN = Path(sys.executable).parent
REPLY = (
    "Dear Dana Okafor,\n\nI am sorry that your kettle came with a cracked lid. That was our mistake. "
    "You get a new Tern kettle, delivered free within two working days. "
    "Priya Nair will call you by noon tomorrow, and you can reach her on 020 7946 0142.\n\n"
    "Kind regards,\nMaya Lindqvist\nHarbourline Home"
)
SECRET, BODY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", '{"type": "draft.finished", "data": {"ref": "é"}}'
# What a page leaves to whoever reads it: here, that the functions for webhooks know what is ours.
CALLS = {
    ("webhooks.md", "python"): """
event = event_of(SECRET, SIGNED, BODY.encode())
assert event["type"] == "draft.finished", event
try:
    event_of(SECRET, SIGNED, BODY.encode() + b" ")
except Exception as error:
    assert type(error).__name__ == "WebhookVerificationError", error
else:
    raise SystemExit("a foreign event was taken")
""",
    ("webhooks.md", "typescript"): """
const event = eventOf(SECRET, SIGNED, new TextEncoder().encode(BODY));
if (event.type !== "draft.finished") throw new Error("not read");
for (const [headers, body] of [[SIGNED, BODY + " "], [{ ...SIGNED, "webhook-timestamp": "1" }, BODY]] as const) {
  let taken = true;
  try { eventOf(SECRET, headers, new TextEncoder().encode(body)); } catch { taken = false; }
  if (taken) throw new Error("a foreign event was taken");
}
""",
}


def given(language: str) -> str:
    """What the calls need: an event that was signed now, as old ones are refused."""
    now = datetime.now(UTC)
    signed = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_1", now, BODY),
    }
    if language == "python":
        return f"SECRET, SIGNED, BODY = {SECRET!r}, {signed!r}, {BODY!r}\n"
    return f"const SECRET = {json.dumps(SECRET)}, SIGNED = {json.dumps(signed)}, BODY = {json.dumps(BODY)};\n"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service's URL."""
    with (
        FakeEndpoint(says(REPLY)) as endpoint,
        serving(tmp_path_factory.mktemp("service"), endpoint.url) as service,
    ):
        yield service.ready()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the examples are run: with the policies, as in a clone."""
    shutil.copytree(FOLDER.parent / "guardrails" / "policies", tmp_path / "guardrails" / "policies")
    return tmp_path


def run(command: list[str], folder: Path, variables: Mapping[str, str]) -> str:
    """Run to the end, and give what is printed."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(folder) | {"PATH": path} | dict(variables),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("page", written_in("sh"))
def test_in_the_shell(page: str, url: str, folder: Path) -> None:
    """One block after the other; none ends with an error, and no answer is a problem."""
    answer = httpx2.post(f"{url}/v1/drafts", json=first_case(), timeout=SECONDS).raise_for_status()
    variables = {"ID": answer.json()["id"], "BATCH": ""}
    for example in read_examples(FOLDER / page):
        if example.language == "sh":
            said = run(["bash", "-euo", "pipefail", "-c", example.text.replace(URL, url)], folder, variables)
            assert "urn:amends:problem" not in said, f"{page}, line {example.line}: {said}"
            variables |= dict(ids_in(said))
            finish(f"{url}/v1/drafts/{variables['ID']}")


def finish(draft: str) -> None:
    """Wait until a draft is made, as a reader would before the next step."""
    deadline = time.monotonic() + SECONDS
    while "Retry-After" in httpx2.get(draft, timeout=SECONDS).headers:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def first_case() -> object:
    """The case of the first example."""
    text = next(example.text for example in read_examples(FOLDER / "api.md"))
    case: object = json.loads(text[text.index("{") : text.rindex("}") + 1])
    return case


def ids_in(said: str) -> Iterator[tuple[str, str]]:
    """What an answer makes of $ID and $BATCH."""
    for found in re.finditer(r"^\{\"id\":\"([\w-]+)\".*", said, re.MULTILINE):
        yield ("BATCH" if '"lines":' in found[0] else "ID"), found[1]


@pytest.mark.parametrize(
    ("page", "language"),
    [(page, language) for language in LANGUAGES if language != "sh" for page in written_in(language)],
)
def test_as_a_program(
    page: str, language: str, url: str, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The blocks of a page make one program; TypeScript's types are checked, and it may reach this machine alone."""
    texts = [example.text for example in read_examples(FOLDER / page) if example.language == language]
    program = folder / ("example.py" if language == "python" else "example.ts")
    text = "\n".join([given(language), *texts, CALLS.get((page, language), "")])
    program.write_text(text.replace(URL, url), encoding="utf-8")
    if language == "python":
        run([sys.executable, str(program)], folder, {})
    else:
        settings = {"DENO_DIR": str(tmp_path_factory.getbasetemp() / "deno"), "DENO_NO_UPDATE_CHECK": "1"}
        permitted = ["--check", "--no-remote", "--no-npm", "--no-config", "--allow-net=127.0.0.1"]
        run([str(BIN / "deno"), "run", "--quiet", *permitted, str(program)], folder, settings)


def test_the_front_page_asks_the_same() -> None:
    """So that its one example is tried too."""
    text = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    case = json.loads(text[text.index("-d '{") + 4 : text.index("}}}'") + 3])
    asked = first_case()
    assert isinstance(asked, dict)
    assert case == asked | {"context": {**case["context"]}}
    assert asked["context"] == case["context"] | {"customer_ref": "crm-4711"}


def test_feedback_is_tried_where_there_is_no_draft() -> None:
    """The example reads no text that is not there: `needs_review` comes without one."""
    found = (each.text for each in read_examples(FOLDER / "api.md") if each.language == "python")
    (example,) = (text for text in found if "/feedback" in text)
    exec(example, {"result": {"id": "0f6c", "draft": None}})


def test_the_first_draft_is_ready(url: str) -> None:
    """Else what comes after it would be about nothing."""
    result = httpx2.post(f"{url}/v1/drafts", json=first_case(), timeout=SECONDS).json()
    assert (result["status"], result["draft"]) == ("ready", REPLY), result["verdicts"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_example_is_there_in_every_language(page: Path) -> None:
    """Where there are tabs, there are three, but for what no shell can do."""
    tabs = re.findall(r"^=== \"(\w+)\"$", page.read_text(encoding="utf-8"), re.MULTILINE)
    text = " ".join(tabs).replace("curl Python TypeScript", "").strip()
    assert text in ("", "Python TypeScript" if page.name == "webhooks.md" else "")
    assert {example.language for example in read_examples(page)} <= {*LANGUAGES, "console", "json", "yaml"}
