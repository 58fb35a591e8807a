"""A real help desk, and the receiver as a process beside it."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).resolve().parents[2]
START = HERE / "testbed" / "start.sh"
PROGRAM = str(Path(sys.executable).with_name("amends-helpdesk"))
INSTALL_S, START_S, STOP_S = 180, 60, 30
COMPLAINTS, INVOICES = 1, 2  # the queues' numbers, in the order in which they are made
AGENT, BOT = ("maya", "maya-at-work"), ("amends", "amends-at-work")
CUSTOMER = "dana.okafor@customers.example"
QUEUE = """
[queue.1] # Complaints
brand = "Harbourline Home"
agent = {name = "Maya Lindqvist", role = "Customer Care"}
facts = ["One Tern kettle at £42.50 was delivered; the Tern kettle is in stock."]
remedies = [{id = "replacement", text = "a new Tern kettle, delivered free within two working days"}]
follow_up = {person = "Priya Nair", channel = "020 7946 0142", by = "noon tomorrow"}
"""


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def clean_environment(**settings: str) -> dict[str, str]:
    """What the machine needs, and no settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AMENDS_", "HELPDESK_"))}
    return kept | settings


@dataclass
class Bed:
    """A running help desk; `hook` is where it tells of what happens, whether or not anybody listens there."""

    url: str
    folder: Path
    hook_port: int

    def api(self, method: str, path: str, body: object = None, login: tuple[str, str] = AGENT) -> Any:
        """An answer of the REST API."""
        answer = httpx.request(method, f"{self.url}/api/{path}", json=body, auth=login, timeout=60)
        assert answer.is_success, (answer.status_code, answer.text)
        return answer.json()

    def ticket(self, ticket_id: int) -> Any:
        """A ticket with its follow-ups."""
        return self.api("GET", f"tickets/{ticket_id}/")

    def notes(self, ticket_id: int) -> list[Any]:
        """The private follow-ups of a ticket."""
        return [each for each in self.ticket(ticket_id)["followup_set"] if not each["public"]]

    def last_ticket(self) -> int:
        """The greatest number of a ticket; 0 where there is none."""
        answer = self.api("GET", "tickets/?page_size=10000")
        return max((each["id"] for each in answer["results"]), default=0)

    def does(self, code: str) -> None:
        """Have something done inside the help desk for which it has no page: what comes by mail, for one."""
        python = Path(os.environ.get("TESTBED_VENV") or START.parent / ".venv") / "bin" / "python"
        settings = {"TESTBED_DATA": str(self.folder), "DJANGO_SETTINGS_MODULE": "helpdesk_site.settings"}
        environment = clean_environment(**settings, PYTHONPATH=str(START.parent))
        code = f"from helpdesk.models import *\n{code}\n"
        subprocess.run(
            [python, "-m", "django", "shell", "--verbosity", "0", "--command", code], env=environment, check=True
        )

    def tells(self, body: object) -> httpx.Response:
        """Tell the receiver something, as the help desk does, and as everybody can."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.post(f"http://127.0.0.1:{self.hook_port}/hook", content=content, timeout=30)

    def mails(self) -> list[str]:
        """Every mail that was sent: to whom, and what it says."""
        found = []
        for path in sorted((self.folder / "outbox").glob("*")):
            for part in path.read_bytes().split(b"-" * 79 + b"\n"):
                if part.strip():
                    mail = message_from_bytes(part, policy=policy.default)
                    texts = [str(each.get_content()) for each in mail.walk() if each.get_content_maintype() == "text"]
                    found.append("\n".join([f"To: {mail['To']}", *texts]))
        return found


@dataclass
class Visitor:
    """Somebody at the help desk's pages, as a browser shows them."""

    bed: Bed
    http: httpx.Client

    def get(self, path: str) -> str:
        """A page."""
        answer = self.http.get(path)
        assert answer.is_success, answer.status_code
        return answer.text

    def send(self, form_at: str, path: str, **fields: str) -> httpx.Response:
        """Send the form of a page, as browsers do: with line ends of their own."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(form_at))
        assert token is not None
        typed = {name: re.sub(r"\r?\n", "\r\n", value) for name, value in fields.items()}
        return self.http.post(path, data={"csrfmiddlewaretoken": token[1], **typed}, headers={"Referer": self.bed.url})

    def complains(self, text: str, title: str = "Broken kettle", queue: int = COMPLAINTS) -> tuple[int, str]:
        """Submit the public form as a customer: the ticket's number, and the page that the customer is shown."""
        before = self.bed.last_ticket()
        answer = self.send(
            "/tickets/submit/",
            "/tickets/submit/",
            queue=str(queue),
            title=title,
            body=text,
            priority="3",
            submitter_email=CUSTOMER,
        )
        ticket_id = self.bed.last_ticket()
        assert ticket_id > before, (answer.status_code, answer.text[:2000])
        return ticket_id, answer.headers.get("location", "")

    def signs_in(self, login: tuple[str, str] = AGENT) -> None:
        """Be an agent from now on."""
        answer = self.send("/login/", "/login/", username=login[0], password=login[1])
        assert answer.status_code == 302, answer.text

    def answers(self, ticket_id: int, text: str, *, public: bool = True, status: int = 1) -> None:
        """Send the form below a ticket."""
        ticket = self.bed.ticket(ticket_id)
        fields = {name: str(ticket[name]) for name in ("title", "priority", "queue")}
        fields |= {"comment": text, "new_status": str(status)} | ({"public": "1"} if public else {})
        self.send(f"/tickets/{ticket_id}/", f"/tickets/{ticket_id}/update/", **fields)
        assert self.bed.ticket(ticket_id)["followup_set"][-1]["public"] == public
        assert len(self.bed.ticket(ticket_id)["followup_set"]) == len(ticket["followup_set"]) + 1


