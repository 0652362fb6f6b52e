"""What is said of steepness, gaps, imbalance and the life of a zone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from told_maps import AS_OF_MS, HOUR_MS, NOW_MS, TWO, plain_of, told_map, zone

from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.reading import Gap, Imbalance, Ladder, NarrowRange, Reading, Steepness
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import OrderBook, Surroundings
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.wording.escape import MESSAGE_LIMIT, visible_length
from bot.wording.gradient_text import NO_LADDER, NO_STEEPNESS, gradient_text
from bot.wording.history_text import Life, history_text
from bot.wording.imbalance_text import imbalance_line, nearby_lines
from bot.wording.map_text import DISCLAIMER
from bot.wording.quiet_text import MEANING, NO_BOOK, NO_GAP, quiet_text

FOUND = told_map()
SHOWN = Snapshot(FOUND, TWO, 0.1, NOW_MS)
READING = Reading(
    FOUND.symbol,
    AS_OF_MS,
    FOUND.price,
    0.004,
    TWO,
    steepness=(Steepness(Side.SHORT, 98_500.0, 99_300.0, 2.74, 91.0, 0.45),),
    ladders=(Ladder(Side.SHORT, ("Z42", "Z43", "Z45"), 98_600.0, 99_900.0, 0.41),),
    gaps=(
        Gap(Side.LONG, 96_200.0, 96_900.0, 1.8, 0.08),
        Gap(Side.SHORT, 97_240.0, 98_100.0, 2.2, 0.12),
    ),
    imbalance=(
        Imbalance(0.01, 30.0, 70.0, 12.0),
        Imbalance(0.03, 35.0, 65.0, 15.0),
        Imbalance(0.05, 40.0, 60.0, 20.0),
        Imbalance(0.10, 50.0, 50.0, 50.0),
    ),
    narrow_range=NarrowRange(6, 97_000.0, 97_400.0, 4.0),
)
BOOK = OrderBook(
    bids=((97_200.0, 20.0), (96_500.0, 30.0), (96_000.0, 50.0)),
    asks=((97_300.0, 10.0), (98_000.0, 15.0), (98_650.0, 5.0)),
    stamp_ms=NOW_MS - 3_000,
)
AROUND = Crosschecks((Surroundings("binance", book=BOOK), Surroundings("okx")))


def test_the_steepest_stretch_its_rank_its_slope_and_the_ladder() -> None:
    said = plain_of(gradient_text(SHOWN, READING))
    assert said.splitlines()[0] == "BTC/USDT · how steep each side is"
    assert (
        "▲ SHORTS liquidated if price RISES (forced buys)\n"
        "Steepest: 98,500–99,300, +1.3% from price. It holds 37% of the shorts within 4.9% of price, "
        "2.7 times its even share (steep); steeper than in 91% of" in said
    )
    assert "Each 1% of price there holds ≈" in said
    assert "Ladder: Z42, Z43 and Z45 (98,600–99,900, 1.3% wide) stand at most an ordinary hour's" in said
    assert "hold 41% of these shorts together." in said
    assert f"▼ LONGS liquidated if price FALLS (forced sells)\n{NO_STEEPNESS}" in said
    assert said.endswith(DISCLAIMER)


def test_the_slope_is_told_beside_the_mean_of_the_side() -> None:
    """Even ground: 96 bins of 50 BTC within 4.8 %."""
    even = replace(READING.steepness[0], per_percent=0.01 / 0.04917)
    said = plain_of(gradient_text(SHOWN, replace(READING, steepness=(even,))))
    line = next(line for line in said.splitlines() if line.startswith("Each 1%"))
    assert line == "Each 1% of price there holds ≈980 BTC; the mean of this side is ≈980 BTC."


@pytest.mark.parametrize(
    ("value", "price", "words"),
    [
        (2.5, 97_240.0, "not called steep, which begins at 2.5 times"),
        (2.6, 98_700.0, "98,500–99,300, price is in it."),
        (2.6, 99_400.0, "price has gone through it"),
    ],
)
def test_where_price_stands_and_what_is_called_steep(value: float, price: float, words: str) -> None:
    reading = replace(READING, steepness=(replace(READING.steepness[0], value=value),), ladders=())
    said = plain_of(gradient_text(replace(SHOWN, found=told_map(price=price)), reading))
    assert words in said
    assert NO_LADDER in said


def test_gaps_with_what_the_books_hold_there() -> None:
    said = plain_of(quiet_text(SHOWN, READING, AROUND))
    assert "▲ Above price, where shorts are liquidated if price rises\n97,240–98,100, price is in it:" in said
    assert "2.2 times an ordinary hour's range wide, 12% of this side's mean density." in said
    assert "Book there: 25 BTC of asks (Binance)." in said
    assert "96,200–96,900, −0.3%: 1.8 times" in said
    assert "Book there: 30 BTC of bids (Binance)." in said
    assert "Books: Binance, 3 s old" in said
    assert "Last 6 hours: 97,000–97,400, narrower than 96% of its 6-hour stretches" in said
    assert MEANING in said


def test_a_thin_book_before_a_dense_zone_is_flagged() -> None:
    mix = (("binance", 1.0),)
    dense = replace(zone(Side.SHORT, 98_600, 98_950, mass=100.0), venue_mix=mix)
    found = told_map(venues=("binance",), open_interest=(46_000.0,))
    shown = replace(SHOWN, found=found)
    said = plain_of(quiet_text(shown, replace(READING, zones=(dense,)), AROUND))
    assert (
        "⚠ Thin book before Z42 (98,600–98,950, shorts above): the zone would force an estimated 4.0" in said
    )
    weak = replace(dense, percentile=20.0)
    assert "⚠" not in quiet_text(shown, replace(READING, zones=(weak,)), AROUND)


def test_without_books_and_gaps_the_answer_says_so() -> None:
    said = plain_of(quiet_text(SHOWN, replace(READING, gaps=(), narrow_range=None), Crosschecks()))
    assert said.count(NO_GAP) == 2
    assert NO_BOOK in said
    assert "Last 6" not in said


def test_a_book_that_ends_before_the_gap_is_said_to() -> None:
    far = Gap(Side.SHORT, 99_500.0, 100_500.0, 2.0, 0.1)
    assert "No book is shown that far." in quiet_text(SHOWN, replace(READING, gaps=(far,)), AROUND)


def test_the_imbalance_is_one_line_that_promises_nothing() -> None:
    (line,) = imbalance_line(FOUND, READING)
    assert line.startswith("Longs' share within ±1/3/5/10%: 38/38/39/40% (±5%: higher than in 20% of ")
    assert line.endswith("; mostly restates the last move.")
    nothing = tuple(replace(one, long_base=0.0, short_base=0.0) for one in READING.imbalance)
    assert imbalance_line(FOUND, replace(READING, imbalance=nothing)) == []


def test_the_imbalance_is_that_of_the_amounts_beside_it() -> None:
    """The reading is of the last refresh; price and the map shown have moved on since."""
    moved = FOUND.at_price(FOUND.price * 1.03, NOW_MS)
    (amounts,), (line,) = nearby_lines(moved), imbalance_line(moved, READING)
    longs = int(amounts.removesuffix(")").rpartition("/")[2])
    assert line.split(": ")[1].split("%")[0].split("/")[2] == str(longs)
    assert longs < 38


def event(kind: ZoneEventKind, minutes: int, **more: object) -> ZoneEvent:
    facts: dict[str, object] = {"zone_id": "Z42", "side": Side.SHORT, "low": 98_600.0, "high": 98_950.0}
    facts |= {"mass_base": 350.0, "percentile": 92.0, "price": 97_000.0}
    return ZoneEvent(kind, stamp_ms=AS_OF_MS - 3 * HOUR_MS + minutes * 60_000, **{**facts, **more})  # type: ignore[arg-type]


LIFE = (
    event(ZoneEventKind.BORN, 0),
    event(ZoneEventKind.GREW, 10, mass_base=500.0, ratio=1.43, interest_grew=True),
    event(ZoneEventKind.SPLIT, 20, zone_id="Z43", other="Z42"),
    event(ZoneEventKind.SHRANK, 30, mass_base=300.0, ratio=0.6),
    event(ZoneEventKind.MOVED, 40, low=98_700.0, high=99_000.0, interest_grew=True),
    event(ZoneEventKind.ENTERED, 50, price=98_750.0),
)


def test_the_life_of_a_zone_that_is_there() -> None:
    (alive, _) = TWO
    said = plain_of(history_text(SHOWN, Life("Z42", alive, LIFE)))
    assert (
        said
        == f"""\
