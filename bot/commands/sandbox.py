"""`sandbox`: the loopback exchange and Telegram on their own, or the market written as a recording."""

from __future__ import annotations

import asyncio
import errno
import json
from dataclasses import dataclass
from pathlib import Path

from bot.commands.ending import watch_over_start
from bot.commands.errors import CommandError
from bot.commands.moment import parse_moment

SANDBOX_TOKEN = "1:sandbox"  # opens nothing but the loopback sandbox
RECORDED_VENUES = ("binance", "okx", "bybit")
DAY_MS = 86_400_000


@dataclass(frozen=True)
class SandboxWishes:
    """What was asked for on the command line."""

    port: int
    speed: float
    seed: int
    start: str | None
    history: float | None
    recording: Path | None
    served_as: str | None

    def __post_init__(self) -> None:
        if self.served_as is not None and self.served_as not in RECORDED_VENUES:
            raise CommandError(f"--as {self.served_as}: choose from {', '.join(RECORDED_VENUES)}.")
        if self.recording is not None and not (self.recording / "recording.json").is_file():
            raise CommandError(f"{self.recording} is not a recording: it holds no recording.json.")

    @property
    def start_ms(self) -> int | None:
        return None if self.start is None else parse_moment(self.start)

    def arguments(self) -> list[str]:
        """The same wishes as arguments of `python -m bot sandbox`."""
        given = {
            "--port": self.port,
            "--speed": self.speed,
            "--seed": self.seed,
            "--start": self.start,
            "--history": self.history,
            "--recording": self.recording,
            "--as": self.served_as,
        }
        return [str(part) for name, value in given.items() if value is not None for part in (name, value)]

    def watched(self) -> str:
        """The coins of the recording, for the demo's WATCH; empty for the invented market."""
        if self.recording is None:
            return ""
        markets = json.loads((self.recording / "recording.json").read_text())["markets"]
        return " ".join(dict.fromkeys(market["symbol"].partition("/")[0] for market in markets))


def run_sandbox(wishes: SandboxWishes) -> None:
    from bot.sandbox.server import SandboxOptions, serve

    options = SandboxOptions(
        port=wishes.port,
        token=SANDBOX_TOKEN,
        speed=wishes.speed,
        seed=wishes.seed,
        start_ms=wishes.start_ms,
        history_days=wishes.history,
        recording=wishes.recording,
        served_as=wishes.served_as,
        announce=True,
    )
    watch_over_start()
    try:
        asyncio.run(serve(options))
    except (OSError, ValueError) as error:
        raise CommandError(f"The sandbox cannot start: {_reason(error, wishes.port)}.") from None


def _reason(error: Exception, port: int) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"another process listens on port {port}"
    return str(error).rstrip(".")


def export_market(wishes: SandboxWishes, folder: Path, days: float) -> None:
    """The invented market of this seed as a recording with its truth."""
    from bot.sandbox.market import MarketOptions, export_recording, open_market
    from bot.sandbox.market.invented.source import InventedSource

    if wishes.recording is not None:
        raise CommandError("Only an invented market can be exported; a recording is one already.")
    market = open_market(MarketOptions(wishes.speed, wishes.seed, wishes.start_ms, wishes.history))
    if isinstance(market.source, InventedSource):
        export_recording(market, folder, market.source.first_ms + round(days * DAY_MS))
