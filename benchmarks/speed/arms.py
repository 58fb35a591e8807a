"""What is measured: each arm with the process that it runs in, how it is asked, and what it must have to run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Form = Literal["case", "chat"]
HERE = Path(__file__).parent
PEERS = HERE / "peers"
OWN = {
    "PYTHONPATH": str(HERE.parents[1])
}  # for this Python alone: a peer would find our `guardrails` in place of its own
SERVE = [str(Path(sys.executable).with_name("amends")), "serve"]
QUIET = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "OTEL_SDK_DISABLED": "true", "DO_NOT_TRACK": "1"}

OPEN = {"LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true"}  # like the others, it asks for no key here


@dataclass(frozen=True, slots=True)
class Place:
    """Where an arm runs: its port, the endpoint that it asks, an empty folder, and how many ask it at once.

    `peers` is the folder of the peers' environments.
    """

    port: int
    endpoint: str
    folder: Path
    clients: int
    peers: Path

    def python(self, peer: str) -> str:
        """A peer's own Python."""
        return str(self.peers / peer / "bin" / "python")


Started = tuple[Sequence[str], Mapping[str, str]]  # a command and its environment, beyond this process's own


@dataclass(frozen=True, slots=True)
class Arm:
    """One thing to measure: `start` prepares the folder and says what to run, `ready` is the path that answers then.

    `peer` names the environment that it needs.
    """

    title: str
    start: Callable[[Place], Started]
    path: str = "/v1/drafts"
    form: Form = "case"
    ready: str = "/readyz"
    peer: str | None = None


def _bare(place: Place, transport: str = "") -> Started:
    arguments = [str(place.port), place.endpoint, str(place.folder), transport]
    return [sys.executable, "-m", "benchmarks.speed.bare", *arguments], OWN


def _settings(place: Place) -> dict[str, str]:
    """As shipped, but for one text a draft, and as many drafts at once as there are clients."""
    return {
        "AMENDS_MODEL_URL": place.endpoint,
        "AMENDS_MODEL_NAME": "fake",
        "AMENDS_MAX_ATTEMPTS": "1",
        "AMENDS_MAX_DRAFTS": str(max(16, place.clients)),
        "AMENDS_PORT": str(place.port),
        "AMENDS_DATABASE_URL": f"sqlite+aiosqlite:///{place.folder / 'amends.db'}",
    }


def _amends(checks: str) -> Callable[[Place], Started]:
    command = [sys.executable, "-m", "benchmarks.speed.amends", checks]
    return lambda place: (command, OWN | _settings(place))


def _guardrails_ai(place: Place) -> Started:
    arguments = ["benchmarks.speed.peers.guardrails_ai", str(place.port), place.endpoint, str(place.folder)]
    return [place.python("guardrails-ai"), "-P", str(PEERS / "start.py"), *arguments], _home(place)


def _guardrails_server(place: Place) -> Started:
    command = [place.python("guardrails-ai"), "-P", "-m", "uvicorn", "--factory", "guardrails_api.app:create_app"]
    settings = {"GR_CONFIG_FILE_PATH": str(PEERS / "guardrails_config.py"), "PORT": str(place.port)}
    return [*command, "--port", str(place.port)], settings | _home(place) | _openai(place)


def _litellm(place: Place) -> Started:
    (place.folder / "proxy_guardrail.py").write_text(_borrowed("litellm_guardrail"), encoding="utf-8")
    (place.folder / "config.yaml").write_text(LITELLM.format(url=place.endpoint), encoding="utf-8")
    command = [str(place.peers / "litellm" / "bin" / "litellm"), "--config", str(place.folder / "config.yaml")]
    return [*command, "--host", "127.0.0.1", "--port", str(place.port), "--num_workers", "1"], OPEN | _home(place)


