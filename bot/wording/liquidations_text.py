"""/liquidations: what venues reported as force-closed, venue by venue, and the newest orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.liquidation.feed import Feed
from bot.liquidation.side import Side
from bot.wording.escape import MESSAGE_LIMIT, visible_length
from bot.wording.numbers import (
    MINUTE_MS,
    age_text,
    moment_text,
    price_text,
    quantity_text,
    stamp_text,
    whole_percent_text,
)
from bot.wording.pair import base_of, money_text, pair_name, venue_name, window_text
from bot.wording.sides import WORDS

MOST_LISTED = 15
MOST_VENUES = 8
UNHEARD_MS = 2 * MINUTE_MS  # less is how long an order may be on its way

FEEDS = {
    Feed.COMPLETE: "reports every order",
    Feed.THROTTLED: "reports at most one order a second, so sums are lower bounds",
    Feed.PARTIAL: "reports some of its orders, so sums are lower bounds",
}
MEANING = (
    "A long is closed by a forced sell, a short by a forced buy. Sums are each venue's own: feeds that leave "
    "orders out cannot be added up."
)
NONE_YET = "Nothing has been recorded of it yet. Recording begins when a pair is watched, and has no past."
NO_ORDER = "No liquidation was reported in this time."


@dataclass(frozen=True)
class ReportedOrder:
    venue: str
    stamp_ms: int
    side: Side  # of the position
    price: float
    quantity_base: float


@dataclass(frozen=True)
class SideSum:
    count: int = 0
    amount: float = 0.0  # quote currency


@dataclass(frozen=True)
class Reported:
    """What one venue reported in the last `span_ms`; listened to for `heard_ms` of it."""

    window: str
    span_ms: int
    heard_ms: int
    longs: SideSum = SideSum()
    shorts: SideSum = SideSum()


@dataclass(frozen=True)
class VenueReport:
    venue: str
    feed: Feed
    since_ms: int | None  # recorded since; None: never
    spans: tuple[Reported, ...] = ()
    realised_ratio: float | None = None  # reported / crossed according to the map


@dataclass(frozen=True)
class Report:
    symbol: str
    window: str
    venues: tuple[VenueReport, ...]
    newest: tuple[ReportedOrder, ...]  # newest first
    tick_size: float
    now_ms: int


def liquidations_text(report: Report) -> str:
    """Sums by venue and side, then orders; the oldest of them go where room is short."""
    title = f"<b>{pair_name(report.symbol)} · liquidations</b>"
    known = [venue for venue in report.venues if venue.since_ms is not None]
    if not known:
        return f"{title}\n{NONE_YET}"
    blocks = [line for venue in known[:MOST_VENUES] for line in ("", *_venue_lines(report.symbol, venue))]
    never = [venue_name(venue.venue) for venue in report.venues if venue.since_ms is None]
    missing = ["", f"Not recorded so far: {', '.join(never[:MOST_VENUES])}."] if never else []
    head = [title, MEANING, *blocks, *missing, ""]
    return _fitted(head, [_order_line(report, order) for order in report.newest[:MOST_LISTED]], report)


def _fitted(head: Sequence[str], lines: Sequence[str], report: Report) -> str:
    if not lines:
        return "\n".join([*head, NO_ORDER])
    for kept in range(len(lines), 0, -1):
        title = f"<b>Newest of {_in_words(report.window)}</b>"
        text = "\n".join([*head, title, *lines[:kept]])
        if visible_length(text) <= MESSAGE_LIMIT:
            return text
    raise AssertionError("head and one line alone fit")


def _venue_lines(symbol: str, venue: VenueReport) -> list[str]:
    assert venue.since_ms is not None
    ratio = []
    if venue.realised_ratio is not None:
        share = whole_percent_text(venue.realised_ratio)
        ratio = [f"Of what the map said price crossed, {share} was reported as liquidated."]
    return [
        f"<b>{venue_name(venue.venue)}</b> {FEEDS[venue.feed]}",
        *(_span_line(symbol, venue.feed, span) for span in venue.spans),
        f"Recorded since {stamp_text(venue.since_ms)}.",
        *ratio,
    ]


def _span_line(symbol: str, feed: Feed, span: Reported) -> str:
    name = f"{_in_words(span.window)[0].upper()}{_in_words(span.window)[1:]}"
    if span.heard_ms <= 0 and not span.longs.count and not span.shorts.count:
        return f"{name}: not listened to"
    least = "at least " if feed.is_lower_bound else ""
    sides = [
        f"{words.plural} {_sum_text(symbol, least, found)}"
        for words, found in ((WORDS[Side.LONG], span.longs), (WORDS[Side.SHORT], span.shorts))
    ]
    is_whole = span.span_ms - span.heard_ms <= UNHEARD_MS
    partly = "" if is_whole else f" (listened to for {age_text(span.heard_ms)} of it)"
    return f"{name}: {', '.join(sides)}{partly}"


def _sum_text(symbol: str, least: str, found: SideSum) -> str:
    if not found.count:
        return "none"
    orders = "order" if found.count == 1 else "orders"
    return f"{least}{money_text(symbol, found.amount)} in {found.count:,} {orders}"


def _order_line(report: Report, order: ReportedOrder) -> str:
    words = WORDS[order.side]
    price = price_text(order.price, report.tick_size)
    quantity = f"{quantity_text(order.quantity_base)} {base_of(report.symbol)}"
    amount = money_text(report.symbol, order.quantity_base * order.price)
    return (
        f"{moment_text(order.stamp_ms, report.now_ms)} {venue_name(order.venue)}: "
        f"{order.side.word}, {words.orders.removesuffix('s')} at {price}, {quantity} ({amount})"
    )


def _in_words(window: str) -> str:
    return "the last hour" if window == "1h" else f"the last {window_text(window)}"
