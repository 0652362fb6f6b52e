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
RECORDED_VENUES = ("binance", "okx", "bybit", "gate")
USUAL_HABITS = "usual"


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
    also: tuple[str, ...] = ()
    expiry: float | None = None
    small_coins: int = 0

    def __post_init__(self) -> None:
        if self.served_as is not None and self.served_as not in RECORDED_VENUES:
            raise CommandError(f"--as {self.served_as}: choose from {', '.join(RECORDED_VENUES)}.")
        if self.recording is not None and not (self.recording / "recording.json").is_file():
            raise CommandError(f"{self.recording} is not a recording: it holds no recording.json.")
        if self.recording is not None and self.also:
            raise CommandError("--also adds venues to the invented market; a recording has those it has.")
        if self.recording is not None and self.expiry is not None:
            raise CommandError("--expiry is for the invented market; a recording has the contracts it has.")
        if self.recording is not None and self.small_coins:
            raise CommandError(
                "--small-coins adds coins to the invented market; a recording has those it has."
            )

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
            "--expiry": self.expiry,
            "--small-coins": self.small_coins or None,
        }
        told = [(name, value) for name, value in given.items() if value is not None]
        told += [("--also", venue) for venue in self.also]
        return [str(part) for pair in told for part in pair]

    def watched(self) -> str:
        """The coins of the recording, for the demo's WATCH; empty for the invented market."""
        return " ".join(dict.fromkeys(market["symbol"].partition("/")[0] for market in self._recorded()))

    def played(self) -> tuple[str, ...]:
        """Venues that were asked for, or that the recording has."""
        if self.served_as is not None:
            return (self.served_as,)
        return (*self.also, *dict.fromkeys(market["exchange"] for market in self._recorded()))

    def _recorded(self) -> list[dict[str, str]]:
        if self.recording is None:
            return []
        markets: list[dict[str, str]] = json.loads((self.recording / "recording.json").read_text())["markets"]
        return markets


@dataclass(frozen=True)
class ExportWishes:
    """What is to be written, if a folder is named; `market` is a contract in the form binance:BTCUSDT."""

    folder: Path | None
    days: float
    habits: str
    market: str | None

    def __post_init__(self) -> None:
        if self.folder is None and (self.market is not None or self.habits != USUAL_HABITS):
            raise CommandError("--habits and --export-market say what --export writes: add --export DIR.")

    @property
    def contract(self) -> tuple[str, str] | None:
        if self.market is None:
            return None
        venue, colon, contract = self.market.partition(":")
        if not (venue and colon and contract):
            raise CommandError(f"--export-market {self.market}: write venue:id, for example binance:BTCUSDT.")
        return venue, contract


def sandbox(wishes: SandboxWishes, export: ExportWishes, enforce_limits: bool = False) -> None:
    if export.folder is None:
        _serve(wishes, enforce_limits)
    else:
        _export(wishes, export, export.folder)


def _serve(wishes: SandboxWishes, enforce_limits: bool) -> None:
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
        enforce_limits=enforce_limits,
        also=wishes.also,
        expiry_hours=wishes.expiry,
        small_coins=wishes.small_coins,
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


def _export(wishes: SandboxWishes, export: ExportWishes, folder: Path) -> None:
    """The invented market of this seed as a recording with its truth."""
    from bot.sandbox.market import MarketOptions, export_invented

    if wishes.recording is not None:
        raise CommandError("Only an invented market can be exported; a recording is one already.")
    options = MarketOptions(
        wishes.speed,
        wishes.seed,
        wishes.start_ms,
        wishes.history,
        also=wishes.also,
        expiry_hours=wishes.expiry,
        small_coins=wishes.small_coins,
    )
    try:
        export_invented(options, folder, export.days, export.habits, export.contract)
    except ValueError as error:
        raise CommandError(f"Nothing is exported: {error}.") from None
