"""Runs `amends-chatwoot` as a process between the mock of Chatwoot and a real service."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from plugins.chatwoot.tests.mock import ACCOUNT, DASHBOARD, SECRET, TOKEN, Chatwoot
from tests.e2e.site import GOOD as DATED
from tests.e2e.site import Site
from tests.service.commands import environment
from tests.service.serving import Serving

PROGRAM = str(Path(sys.executable).with_name("amends-chatwoot"))
OFFER = "delivered free within two working days"
GOOD = DATED.replace("delivered free on Thursday 23 October", OFFER).replace("Wednesday noon", "noon tomorrow")
ORDER = "My kettle came with a cracked lid. I waited two weeks for it!"
BUSINESS = f"""
[context]
brand = "Harbourline Home"
agent = {{ name = "Maya Lindqvist", role = "Customer Care" }}
facts = ["One Tern kettle at £42.50 was delivered on 21 October."]
remedies = [{{ id = "replacement", text = "a new Tern kettle, {OFFER}" }}]
follow_up = {{ person = "Priya Nair", channel = "020 7946 0142", by = "noon tomorrow" }}
"""


@dataclass
class Bot:
    """The running program."""

    serving: Serving
    url: str
    folder: Path

    @property
    def log(self) -> str:
        """All that it logged."""
        return "\n".join(map(str, self.serving.logged))

    def kill(self) -> None:
        """As a loss of power does."""
        self.serving.process.kill()
        self.serving.process.wait()


def settings(folder: Path, site: Site, chatwoot: Chatwoot, business: str = BUSINESS, **more: str) -> dict[str, str]:
    """The settings of a bot; its business file is written."""
    file = folder / "business.toml"
    file.write_text(business, encoding="utf-8")
    values = {
        "URL": chatwoot.url,
        "ACCOUNT": str(ACCOUNT),
        "TOKEN": TOKEN,
        "WEBHOOK_SECRET": SECRET,
        "BUSINESS": str(file),
        "AMENDS_URL": site.url,
        "AMENDS_KEY": site.headers.get("Authorization", "").removeprefix("Bearer "),
        "DASHBOARD_SECRET": DASHBOARD,
        "DATABASE": str(folder / "bot.db"),
        "QUIET_S": "0",
        "PORT": "0",
    }
    return {f"AMENDS_CHATWOOT_{name}": value for name, value in (values | more).items()}


@contextmanager
def bot(folder: Path, site: Site, chatwoot: Chatwoot, **more: str) -> Iterator[Bot]:
    """The program, once it listens."""
    process = subprocess.Popen(
        [PROGRAM],
        cwd=folder,
        env=environment(folder, **settings(folder, site, chatwoot, **more)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    serving = Serving(process)
    try:
        chatwoot.webhook = str(serving.wait_for("receiver.started")["webhook"])
        yield Bot(serving, chatwoot.webhook.removesuffix("/webhook"), folder)
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()