def shown(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@contextmanager
def help_desk(folder: Path) -> Iterator[Bed]:
    """A help desk that nobody has used."""
    port, hook_port = free_port(), free_port()
    command = [str(START), str(folder), str(port), f"http://127.0.0.1:{hook_port}/hook"]
    log = (folder / "helpdesk.log").open("wb")
    environment = clean_environment(PYTHON=sys.executable)
    with log, subprocess.Popen(command, stdout=log, stderr=log, env=environment) as process:
        try:
            bed = Bed(f"http://127.0.0.1:{port}", folder, hook_port)
            wait_until_it_answers(f"{bed.url}/tickets/submit/", process, folder / "helpdesk.log")
            yield bed
        finally:
            process.terminate()
            process.wait(STOP_S)


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Give a new process the time that it needs, the first time with an installation."""
    end = time.monotonic() + INSTALL_S + START_S
    while True:
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(url, timeout=10).is_success:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)


@contextmanager
def visiting(bed: Bed) -> Iterator[Visitor]:
    """A browser that nobody knows yet."""
    with httpx.Client(base_url=bed.url, timeout=60) as http:
        yield Visitor(bed, http)


class Receiver:
    """A running receiver and its log."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.lines: list[bytes] = []
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._changed:
                self.lines.append(line)
                self._changed.notify_all()

    @property
    def events(self) -> list[dict[str, Any]]:
        """What was logged."""
        return [json.loads(line) for line in self.lines]

    def waits_for(self, event: str, seconds: float = 60, **fields: object) -> dict[str, Any]:
        """The first event of this name with these fields."""
        found: list[dict[str, Any]] = []

        def there() -> bool:
            wanted = {"event": event, **fields}.items()
            found[:] = [each for each in self.events if wanted <= each.items()]
            return bool(found)

        with self._changed:
            assert self._changed.wait_for(there, seconds), self.events
        return found[0]

    def kill(self) -> None:
        """End it without a warning."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_S)


@contextmanager
def receiving(bed: Bed, amends: str, *, ready: str = "desk.watched", **settings: str) -> Iterator[Receiver]:
    """The receiver for a help desk and an Amends, as its command starts it; by default for tickets yet to come."""
    queues = bed.folder / "queues.toml"
    queues.write_text(QUEUE, encoding="utf-8")
    given = {
        "AMENDS_HELPDESK_URL": bed.url,
        "AMENDS_HELPDESK_USER": BOT[0],
        "AMENDS_HELPDESK_PASSWORD": BOT[1],
        "AMENDS_HELPDESK_QUEUES": str(queues),
        "AMENDS_HELPDESK_AMENDS_URL": amends,
        "AMENDS_HELPDESK_PORT": str(bed.hook_port),
        "AMENDS_HELPDESK_FIRST_TICKET": str(bed.last_ticket() + 1),
        "AMENDS_HELPDESK_POLL_S": "600",
    } | settings
    command: Sequence[str] = [PROGRAM]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=clean_environment(**given)) as process:
        try:
            receiver = Receiver(process)
            receiver.waits_for(ready, START_S)
            yield receiver
        finally:
            process.kill()
            process.wait(STOP_S)
