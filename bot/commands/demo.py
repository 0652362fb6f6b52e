"""`demo`: the sandbox and the bot as two processes on one port."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import IO

import typer

from bot.commands.errors import CommandError
from bot.commands.sandbox import SANDBOX_TOKEN, SandboxWishes
from bot.settings import VENUES, environment_with

PAGE_LINE = "Chat page: "
READY_LINE = "Ready"
STOP_SECONDS = 10
WATCHED = "BTC ETH SOL ZRX"

Process = subprocess.Popen[str]


class _Stopped(Exception):
    """A person or the system asked the demo to end."""


def demo(wishes: SandboxWishes) -> None:
    """Run both until one of them ends or SIGTERM / Ctrl-C; the chat page is named once the bot answers."""
    signal.signal(signal.SIGTERM, _stop)
    children: list[Process] = []
    try:
        with tempfile.TemporaryDirectory(prefix="liqmap-demo-") as data_dir, _ended(children):
            _play(wishes, data_dir, children)
    except (_Stopped, KeyboardInterrupt):
        return


def _play(wishes: SandboxWishes, data_dir: str, children: list[Process]) -> None:
    sandbox = _started(children, ["sandbox", *wishes.arguments()], environment_with())
    page = _line_with(sandbox, PAGE_LINE).removeprefix(PAGE_LINE).strip()
    bot = _started(children, ["run"], environment_with(**_surroundings(page.rstrip("/"), wishes, data_dir)))
    _line_with(bot, READY_LINE)
    typer.echo(f"{PAGE_LINE}{page}")
    for child in children:
        threading.Thread(target=_drain, args=(child.stdout,), daemon=True).start()
    _wait_for_one(children)


def _surroundings(root: str, wishes: SandboxWishes, data_dir: str) -> dict[str, str]:
    """Settings that point the bot at the sandbox and nowhere else."""
    return {
        "BOT_TOKEN": SANDBOX_TOKEN,
        "TELEGRAM_API_URL": root,
        "EXCHANGE_URLS": ",".join(f"{venue}={root}" for venue in VENUES),
        "EXCHANGES": ",".join(VENUES),
        "DATA_DIR": data_dir,
        "DATABASE_URL": "",
        "WATCH": wishes.watched() or WATCHED,
        "ADMIN_CHATS": "",
    }


def _started(children: list[Process], arguments: list[str], environment: dict[str, str]) -> Process:
    command = [sys.executable, "-m", "bot", *arguments]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    children.append(child)
    return child


def _line_with(child: Process, beginning: str) -> str:
    """The first line the child prints that begins so; everything before it is passed on."""
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith(beginning):
            return line
        sys.stdout.write(line)
    raise CommandError(f"The demo ended early: no line {beginning!r} came from one of its two processes.")


def _drain(lines: IO[str]) -> None:
    for line in lines:
        sys.stdout.write(line)


def _wait_for_one(children: list[Process]) -> None:
    while all(child.poll() is None for child in children):
        time.sleep(0.3)
    raise CommandError("One half of the demo ended, so the other was stopped too.")


@contextmanager
def _ended(children: list[Process]) -> Iterator[None]:
    """Every child has ended when this is left."""
    try:
        yield
    finally:
        for child in reversed(children):
            child.terminate()
        for child in children:
            _wait_or_kill(child)


def _wait_or_kill(child: Process) -> None:
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stopped
