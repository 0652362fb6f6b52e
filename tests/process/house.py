"""Real processes for tests: a sandbox, a bot beside it, and a person who talks through the JSON interface."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from bot.settings import Settings

Json = dict[str, Any]

READY_SECONDS = 180.0
ANSWER_SECONDS = 20.0
TOKEN = "1:sandbox"
VENUES = ("binance", "okx", "bybit")


class Process:
    """`python -m bot …` with its lines at hand."""

    def __init__(self, *arguments: str, environment: dict[str, str] | None = None) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        command = [sys.executable, "-m", "bot", *arguments]
        self.lines: queue.Queue[str] = queue.Queue()
        self.log: list[str] = []
        self.child = subprocess.Popen(
            command,
            env={**kept, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.child.stdout is not None
        assert self.child.stderr is not None
        self._readers = [
            _reader(self.child.stdout, self.lines.put),
            _reader(self.child.stderr, self.log.append),
        ]

    def line(self, beginning: str, seconds: float = READY_SECONDS) -> str:
        """The first line on standard output that begins so."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                found = self.lines.get(timeout=min(left, 0.5))
            except queue.Empty:
                if self.child.poll() is not None and self.lines.empty():
                    break
                continue
            if found.startswith(beginning):
                return found.strip()
        raise AssertionError(f"never said {beginning!r}; log: {''.join(self.log[-30:])}")

    def stop(self, number: int = signal.SIGTERM, seconds: float = 15.0) -> float:
        """Seconds until it had ended."""
        begun = time.monotonic()
        if self.child.poll() is None:
            self.child.send_signal(number)
        try:
            self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        took = time.monotonic() - begun
        for reader in self._readers:
            reader.join(5)
        for pipe in (self.child.stdout, self.child.stderr):
            if pipe is not None:
                pipe.close()
        return took


SETTINGS = frozenset(name.upper() for name in Settings.model_fields)


def _reader(pipe: IO[str], take: Callable[[str], object]) -> threading.Thread:
    def read() -> None:
        for line in pipe:
            take(line)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


@dataclass
class Chat:
    """One chat as a person sees it."""

    root: str
    id: int
    user_id: int | None = None

    def say(self, text: str) -> Json:
        body: Json = {"text": text} | ({"user_id": self.user_id} if self.user_id else {})
        return dict(post(f"{self.root}/api/chats/{self.id}/messages", body))

    def ask(self, text: str, seconds: float = ANSWER_SECONDS) -> Json:
        """The bot's first message after this one was said."""
        return self.wait(lambda message: True, after=self.say(text)["message_id"], seconds=seconds)

    def wait(self, wanted: Callable[[Json], bool], after: int = 0, seconds: float = ANSWER_SECONDS) -> Json:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for message in self.messages(after):
                if is_bots(message) and wanted(message):
                    return message
            time.sleep(0.05)
        raise AssertionError(f"no such message within {seconds:g} s; last: {self.messages(after)[-2:]}")

    def messages(self, after: int = 0) -> list[Json]:
        return list(get(f"{self.root}/api/chats/{self.id}/messages?after={after}"))

    def tap(self, message: Json, data: str) -> Json | None:
        body: Json = {"message_id": message["message_id"], "data": data}
        if self.user_id:
            body["user_id"] = self.user_id
        answer: Json | None = post(f"{self.root}/api/chats/{self.id}/taps", body)
        return answer


@dataclass
class House:
    """A sandbox and, beside it, a bot that can be stopped, killed and started again."""

    data_dir: Path
    sandbox_arguments: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    sandbox: Process | None = None
    bot: Process | None = None
    root: str = ""

    def open(self) -> House:
        self.sandbox = Process("sandbox", "--port", "0", *self.sandbox_arguments)
        self.root = self.sandbox.line("Chat page: ").removeprefix("Chat page: ").rstrip("/")
        return self

    def start_bot(self) -> None:
        self.bot = self.launch_bot()
        self.bot.line("Ready")

    def launch_bot(self, **settings: str) -> Process:
        """A bot that is only just starting."""
        environment = {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.root,
            "EXCHANGE_URLS": ",".join(f"{venue}={self.root}" for venue in VENUES),
            "DATA_DIR": str(self.data_dir),
            "WATCH": "BTC",
            **self.settings,
            **settings,
        }
        return Process("run", environment=environment)

    def close(self) -> None:
        for process in (self.bot, self.sandbox):
            if process is not None:
                process.stop()

    def chats(self) -> list[Json]:
        return list(get(f"{self.root}/api/chats"))

    def private(self) -> Chat:
        return Chat(self.root, next(chat["id"] for chat in self.chats() if chat["type"] == "private"))

    def group(self, name: str | None = None) -> Chat:
        chat = next(chat for chat in self.chats() if chat["type"] in ("group", "supergroup"))
        users = {member["user"]["first_name"]: member["user"]["id"] for member in chat["members"]}
        return Chat(self.root, chat["id"], users[name] if name else None)

    def channel(self) -> Chat:
        return Chat(self.root, next(chat["id"] for chat in self.chats() if chat["type"] == "channel"))

    def fault(self, target: str, kind: str, seconds: float, **details: object) -> None:
        post(f"{self.root}/api/faults", {"target": target, "kind": kind, "seconds": seconds, **details})

    def clear_faults(self) -> None:
        post(f"{self.root}/api/faults", {}, "DELETE")


def is_bots(message: Json) -> bool:
    return bool(message.get("from", {}).get("is_bot")) or message["chat"]["type"] == "channel"


def words_of(message: Json) -> str:
    return str(message.get("text") or message.get("caption") or "")


def buttons_of(message: Json) -> list[Json]:
    return [key for row in message.get("reply_markup", {}).get("inline_keyboard", []) for key in row]


def get(url: str) -> Any:  # noqa: ANN401 - JSON of any shape
    with urllib.request.urlopen(url, timeout=15) as answer:
        return json.load(answer)


def post(url: str, body: Json, method: str = "POST") -> Any:  # noqa: ANN401
    data = json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=15) as answer:
        return json.load(answer)


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=15) as answer:
        return bytes(answer.read())
