"""`demo`: the sandbox and the bot as two processes on one port."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import IO

import typer

from bot.commands.ending import PARENT
from bot.commands.errors import EndedEarly
from bot.commands.sandbox import SANDBOX_TOKEN, SandboxWishes
from bot.settings import USUAL_VENUES, VENUES, environment_with

PAGE_LINE = "Chat page: "
READY_LINE = "Ready"
STOP_SECONDS = 9.5
SANDBOX_SECONDS = 1.5  # of these, for the sandbox alone
LOOK_SECONDS = 0.3
WATCHED = "BTC ETH SOL ZRX"

Process = subprocess.Popen[str]


class _Stopped(Exception):
    """A person or the system asked the demo to end."""


def demo(wishes: SandboxWishes) -> None:
    """Run both until one of them ends or SIGTERM / Ctrl-C; the chat page is named once the bot answers."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    children: dict[str, Process] = {}
    try:
        with tempfile.TemporaryDirectory(prefix="liqmap-demo-") as data_dir, _ended(children):
            _play(wishes, data_dir, children)
    except _Stopped:
        return


def _play(wishes: SandboxWishes, data_dir: str, children: dict[str, Process]) -> None:
    sandbox = children["sandbox"] = _started(["sandbox", *wishes.arguments()], environment_with())
    page = _line_with("sandbox", sandbox, PAGE_LINE).removeprefix(PAGE_LINE).strip()
    surroundings = _surroundings(page.rstrip("/"), wishes, data_dir)
    bot = children["bot"] = _started(["run"], environment_with(**surroundings))
    _line_with("bot", bot, READY_LINE)
    typer.echo(f"{PAGE_LINE}{page}")
    for child in children.values():
        threading.Thread(target=_drain, args=(child.stdout,), daemon=True).start()
    _wait_for_one(children)


def _surroundings(root: str, wishes: SandboxWishes, data_dir: str) -> dict[str, str]:
    """Settings that point the bot at the sandbox and nowhere else."""
    return {
        "BOT_TOKEN": SANDBOX_TOKEN,
        "TELEGRAM_API_URL": root,
        "EXCHANGE_URLS": ",".join(f"{venue}={root}" for venue in VENUES),
        "EXCHANGES": ",".join(dict.fromkeys((*USUAL_VENUES, *wishes.played()))),
        "DATA_DIR": data_dir,
        "DATABASE_URL": "",
        "WATCH": wishes.watched() or WATCHED,
        "ADMIN_CHATS": "",
    }


def _started(arguments: list[str], environment: dict[str, str]) -> Process:
    """In a session of its own: Ctrl-C is for the demo, which then ends its two halves in order."""
    command = [sys.executable, "-m", "bot", *arguments]
    known = {**environment, PARENT: str(os.getpid())}
    return subprocess.Popen(command, env=known, stdout=subprocess.PIPE, text=True, start_new_session=True)


def _line_with(name: str, child: Process, beginning: str) -> str:
    """The first line the child prints that begins so; everything before it is passed on."""
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith(beginning):
            return line
        sys.stdout.write(line)
    child.wait()
    raise EndedEarly(_obituary(name, child))


def _drain(lines: IO[str]) -> None:
    for line in lines:
        sys.stdout.write(line)


def _wait_for_one(children: dict[str, Process]) -> None:
    while True:
        for name, child in children.items():
            if child.poll() is not None:
                raise EndedEarly(_obituary(name, child))
        time.sleep(LOOK_SECONDS)


def _obituary(name: str, child: Process) -> str:
    code = child.returncode
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    return f"The demo's {name} {how} (its last lines are above), so the demo ends too."


@contextmanager
def _ended(children: dict[str, Process]) -> Iterator[None]:
    """Every child has ended when this is left; whoever asks once more does not wait."""

    def kill(number: int, frame: FrameType | None) -> None:
        for child in children.values():
            child.kill()

    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, kill)
        until = time.monotonic() + STOP_SECONDS
        # The bot first: its last letters go to the sandbox.
        for name, seconds in (("bot", STOP_SECONDS - SANDBOX_SECONDS), ("sandbox", STOP_SECONDS)):
            if name in children:
                children[name].terminate()
                _wait(children[name], min(seconds, until - time.monotonic()))
        for child in children.values():
            child.kill()
            child.wait()


def _wait(child: Process, seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        child.wait(max(seconds, 0.1))


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stopped
