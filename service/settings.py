"""The settings: read once from the environment and a `.env` file, validated, and handed on as values."""

from __future__ import annotations

import os
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Literal

import platformdirs
from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream
from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from service.embedders import read_embedders
from service.errors import ConfigurationError
from service.hosts import read_hosts
from service.limiting.rates import MOST, read_rates
from service.webhooks.targets import read_networks

PREFIX = "AMENDS_"
# Of the programs beside a help desk: a small shop has one environment for all.
OTHER_PROGRAMS = ("AMENDS_CHATWOOT_", "AMENDS_HELPDESK_")
REDIS_SCHEMES = ("redis://", "rediss://")
SCHEMES = ("sqlite+aiosqlite://", "postgresql+asyncpg://")


def _default_database() -> str:
    folder = Path(platformdirs.user_data_dir("amends", appauthor=False))
    return f"sqlite+aiosqlite:///{folder / 'amends.db'}"


class Settings(BaseModel):
    """One value for each variable `AMENDS_...`; field names are theirs in lower case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model_url: AnyHttpUrl | None = Field(
        default=None,
        description="Base URL of an OpenAI-compatible endpoint; without it the embedded model starts.",
    )
    model_name: str = Field(default="", description="The model to ask for; required with a model URL.")
    model_api_key: SecretStr | None = Field(default=None, description="The endpoint's key.")
    model_context_tokens: int = Field(
        default=8192, ge=1024, description="Tokens that prompt and answer may have together."
    )
    model_max_tokens: int = Field(default=700, ge=50, le=8192, description="Tokens that one answer may have.")
    model_temperature: float | None = Field(
        default=None,
        ge=0,
        le=2,
        description="Sampling temperature; by default 0.2 of the embedded model, 0.4 of an endpoint.",
    )
    endpoints: Path | None = Field(
        default=None,
        description="YAML file that lists several endpoints, which are tried in order; in place of a model URL.",
    )
    deadline_s: float = Field(default=60, gt=0, le=600, description="Seconds for a whole draft, revisions included.")
    max_attempts: int = Field(
        default=3, ge=1, le=3, description="Rounds of texts asked of the model for one draft: the first, and revisions."
    )
    candidates: int | None = Field(
        default=None,
        ge=1,
        le=8,
        description="Texts asked for in each round, of which the best is kept; by default 6 of the embedded model, "
        "1 of an endpoint.",
    )
    check_timeout_s: float = Field(default=5, gt=0, le=60, description="Seconds for one check.")
    judge_timeout_s: float = Field(
        default=20, gt=0, le=120, description="Seconds for the judge of one draft, where a policy asks for one."
    )
    max_drafts: int = Field(default=16, ge=1, le=1024, description="Drafts worked on at once; more are told to wait.")
    model_calls: int | None = Field(
        default=None,
        ge=1,
        le=1024,
        description="Calls of each endpoint under way at once from this process; what waits for more is let through by "
        "urgency: requests first, then asynchronous drafts, then batches. By default AMENDS_MAX_DRAFTS times "
        "AMENDS_CANDIDATES, and 1 of the embedded model.",
    )
    work: bool = Field(
        default=True,
        description="Whether `amends serve` also works on accepted drafts and batches; `amends worker` always does.",
    )
    workers: int = Field(
        default=8,
        ge=1,
        le=256,
        description="Accepted drafts that a process works on at once, lines of batches among them; fewer where "
        "AMENDS_MODEL_CALLS, or the embedded model, lets fewer calls through.",
    )
    dead_after_s: float = Field(
        default=30,
        ge=10,
        le=600,
        description="Seconds without a sign of life after which others take over what a process has begun; one that "
        "was only slow for so long has its work done twice.",
    )
    idempotency_hours: float = Field(
        default=24, gt=0, le=720, description="Hours for which an answer is kept for its Idempotency-Key."
    )
    retention_days: int | None = Field(
        default=None,
        ge=1,
        le=36_500,
        description="Days after which the texts of a draft are deleted, and its figures kept; by default never.",
    )
    database_url: str = Field(
        default_factory=_default_database,
        description="`sqlite+aiosqlite:///PATH` or `postgresql+asyncpg://USER:PASSWORD@HOST/NAME?sslmode=require`; "
        "by default a file in the user's data folder.",
    )
    webhook_networks: str = Field(
        default="",
        description="Networks that webhooks may lie in although they are not public, and there over http too, such as "
        "`10.1.0.0/16,::1`; by default none.",
    )
    placeholders: Literal["remote", "all", "off"] = Field(
        default="remote",
        description="Which endpoints are given placeholders in the place of e-mail addresses, phone, card and account "
        "numbers, national ids and names: `remote` those on other machines, `all` those on this one too, `off` none. "
        "The file of AMENDS_ENDPOINTS may say otherwise of one; the embedded model is never given any.",
    )
    placeholders_off_for: str = Field(
        default="",
        description="Tenants, with commas between them, whose texts every endpoint is given as they are; by default "
        "none.",
    )
    host: str = Field(
        default="127.0.0.1", description="Address to listen on; one that others reach needs an access key to be there."
    )
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    allowed_hosts: str = Field(
        default="",
        description="Names by which the service may be called, and whose pages may call it, such as "
        "`amends.example.com,localhost:8000`; by default those of loopback where it listens there, else any.",
    )
    desk_frame_ancestors: str = Field(
        default="",
        description="Pages that may hold the agents' desk in a frame, and take a text from it, such as "
        "`https://help.example.com https://*.zendesk.com`; by default none.",
    )
    rate_drafting: str = Field(
        default="",
        description="Requests of POST /v1/drafts, .../again and /v1/batches that each access key may send, such as "
        "`5/second, 100/minute`; by default any number. A key may have other limits: `amends keys limit`.",
    )
    rate_checking: str = Field(
        default="", description="The same of POST /v1/checks; by default any number, for each access key."
    )
    rate_reading: str = Field(
        default="", description="The same of all other requests; by default any number, for each access key."
    )
    calls_at_once: int | None = Field(
        default=None,
        ge=1,
        le=MOST,
        description="Requests that each access key may have under way in one process; by default any number.",
    )
    tokens_per_day: int | None = Field(
        default=None,
        ge=0,
        le=MOST,
        description="Tokens, of prompts and completions, that the drafts of each access key may take on a day of UTC; "
        "by default any number.",
    )
    limits_redis_url: SecretStr | None = Field(
        default=None,
        description="`redis://...` or `rediss://...` where rates are counted for several processes; by default in "
        "PostgreSQL where that is the database, else in each process by itself.",
    )
    policy_dir: Path | None = Field(
        default=None, description="Folder of policy files; by default the policies that come with Amends."
    )
    metrics: bool = Field(default=False, description="Whether GET /metrics answers Prometheus; by default not.")
    metrics_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="Port at which `amends worker` answers /metrics, and nothing else; by default none.",
    )
    otlp_endpoint: AnyHttpUrl | None = Field(
        default=None,
        description="Base URL of an OpenTelemetry collector, such as `http://127.0.0.1:4318`, to which traces are sent "
        "by OTLP over HTTP; by default nothing is.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level to log.")

    @property
    def without_placeholders(self) -> frozenset[str]:
        """The tenants whose texts every endpoint is given as they are."""
        return frozenset(filter(None, map(str.strip, self.placeholders_off_for.split(","))))

    @field_validator("log_level", "placeholders", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("webhook_networks")
    @classmethod
    def _known_networks(cls, value: str) -> str:
        read_networks(value)
        return value

    @field_validator("desk_frame_ancestors")
    @classmethod
    def _known_embedders(cls, value: str) -> str:
        read_embedders(value)
        return value

    @field_validator("rate_drafting", "rate_checking", "rate_reading")
    @classmethod
    def _known_rates(cls, value: str) -> str:
        if value:
            read_rates(value)
        return value

    @field_validator("limits_redis_url")
    @classmethod
    def _known_redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(REDIS_SCHEMES):
            raise ValueError(f"must begin with one of {', '.join(REDIS_SCHEMES)}")
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _known_hosts(cls, value: str) -> str:
        read_hosts(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(SCHEMES):
            raise ValueError(f"must begin with one of {', '.join(SCHEMES)}")
        return value


def load_settings(environment: Mapping[str, str], env_file: Path | None) -> Settings:
    """Read the settings; the environment wins over the file, and an empty value counts as absent.

    Raises:
        ConfigurationError: names the variable that is unknown or malformed, and where it stands, or the line of the
            file that sets nothing.
    """
    origins: dict[str, str] = {}
    values: dict[str, str] = {}
    from_file = _read_env_file(env_file) if env_file else {}
    for origin, source in ((str(env_file), from_file), ("the environment", environment)):
        for name, value in source.items():
            if _is_ours(name) and value:
                values[name.upper().removeprefix(PREFIX).lower()] = value
                origins[name.upper().removeprefix(PREFIX).lower()] = origin
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(_explain(error, origins)) from None  # the value may be a key
    if settings.model_url and not settings.model_name:
        raise ConfigurationError(f"{PREFIX}MODEL_NAME is required with {PREFIX}MODEL_URL: say which model to ask for")
    if settings.model_url and settings.endpoints:
        raise ConfigurationError(
            f"{PREFIX}MODEL_URL and {PREFIX}ENDPOINTS exclude each other: put the URL into the file, or unset one"
        )
    if settings.metrics_port is not None and not settings.metrics:
        raise ConfigurationError(f"{PREFIX}METRICS_PORT needs {PREFIX}METRICS=true: without it nothing is counted")
    if settings.model_max_tokens >= settings.model_context_tokens:
        raise ConfigurationError(
            f"{PREFIX}MODEL_MAX_TOKENS must be less than {PREFIX}MODEL_CONTEXT_TOKENS: prompts need room too"
        )
    return settings


def _is_ours(name: str) -> bool:
    return name.upper().startswith(PREFIX) and not name.upper().startswith(OTHER_PROGRAMS)


def _read_env_file(path: Path) -> dict[str, str | None]:
    """The variables of a file; none where there is none.

    Raises:
        ConfigurationError: it is no file, cannot be read, or has a line that sets nothing.
    """
    if not path.exists():
        return {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        # `from None`: the text may hold a key.
        raise ConfigurationError(f"{path}: cannot be read as UTF-8 text: {type(error).__name__}") from None
    for binding in parse_stream(StringIO(text)):
        _refuse_unset(path, binding)
    return dotenv_values(stream=StringIO(text))


def _refuse_unset(path: Path, binding: Binding) -> None:
    """A setting that is left out because of how it is written would not be missed until it is too late."""
    # What stands before a binding belongs to it, blank lines and comments too.
    before = binding.original.string[: len(binding.original.string) - len(binding.original.string.lstrip())]
    line = binding.original.line + before.count("\n")
    if binding.error:
        raise ConfigurationError(f"{path}, line {line}: sets nothing; write NAME=VALUE, and close every quote")
    if binding.key and binding.value is None and _is_ours(binding.key):
        raise ConfigurationError(f"{path}, line {line}: {binding.key} has no value; write {binding.key}=VALUE")


def describe_settings() -> str:
    """One line for each setting: variable, default, meaning."""
    lines = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True, validated_data={})
        shown = "none" if default in (None, "") else default
        lines.append(f"{PREFIX}{name.upper()} (default: {shown}): {field.description}")
    return "\n".join(lines)


def _explain(error: ValidationError, origins: Mapping[str, str]) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    name = str(fault["loc"][0])
    variable = f"{PREFIX}{name.upper()}"
    origin = origins.get(name, "the environment")
    if fault["type"] == "extra_forbidden":
        return f"{variable} in {origin} is not a known setting; `amends serve --help` lists them"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{variable} in {origin}: {message[:1].lower()}{message[1:]}"


def read_environment() -> Settings:
    """The settings of this process."""
    return load_settings(os.environ, Path.cwd() / ".env")


def read_variables() -> dict[str, str]:
    """Every variable of this process and its `.env` file, for what a setting names and does not hold: a key.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    from_file = _read_env_file(Path.cwd() / ".env")
    return {name: value for name, value in (*from_file.items(), *os.environ.items()) if value}
