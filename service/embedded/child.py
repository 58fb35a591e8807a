"""The child process: serves the weights on a free loopback port until its parent is gone.

It reads one line of JSON (`Options`) from standard input, writes its address as one line to standard output,
and exits when standard input ends, as it does when the parent stops it, exits or is killed.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import threading
from typing import Protocol, TypedDict

PR_SET_PDEATHSIG = 1  # from linux/prctl.h
WARNINGS = 2  # llama.cpp's log level: above it, it writes several lines for every request


class Options(TypedDict):
    """What the parent asks for; the key is among it because others can read a command line."""

    weights: str
    adapter: str  # a LoRA for them, as GGUF; empty for none
    name: str
    key: str
    context_tokens: int  # of one slot
    slots: int  # requests at the same time
    threads: int  # for reading the prompt


def main() -> None:
    """Serve until standard input ends."""
    # A Ctrl-C or a service manager signals the whole group: the parent decides when its drafts are done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _die_with_parent()
    answer = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints belongs to the log
    # Unbuffered: Python aborts where it ends while a thread waits in a buffered reader.
    with open(0, "rb", buffering=0, closefd=False) as parent:
        options: Options = json.loads(parent.readline())
    watcher = threading.Thread(target=_exit_at_end_of, args=(0,), daemon=True)
    watcher.start()
    server = _serve(options)
    os.write(answer, f"{server.listening_address}\n".encode())
    os.close(answer)
    watcher.join()


def _die_with_parent() -> None:
    # The end of standard input is enough, unless a fork of the parent holds the other end of the pipe open.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _exit_at_end_of(stream: int) -> None:
    while os.read(stream, 1024):
        pass
    os._exit(0)  # there is nothing to save, and the server's own threads need not be waited for


class _Server(Protocol):
    """What is used of xllamacpp's server, which answers for as long as the object lives."""

    listening_address: str


def _serve(options: Options) -> _Server:
    # Read when the library is loaded. Else threads wait by spinning: while another program keeps a core busy,
    # that takes the time of the thread that is waited for, and two threads write 2 tokens a second, not 60.
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    import xllamacpp  # noqa: PLC0415 - the parent imports this file too, for `Options`

    params = xllamacpp.CommonParams()
    params.model.path = options["weights"]
    if options["adapter"]:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(options["adapter"], 1.0)]
    params.model_alias = {options["name"]}
    params.n_ctx = options["context_tokens"] * options["slots"]
    params.n_parallel = options["slots"]
    params.cpuparams_batch.n_threads = options["threads"]
    # Threads that wait for each other at every token cost more than they bring.
    params.cpuparams.n_threads = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0  # the server binds a free one itself, so that two starts cannot collide
    params.api_keys = [options["key"]]
    params.cors_origins = ""  # no web page may call it
    params.cors_credentials = False
    params.ui = False
    params.endpoint_slots = False  # it would show the prompts in work
    params.cache_ram_mib = 0  # by default it may grow by 8 GiB
    params.cache_idle_slots = False
    params.fit_params = False  # takes longer than loading, and everything that it would fit is set here
    params.verbosity = WARNINGS
    server: _Server = xllamacpp.Server(params)
    return server


if __name__ == "__main__":
    main()
