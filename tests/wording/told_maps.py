"""Made-up maps, zones and firings to talk about, and what counts as valid Telegram HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

import numpy as np
from hypothesis import strategies as st

from bot.liquidation.liquidation_map import DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.rules.kinds import Kind
from bot.rules.telling import Reason, Telling

AS_OF_MS = 1_770_300_300_000  # 2026-02-05 14:05:00 UTC
NOW_MS = AS_OF_MS + 42_000
HOUR_MS = 3_600_000


def told_map(
    symbol: str = "BTC/USDT:USDT",
    price: float = 97_240.0,
    *,
    open_interest: tuple[float, ...] = (46_000.0, 21_000.0, 33_000.0),
    venues: tuple[str, ...] = ("binance", "okx", "bybit"),
    missing: tuple[str, ...] = (),
    window: str = "all",
    per_bin: tuple[float, float] = (30.0, 50.0),
) -> LiquidationMap:
    """Every bin of a side holds the same base coin, over all venues and leverage bands."""
    mass = np.ones((2, 4, DISTANCE_BINS)) / 4 / max(1, len(venues))
    mass *= np.array(per_bin)[:, None, None]
    shares = tuple(
        VenueMap(venue, "BTCUSDT", price, AS_OF_MS, interest, 0.004, mass)
        for venue, interest in zip(venues, open_interest, strict=False)
    )
    return LiquidationMap(symbol, price, window, shares, missing)


def zone(
    side: Side,
    low: float,
    high: float,
    *,
    zone_id: str = "Z42",
    mass: float = 4_216.0,
    percentile: float = 92.0,
    contrast: float = 2.4,
) -> Zone:
    peak = (low + high) / 2
    mix = (0.1, 0.2, 0.3, 0.4)
    born_ms = AS_OF_MS - 3 * HOUR_MS
    return Zone(zone_id, side, low, high, peak, mass, percentile, contrast, mix, born_ms)


def told_snapshot(
    found: LiquidationMap | None = None,
    zones: Sequence[Zone] | None = None,
    *,
    now_ms: int = NOW_MS,
    tick_size: float = 0.1,
) -> Snapshot:
    return Snapshot(
        told_map() if found is None else found, tuple(TWO if zones is None else zones), tick_size, now_ms
    )


def telling(of: Zone, price: float, kind: Kind = Kind.NEAR, **more: object) -> Telling:
    facts: dict[str, object] = {"side": of.side, "zone": of, "distance": of.distance(price)}
    facts |= {"reason": Reason.FIRST, "price": price, "at_ms": NOW_MS, "low": of.low, "high": of.high}
    facts |= {"inside": of.distance(price) == 0.0, "hourly_range": 0.004, **more}
    return Telling(kind, f"{kind.value}:{of.id}", **facts)  # type: ignore[arg-type]


SHORTS_ZONE = zone(Side.SHORT, 98_600.0, 98_950.0)
LONGS_ZONE = zone(Side.LONG, 95_850.0, 96_100.0, zone_id="Z37", mass=3_100.0, percentile=60.0, contrast=1.8)
TWO = (SHORTS_ZONE, LONGS_ZONE)

wild_texts = st.one_of(
    st.text(max_size=80), st.sampled_from(["<b>", "&amp;", "</a>", "<script>" * 9, "😀" * 60, ""])
)
prices = st.floats(-8, 6).map(lambda power: 10.0**power)


@st.composite
def wild_zones(draw: st.DrawFn, price: float) -> Zone:
    side = draw(st.sampled_from(list(Side)))
    near, width = draw(st.floats(-0.01, 0.2)), draw(st.floats(0, 0.05))
    low, high = sorted(price * (1 + side.sign * at) for at in (near, near + width))
    return zone(
        side,
        low,
        high,
        zone_id=draw(wild_texts),
        mass=draw(st.floats(0, 1e15)),
        percentile=draw(st.floats(0, 100)),
        contrast=draw(st.floats(0, 1e4)),
    )


@st.composite
def wild_maps(draw: st.DrawFn) -> tuple[LiquidationMap, list[Zone]]:
    price = draw(prices)
    venues = tuple(draw(st.lists(wild_texts, max_size=9)))
    found = told_map(
        draw(wild_texts),
        price,
        venues=venues,
        open_interest=tuple(draw(st.lists(st.floats(0, 1e12), min_size=9, max_size=9))),
        missing=tuple(draw(st.lists(wild_texts, max_size=9))),
        window=draw(wild_texts),
        per_bin=draw(st.tuples(st.floats(0, 1e12), st.floats(0, 1e12))),
    )
    return found, draw(st.lists(wild_zones(price), max_size=7))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.plain = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "i", "code", "a", "u", "s"}, f"<{tag}> is not for Telegram"
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.plain += data


def plain_of(text: str) -> str:
    """The text after entity parsing; fails where Telegram would refuse it."""
    tags = _Tags()
    tags.feed(text)
    tags.close()
    assert not tags.open, f"left open: {tags.open}"
    assert re.fullmatch(r"(?:[^<>&]|</?[a-z]+>|&(?:lt|gt|amp|quot|#x27);)*", text), "raw <, > or & is left"
    return tags.plain


def units_of(text: str) -> int:
    return len(plain_of(text).encode("utf-16-le")) // 2
