"""`/status`: data, venues and queue at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.contract import Contract
from bot.liquidation.data_quality import Quality, Series, State, VenueQuality
from bot.wording.escape import escaped
from bot.wording.margin_text import margin_lines
from bot.wording.numbers import age_text, percent_text, stamp_text, whole_percent_text
from bot.wording.pair import pair_name, venue_name

NAMED_PAIRS = 12
LACKS = {State.LATE: "late", State.MISSING: "missing", State.DISAGREEING: "in doubt"}


@dataclass(frozen=True)
class PairStatus:
    symbol: str
    quality: VenueQuality  # of all series
    trouble: str = ""  # why nothing new could be read, empty if it could
    loaded: float | None = None  # share of its history that has been read, None where that is over


@dataclass(frozen=True)
class VenueStatus:
    venue: str
    listed: int  # futures in its market list
    pairs: tuple[PairStatus, ...]
    unlisted: str = ""  # why its market list could not be read
    contracts: tuple[Contract, ...] = ()  # of the watched pairs

    @property
    def known(self) -> list[PairStatus]:
        """Pairs of which it has told something."""
        return [pair for pair in self.pairs if pair.quality.is_known]


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
    lines = [f"{name}: {_fresh_text(venue.known)}"] if venue.known else []
    told = (*_lacks(venue.known), *_troubles(venue.pairs), *_loading(venue.pairs))
    lines += [f"{name}: {text}" for text in told]
    return lines or [f"{name}: no pair yet"]


def _fresh_text(known: Sequence[PairStatus]) -> str:
    """ "3 pairs; candles 42 s, open interest 1 min, mark price 2 s old": of what is fresh the oldest."""
    ages = []
    for series in Series:
        fresh = [pair.quality.series[series] for pair in known]
        fresh_ms = [one.age_ms or 0 for one in fresh if one.state is State.FRESH]
        if fresh_ms:
            ages.append(f"{series.value} {age_text(max(fresh_ms))}")
    count = f"{len(known)} {'pair' if len(known) == 1 else 'pairs'}"
    return f"{count}; {', '.join(ages)} old" if ages else f"{count}, nothing fresh"


def _lacks(known: Sequence[PairStatus]) -> list[str]:
    """What is not fresh, by series and what is wrong with it."""
    lines = []
    for series in Series:
        for state, words in LACKS.items():
            pairs = [pair for pair in known if pair.quality.series[series].state is state]
            if pairs:
                worst = max((pair.quality.series[series] for pair in pairs), key=_badness)
                names = _named([pair.symbol for pair in pairs])
                lines.append(f"{series.value} {words} for {names}{_how(worst)}")
    return lines


def _badness(quality: Quality) -> tuple[float, int]:
    return abs(quality.off), quality.age_ms or 0


def _how(worst: Quality) -> str:
    if worst.off:
        return f" ({percent_text(worst.off)} off the others)"
    if worst.state is State.DISAGREEING:
        return f" (not plausible; held as it was {age_text(worst.age_ms or 0)} ago)"
    return "" if worst.age_ms is None else f" ({age_text(worst.age_ms)} old)"


def _troubles(pairs: Sequence[PairStatus]) -> list[str]:
    """Why nothing new can be read; a venue that told of a pair before is not missing yet."""
    found: dict[tuple[str, bool], list[str]] = {}
    for pair in pairs:
        if pair.trouble:
            found.setdefault((pair.trouble, pair.quality.is_known), []).append(pair.symbol)
    return [
        f"{'nothing new' if is_known else 'missing'} for {_named(symbols)}: {escaped(reason, 120)}"
        for (reason, is_known), symbols in found.items()
    ]


def _loading(pairs: Sequence[PairStatus]) -> list[str]:
    shares = [
        f"{pair_name(pair.symbol)} {whole_percent_text(pair.loaded)}"
        for pair in pairs
        if pair.loaded is not None
    ]
    return [f"history still being loaded: {_listed(shares)}"] if shares else []


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
