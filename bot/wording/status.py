"""`/status`: data, venues and queue at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.contract import Contract
from bot.wording.escape import escaped
from bot.wording.margin_text import margin_lines
from bot.wording.numbers import age_text, stamp_text, whole_percent_text
from bot.wording.pair import pair_name, venue_name

NAMED_PAIRS = 12


@dataclass(frozen=True)
class PairStatus:
    symbol: str
    candle_age_ms: int | None  # None: nothing known yet
    trouble: str = ""  # why the venue has no share, empty if it has
    loaded: float | None = None  # share of its history that has been read, None where that is over


@dataclass(frozen=True)
class VenueStatus:
    venue: str
    listed: int  # futures in its market list
    mark_age_ms: int | None
    pairs: tuple[PairStatus, ...]
    unlisted: str = ""  # why its market list could not be read
    contracts: tuple[Contract, ...] = ()  # of the watched pairs

    @property
    def troubles(self) -> dict[str, list[str]]:
        """Reason -> symbols."""
        found: dict[str, list[str]] = {}
        for pair in self.pairs:
            if pair.trouble:
                found.setdefault(pair.trouble, []).append(pair.symbol)
        return found


@dataclass(frozen=True)
class QueueStatus:
    waiting: int
    sent: int
    dead: int
    unsure: int
    oldest_waiting_ms: int | None  # age


@dataclass(frozen=True)
class Status:
    now_ms: int
    speed: float
    uptime_ms: int
    watched: tuple[str, ...]
    venues: tuple[VenueStatus, ...]
    subscriptions: int
    alerts_today: int
    queue: QueueStatus


def status_text(status: Status) -> str:
    clock = stamp_text(status.now_ms)
    faster = f" (market time runs {status.speed:g}× here)" if status.speed != 1 else ""
    lines = [
        "<b>Status</b>",
        f"Market time {clock}{faster}, up for {age_text(status.uptime_ms)}",
        f"Watching {_named(status.watched) or 'nothing yet'}",
        "",
        *(
            line
            for venue in status.venues
            for line in (*_venue_lines(venue), *margin_lines(venue.contracts, status.now_ms))
        ),
        "",
        f"Alerts: {status.subscriptions} switched on, {status.alerts_today} raised in the last 24 h",
        _queue_line(status.queue),
    ]
    return "\n".join(lines)


def _venue_lines(venue: VenueStatus) -> list[str]:
    name = f"<b>{venue_name(venue.venue)}</b>"
    if not venue.listed:
        why = f" ({escaped(venue.unlisted, 120)})" if venue.unlisted else ""
        return [f"{name}: missing, its market list could not be read{why}; I keep trying"]
    good = [pair for pair in venue.pairs if not pair.trouble and pair.candle_age_ms is not None]
    lines = []
    if good:
        oldest = max(pair.candle_age_ms or 0 for pair in good)
        mark = "none" if venue.mark_age_ms is None else f"{age_text(venue.mark_age_ms)} old"
        count = f"{len(good)} {'pair' if len(good) == 1 else 'pairs'}"
        lines.append(f"{name}: {count}, candles {age_text(oldest)} old, mark price {mark}")
    for reason, symbols in venue.troubles.items():
        lines.append(f"{name}: missing for {_named(symbols)}: {escaped(reason, 120)}")
    loading = [(pair.symbol, pair.loaded) for pair in venue.pairs if pair.loaded is not None]
    if loading:
        shares = [f"{pair_name(symbol)} {whole_percent_text(share)}" for symbol, share in loading]
        lines.append(f"{name}: history still being loaded: {_listed(shares)}")
    return lines or [f"{name}: no pair yet"]


def _queue_line(queue: QueueStatus) -> str:
    parts = [f"Outbox: {queue.waiting} waiting, {queue.sent} sent, {queue.dead} undeliverable"]
    if queue.unsure:
        parts.append(f"{queue.unsure} sends whose arrival nobody confirmed")
    if queue.oldest_waiting_ms is not None:
        parts.append(f"oldest has waited {age_text(queue.oldest_waiting_ms)}")
    return ", ".join(parts)


def _named(symbols: Sequence[str]) -> str:
    return _listed([pair_name(symbol) for symbol in symbols])


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED_PAIRS} more" if len(names) > NAMED_PAIRS else ""
    return ", ".join(names[:NAMED_PAIRS]) + more
