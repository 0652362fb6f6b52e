"""/impact in words: figures with sample sizes, and plain words where there are too few."""

from __future__ import annotations

from told_maps import NOW_MS, plain_of, told_map, zone

from bot.liquidation.impact import Impact, Moves
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import OrderBook
from bot.wording.impact_text import impact_text

KNOWN = Moves(41, 17, 0.0062, 0.8, (0.6, 1.1), 1.9)
FARTHER = Moves(33, 12, 0.012, 1.6, (1.3, 2.2), 3.0)
ORDINARY = Moves(2_211, 30, 0.0055, 0.7, (0.65, 0.8), 1.8)
FEW = Moves(4, 2)
ZONES = (zone(Side.SHORT, 98_600.0, 98_950.0), zone(Side.LONG, 95_100.0, 95_600.0, zone_id="Z7"))


def told(impact: Impact, books: dict[str, OrderBook] | None = None) -> str:
    return plain_of(impact_text(Snapshot(told_map(), ZONES, 0.1, NOW_MS), impact, books or {}))


def test_one_is_one() -> None:
    text = told(Impact((Moves(1, 1), Moves(0, 0), KNOWN, FARTHER), ORDINARY, 700))
    assert "Low: 1 zone entered on 1 day, too few to tell" in text


def test_each_band_beside_ordinary_levels() -> None:
    text = told(Impact((FEW, Moves(0, 0), KNOWN, FARTHER), ORDINARY, 700))
    assert "within 4 h, in 29 d 4 h of this pair's own past" in text
    assert "Low: 4 zones entered on 2 days, too few to tell (at least 10 on 8 days)" in text
    assert "Medium: no zones entered so far" in text
    assert "High: 41 zones entered on 17 days, in the middle 0.6%, 0.8 ATR (0.6 to 1.1)" in text
    assert "one in five more than 1.9 ATR" in text
    assert "No zone: 2211 ordinary levels reached on 30 days" in text
    assert "So price went farther after Extreme zones than after ordinary levels." in text


def test_no_difference_is_said() -> None:
    text = told(Impact((FEW, FEW, KNOWN, FEW), ORDINARY, 700))
    assert "No band differs from ordinary levels by more than chance." in text


def test_nothing_known_is_said() -> None:
    text = told(Impact((FEW,) * 4, FEW, 0))
    assert "Nothing is known of this pair's past yet" in text


def test_the_book_before_the_nearest_zone_of_each_side() -> None:
    asks = tuple((97_240.0 + 10.0 * at, 5.0) for at in range(1, 400))
    text = told(Impact((FEW,) * 4, ORDINARY, 10), {"binance": OrderBook((), asks, NOW_MS)})
    assert "▲ Z42 98,600–98,950" in text
    assert "680 BTC rest before it on Binance now" in text
    assert "▼ Z7 95,100–95,600" in text
    assert "no order book is shown so far" in text
