"""Runs one program as a container would, and is run itself as root in namespaces of its own (see `rooms.py`).

It reads what to do as JSON from its first argument, mounts, enters the folder that is to be the root, gives up its
rights, and becomes the program. Nothing but the standard library: it runs outside of the project.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
from typing import TypedDict

NO_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS, from linux/prctl.h
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 0x1  # SIOCGIFFLAGS, SIOCSIFFLAGS and IFF_UP, from linux/sockios.h and if.h


class Mount(TypedDict):
    """One call of mount(8), upon a path inside the root."""

    target: str
    arguments: list[str]


class Errand(TypedDict):
    """What to run; mounts are made only by the first program of a container."""

    root: str
    mounts: list[Mount]
    user: int
    group: int
    folder: str
    environment: dict[str, str]
    command: list[str]


def main() -> None:
    """Become the program; exit code 127 where there is none, as a shell has it."""
    errand: Errand = json.loads(sys.argv[1])
    if errand["mounts"]:
        _loopback_up()
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    for mount in errand["mounts"]:
        subprocess.run(["mount", *mount["arguments"], errand["root"] + mount["target"]], check=True)
    os.chroot(errand["root"])
    os.chdir(errand["folder"])
    os.setgroups([])
    os.setgid(errand["group"])
    os.setuid(errand["user"])
    ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    os.umask(0o022)
    try:
        os.execvpe(errand["command"][0], errand["command"], errand["environment"])
    except OSError as error:
        sys.stderr.write(f"{errand['command'][0]}: {error.strerror}\n")
        sys.exit(127)


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14s", b"lo", 0, b"")
        flags = struct.unpack("16sH14s", fcntl.ioctl(any_socket, GET_FLAGS, request))[1]
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH14s", b"lo", flags | UP, b""))


if __name__ == "__main__":
    main()