def _rails(place: Place) -> Path:
    """A folder with the rails of NeMo Guardrails."""
    rails = place.folder / "rails"
    rails.mkdir()
    (rails / "config.yml").write_text(NEMO.format(url=place.endpoint), encoding="utf-8")
    (rails / "checks.co").write_text(FLOW, encoding="utf-8")
    (rails / "actions.py").write_text(_borrowed("nemo_actions"), encoding="utf-8")
    return rails


def _nemo(place: Place) -> Started:
    arguments = ["benchmarks.speed.peers.nemo", str(place.port), str(_rails(place)), str(place.folder)]
    command = [place.python("nemoguardrails"), "-P", str(PEERS / "start.py"), *arguments]
    return command, _home(place) | _openai(place)


def _nemo_server(place: Place) -> Started:
    rails = _rails(place)
    command = [place.python("nemoguardrails"), "-P", "-m", "nemoguardrails", "server", "--config", str(rails.parent)]
    command += ["--default-config-id", rails.name, "--disable-chat-ui", "--port", str(place.port)]
    return command, _home(place) | _openai(place)


def _borrowed(module: str) -> str:
    """The text of a file that a peer loads from its own folder: it takes everything from the module."""
    root = str(HERE.parents[1])
    return f"import sys\nsys.path.append({root!r})\nfrom benchmarks.speed.peers.{module} import *\n"


def _openai(place: Place) -> dict[str, str]:
    return {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": place.endpoint, "OPENAI_API_BASE": place.endpoint}


def _home(place: Place) -> dict[str, str]:
    """A home folder in which guardrails-ai is told to report nothing to its makers."""
    (place.folder / ".guardrailsrc").write_text("enable_metrics=false\n", encoding="utf-8")
    return QUIET | {"HOME": str(place.folder)}


LITELLM = """\
model_list:
  - model_name: openai/fake
    litellm_params: {{model: openai/fake, api_base: "{url}", api_key: none}}
guardrails:
  - guardrail_name: simple
    litellm_params: {{guardrail: proxy_guardrail.SimpleChecks, mode: post_call, default_on: true}}
"""
NEMO = """\
models:
  - {{type: main, engine: openai, model: fake, parameters: {{base_url: "{url}"}}}}
passthrough: true
rails:
  output:
    flows: [simple checks]
"""
FLOW = """\
define flow simple checks
  $failed = execute simple_checks
"""
CHAT: Form = "chat"
COMPLETIONS = "/v1/chat/completions"
FLOOR = "floor"
ARMS: Mapping[str, Arm] = {
    FLOOR: Arm("bare FastAPI + AsyncOpenAI + one row", _bare),
    "floor-aiohttp": Arm("the same, aiohttp under the client", lambda place: _bare(place, "aiohttp")),
    "none": Arm("Amends without checks", _amends("none")),
    "simple": Arm("Amends with the six simple checks", _amends("simple")),
    "rules": Arm("Amends with its six rules", _amends("rules")),
    "amends": Arm("Amends as shipped, every check", lambda place: (SERVE, _settings(place))),
    "guardrails-ai": Arm("guardrails-ai in the bare endpoint", _guardrails_ai, peer="guardrails-ai"),
    "guardrails-server": Arm(
        "guardrails-ai's server",
        _guardrails_server,
        path=f"/guards/drafts/openai{COMPLETIONS}",
        form=CHAT,
        ready="/health-check",
        peer="guardrails-ai",
    ),
    "litellm": Arm("LiteLLM proxy", _litellm, path=COMPLETIONS, form=CHAT, ready="/health/readiness", peer="litellm"),
    "nemo": Arm("NeMo Guardrails in the bare endpoint", _nemo, peer="nemoguardrails"),
    "nemo-server": Arm(
        "NeMo Guardrails' server", _nemo_server, path=COMPLETIONS, form=CHAT, ready="/v1/health", peer="nemoguardrails"
    ),
}


def without_settings() -> dict[str, str]:
    """This process's environment without what would change an arm's behaviour."""
    prefixes = (
        "AMENDS_",
        "OPENAI_",
        "LITELLM_",
        "PYTHONPATH",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "http_proxy",
        "https_proxy",
    )
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
