"""The sandbox and the bot as processes of their own, and what the system says of them."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

TOKEN = "1:sandbox"
VENUES = ("binance", "okx", "bybit")
PAGE_LINE = "Chat page: "
STOP_SECONDS = 15.0
MB = 1024 * 1024


class Child:
    """A Python process; its lines on standard output wait to be read, standard error goes to a file."""

    def __init__(
        self, arguments: Sequence[str], log: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        self.log = log
        self.lines: queue.Queue[str] = queue.Queue()
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                env={**os.environ, **(settings or {})},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self._process.stdout is not None
        threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def _read(self, pipe: IO[str]) -> None:
        for line in pipe:
            self.lines.put(line.rstrip("\n"))

    def line(self, beginning: str, seconds: float) -> str:
        """The next line that begins so; TimeoutError with the end of its log where none comes in time."""
        deadline = time.monotonic() + seconds
        while self.alive and (left := deadline - time.monotonic()) > 0:
            try:
                found = self.lines.get(timeout=min(left, 0.5))
            except queue.Empty:
                continue
            if found.startswith(beginning):
                return found
        raise TimeoutError(f"never said {beginning!r}; its log ends with: {self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        if self.alive:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def start_sandbox(log: Path, *options: str) -> tuple[Child, str]:
    """The process and its root address."""
    sandbox = Child(["-m", "bot", "sandbox", "--port", "0", *options], log)
    return sandbox, sandbox.line(PAGE_LINE, 300).removeprefix(PAGE_LINE).rstrip("/")


def house_settings(root: str, data_dir: Path, watch: Sequence[str]) -> dict[str, str]:
    """Settings that point a bot at the sandbox and nowhere else."""
    return {
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": root,
        "EXCHANGES": ",".join(VENUES),
        "EXCHANGE_URLS": ",".join(f"{venue}={root}" for venue in VENUES),
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": "",
        "WATCH": " ".join(watch),
        "ADMIN_CHATS": "",
    }


def get(url: str) -> Any:  # noqa: ANN401 - JSON of any shape
    with urllib.request.urlopen(url, timeout=120) as answer:
        return json.load(answer)


def post(url: str, body: object) -> Any:  # noqa: ANN401
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def family(pid: int) -> list[int]:
    """The process and those it started."""
    own = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in own for one in family(int(child)))]


def resident_mb(pid: int) -> float:
    """Memory of a process and of those it started; pages that they share are counted in each."""
    return sum(own_resident_mb(one) for one in family(pid))


def own_resident_mb(pid: int) -> float:
    return _status_kb(pid) / 1024


def cpu_seconds(pid: int) -> float:
    ticks = sum(sum(int(word) for word in _stat(one)[11:13]) for one in family(pid))
    return ticks / os.sysconf("SC_CLK_TCK")


def open_files(pid: int) -> int:
    """Files, pipes and sockets of the process itself."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _status_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


def _stat(pid: int) -> list[str]:
    """Words after the name, as in proc(5) from the third on."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["0"] * 20