BTC/USDT · the life of Z42
▲ shorts above price, liquidated if price rises (forced buys). 98,600–98,950, +1.4% now, Extreme, \
≈4.2k BTC, 3 h old.

5 Feb 11:05 · first seen: 98,600–98,950, ≈350 BTC, price 97,000.
5 Feb 11:15 · grew to ≈500 BTC (1.4 times what it was when told of last) at 98,600–98,950; open interest \
grew too, so people opened.
5 Feb 11:25 · Z43 came off it.
5 Feb 11:35 · shrank to ≈300 BTC (0.6 times what it was when told of last) at 98,600–98,950, by our \
modelled closing: nobody publishes who closed.
5 Feb 11:45 · moved to 98,700–99,000, and did not only follow price; open interest grew too, so people opened.
5 Feb 11:55 · price reached its near edge; price then 98,750.

Zones are looked at every minute; what lies before the pair was watched, once an hour. Times are UTC.
{DISCLAIMER}"""
    )


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (event(ZoneEventKind.SWEPT, 60), "It is gone: price went through all of it."),
        (event(ZoneEventKind.FADED, 60), "It is gone: it faded into its surroundings."),
        (event(ZoneEventKind.MERGED, 60, other="Z50"), "It is gone: it became part of Z50."),
    ],
)
def test_a_zone_that_is_gone_says_how_it_ended(end: ZoneEvent, words: str) -> None:
    said = plain_of(history_text(SHOWN, Life("Z42", None, (*LIFE, end))))
    assert words in said.splitlines()[1]


def test_a_zone_that_is_older_than_the_record_says_so() -> None:
    (alive, _) = TWO
    said = plain_of(history_text(SHOWN, Life("Z42", alive, ())))
    assert "5 Feb 11:05 · first seen. What happened to it before is not on record." in said


def test_of_a_long_life_the_middle_is_left_out() -> None:
    busy = (LIFE[0], *(event(ZoneEventKind.GREW, at, ratio=1.4) for at in range(1, 90)))
    said = plain_of(history_text(SHOWN, Life("Z42", TWO[0], busy)))
    assert visible_length(said) <= MESSAGE_LIMIT
    assert "first seen" in said
    assert " more …\n" in said
    assert said.count("grew to") > 15
