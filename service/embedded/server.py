"""Starts and stops the embedded model: a child process that lives no longer than this one."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from asyncio import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from pydantic import SecretStr

from service.embedded import child
from service.embedded.processors import default_threads
from service.embedded.weights import MODEL_NAME
from service.errors import EmbeddedModelFailed

LOG_BYTES = 1024 * 1024  # a longer log is started anew
STOP_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running embedded model answers, as OpenAI clients take it; the key is new at every start."""

    base_url: str
    api_key: SecretStr
    model: str


class EmbeddedServer:
    """The embedded model as a child process; start and stop it in the same event loop.

    Args:
        weights: the GGUF file (`find_weights()`).
        adapter: the LoRA that makes the weights a drafter, a GGUF file; without one they are used as they are.
        log: file for what the child has to say; its folder is made, and every error names it.
        context_tokens: tokens of prompt and answer together, for each slot.
        slots: requests answered at the same time; each more costs about 190 MB at 8,192 tokens.
        threads: for reading prompts, by default one per core; a text is always written by one.
        start_seconds: how long a start may take before it is given up.
    """

    def __init__(
        self,
        weights: Path,
        log: Path,
        *,
        adapter: Path | None = None,
        context_tokens: int = 8192,
        slots: int = 1,
        threads: int | None = None,
        start_seconds: float = 20.0,
    ) -> None:
        self.log = log
        self.context_tokens = context_tokens
        self._weights = weights
        self._adapter = adapter
        self._slots = slots
        self._threads = threads or default_threads()
        self._start_seconds = start_seconds
        self._starting = asyncio.Lock()
        self._process: subprocess.Process | None = None
        self._address: Address | None = None
        self._logged = 0  # bytes of the log that earlier starts wrote

    async def __aenter__(self) -> Address:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def pid(self) -> int | None:
        """The process number of the running child."""
        return self._process.pid if self._process and self.running else None

    @property
    def running(self) -> bool:
        """Whether the child has started and not ended."""
        return self._address is not None and self._process is not None and self._process.returncode is None

    async def start(self) -> Address:
        """Start the child unless it runs, and wait until it answers.

        Raises:
            EmbeddedModelFailed: it ended, or took longer than `start_seconds`.
        """
        async with self._starting:
            if self._address is None or not self.running:
                self._address = None
                self._address = await self._start()
            return self._address

    async def stop(self) -> None:
        """Stop the child and wait for its end; nothing happens if it does not run."""
        process, self._process, self._address = self._process, None, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        await _end(process, within=STOP_SECONDS)

    async def has_stopped(self, within: float) -> bool:
        """Whether the child ends within so many seconds: its connections break before its end is known."""
        process = self._process
        if process is None:
            return True
        try:
            async with asyncio.timeout(within):
                await process.wait()
        except TimeoutError:
            return False
        return True

    async def _start(self) -> Address:
        key = secrets.token_urlsafe(32)
        process = await self._spawn()
        try:
            async with asyncio.timeout(self._start_seconds):
                base = await _tell(process, self._options(key))
        except TimeoutError as error:
            late = f"the embedded model was not ready after {self._start_seconds:g} s: see its log {self.log}"
            raise EmbeddedModelFailed(late) from error
        else:
            if base:
                self._process = process
                return Address(f"{base}/v1", SecretStr(key), MODEL_NAME)
            # It ended by itself. To kill it now could take its exit code from whoever waits for that.
            await _end(process, within=STOP_SECONDS)
        finally:
            if self._process is not process:  # also where the caller gave up waiting
                await _end(process, within=0.0)
        raise EmbeddedModelFailed(
            f"the embedded model did not start (exit code {process.returncode}): {self._last_words()}; "
            f"see its log {self.log}"
        )

    async def _spawn(self) -> subprocess.Process:
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise EmbeddedModelFailed(f"the log {self.log} cannot be written: {error.strerror}") from error
        try:
            if os.fstat(log).st_size > LOG_BYTES:
                os.ftruncate(log, 0)
            self._logged = os.fstat(log).st_size
            # -P: a file of the current folder must not stand in for a module.
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", child.__file__),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        except OSError as error:
            raise EmbeddedModelFailed(f"the embedded model cannot be started: {error}") from error
        finally:
            os.close(log)

    def _options(self, key: str) -> child.Options:
        return {
            "weights": str(self._weights),
            "adapter": str(self._adapter or ""),
            "name": MODEL_NAME,
            "key": key,
            "context_tokens": self.context_tokens,
            "slots": self._slots,
            "threads": self._threads,
        }

    def _last_words(self) -> str:
        try:
            said = self.log.read_bytes()[self._logged :]
        except OSError:
            said = b""  # somebody took the log away
        lines = said[-4096:].decode(errors="replace").strip().splitlines()
        return lines[-1][:200] if lines else "it said nothing"


async def _tell(process: subprocess.Process, options: child.Options) -> str:
    """Hand the options over and wait for the address; empty if the child ended instead."""
    if process.stdin is None or process.stdout is None:  # never with PIPE; said for the types
        return ""
    try:
        process.stdin.write(json.dumps(options).encode() + b"\n")
        await process.stdin.drain()
    except ConnectionError:  # it ended before it had read them
        return ""
    line = await process.stdout.readline()
    return line.decode().strip()


async def _end(process: subprocess.Process, within: float) -> None:
    """Wait for the end of a child, and make it end if it takes longer."""
    try:
        async with asyncio.timeout(within):
            await process.wait()
    except TimeoutError:
        pass
    finally:
        if process.returncode is None:
            process.kill()
    await process.wait()
