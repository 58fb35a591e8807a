"""Rooms: folders in which programs run as in a container, by Linux's own means and without an engine.

A room stands upon this machine's /usr and the Python that runs the tests, both read-only, in place of the system in an
image; what else an image brings is a folder of its own. A program in a room has no network, other processes of its own,
and no way to gain rights.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.deploy import room

NAMESPACES = ("--mount", "--pid", "--net", "--ipc", "--uts")
FOLDERS = "dev/shm dev/pts etc/ssl home opt proc root run srv sys tmp usr var/lib var/log var/tmp".split()
DEVICES = ("null", "zero", "full", "random", "urandom")
KNOWN_FILES = "login.defs ld.so.conf ld.so.conf.d nsswitch.conf host.conf".split()  # of /etc; all Debian has
USERS = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
GROUPS = "root:x:0:\nnogroup:x:65534:\n"
SYSTEM = Path("/usr")
MEMORY = Path("/dev/shm")
ROOMY = 4 * 1024**3  # bytes; ours needs 0.7 GB


@cache
def missing() -> str:
    """Why this machine cannot have rooms; empty where it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root on Linux may have rooms"
    tools = [name for name in ("unshare", "nsenter", "mount") if not shutil.which(name)]
    if tools:
        return f"not installed: {', '.join(tools)}"
    tried = subprocess.run(["unshare", *NAMESPACES, "--fork", "true"], capture_output=True, text=True, check=False)
    return tried.stderr.strip()


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for rooms: in memory where there is plenty, because a disk takes long to forget so many files."""
    facts = os.statvfs(MEMORY) if MEMORY.is_dir() else None
    fits = facts and facts.f_bavail * facts.f_frsize > ROOMY and not facts.f_flag & os.ST_NOEXEC
    return tempfile.TemporaryDirectory(prefix="amends-rooms-", dir=MEMORY if fits else None)


@dataclass(frozen=True, slots=True)
class Errand:
    """A program, whose it is, and where it runs."""

    command: Sequence[str]
    environment: Mapping[str, str]
    user: int = 0
    group: int = 0
    folder: str = "/"


def make_root(folder: Path) -> None:
    """Fill a folder with what every image has besides /usr."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True)
    for name in ("tmp", "var/tmp"):
        (folder / name).chmod(0o1777)
    for name in ("bin", "sbin", "lib", "lib64"):
        if Path("/", name).exists():
            (folder / name).symlink_to(Path("usr", name))
    for name in DEVICES:
        (folder / "dev" / name).touch()
    for name in KNOWN_FILES:
        source = Path("/etc", name)
        if source.is_dir():
            shutil.copytree(source, folder / "etc" / name, symlinks=True)
        elif source.exists():
            shutil.copyfile(source, folder / "etc" / name)
    for name, text in (("passwd", USERS), ("group", GROUPS), ("shadow", ""), ("gshadow", "")):
        (folder / "etc" / name).write_text(text, encoding="ascii")
    (folder / "etc" / "hosts").write_text("127.0.0.1 localhost\n", encoding="ascii")


def writable(root: Path, binds: Mapping[str, Path]) -> list[room.Mount]:
    """The mounts of a step that builds: all but the system may be written."""
    return [_bind(root, ""), *_system(), *(_bind(source, target) for target, source in binds.items())]


def read_only(root: Path, volumes: Mapping[str, Path], tmp_mib: int) -> list[room.Mount]:
    """The mounts of `--read-only --tmpfs /tmp`: nothing else may be written but volumes."""
    sealed: list[room.Mount] = [_bind(root, ""), _mount("", "--options", "remount,bind,ro")]
    tmp = _mount("/tmp", "--types", "tmpfs", "--options", f"size={tmp_mib}m,mode=1777", "tmpfs")
    return [*sealed, *_system(), tmp, *(_bind(source, target) for target, source in volumes.items())]


def _system() -> list[room.Mount]:
    bound = [
        (SYSTEM, "/usr"),
        (Path("/etc/ssl"), "/etc/ssl"),
        *((Path("/dev", name), f"/dev/{name}") for name in DEVICES),
    ]
    python = Path(sys.base_prefix)
    if python != SYSTEM:  # else its `python3` stands in /usr/bin, and a Dockerfile that wants /usr/local does not fit
        bound.insert(1, (python, "/usr/local"))
    mounts = [mount for source, target in bound for mount in (_bind(source, target), *_sealed(target))]
    shared = _mount("/dev/shm", "--types", "tmpfs", "--options", "size=64m,mode=1777", "tmpfs")
    return [*mounts, shared, _mount("/proc", "--types", "proc", "proc")]


def _sealed(target: str) -> list[room.Mount]:
    return [] if target.startswith("/dev/") else [_mount(target, "--options", "remount,bind,ro")]


def _bind(source: Path, target: str) -> room.Mount:
    return _mount(target, "--bind", str(source))


def _mount(target: str, *arguments: str) -> room.Mount:
    return {"target": target, "arguments": list(arguments)}


def entering(root: Path, mounts: Sequence[room.Mount], errand: Errand) -> list[str]:
    """The command line of a new room; its first program is the one of the errand, and all end with it."""
    return ["unshare", *NAMESPACES, "--fork", "--kill-child", *_told(root, mounts, errand)]


def joining(first: int, root: Path, errand: Errand) -> list[str]:
    """The command line of one more program in the room whose first program has this process number."""
    return ["nsenter", f"--target={first}", *NAMESPACES, *_told(root, [], errand)]


def _told(root: Path, mounts: Sequence[room.Mount], errand: Errand) -> list[str]:
    told: room.Errand = {
        "root": str(root),
        "mounts": list(mounts),
        "user": errand.user,
        "group": errand.group,
        "folder": errand.folder,
        "environment": dict(errand.environment),
        "command": list(errand.command),
    }
    return [sys.executable, "-I", room.__file__, json.dumps(told)]
