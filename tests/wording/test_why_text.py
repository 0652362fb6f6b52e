from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told_maps import LONGS_ZONE, NOW_MS, SHORTS_ZONE, plain_of, told_map, units_of, wild_texts, zone
from told_origins import DAY_MS, MIDNIGHT_MS, beliefs, learned, provenance, told_origin

from bot.liquidation.origin import Origin
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.wording.map_text import DISCLAIMER
from bot.wording.why_text import NOTHING, why_text


def said(origin: Origin | None = None, of: Zone = SHORTS_ZONE, price: float = 97_240.0) -> str:
    return plain_of(
        why_text(told_map(price=price), of, origin or told_origin(), now_ms=NOW_MS, tick_size=0.1)
    )


def of_hours(hours: dict[int, float], **named: float) -> Origin:
    return Origin((provenance("binance", hours, **named),), (learned("binance"),))  # type: ignore[arg-type]


def test_the_whole_answer() -> None:
    assert (
        said()
        == f"""\
BTC/USDT · why Z42 is there
▲ 98,600–98,950, 1.4% above price: shorts would be force-closed by buying there.
It holds ≈400 BTC, four times in five between 220 and 690; in money ≈$20M to $79M.

Opened (UTC)
45% opened 5 Feb 02:00–04:00
28% opened 4 Feb 23:00 – 5 Feb 01:00
20% opened 5 Feb 09:00–10:00
At least half of it was opened since 5 Feb 02:00.
The record of openings begins 6 Jan 2026; 3% is older, so its hours are not known.

Leverage: mostly about 20x (45%) and 25x (42%).
Venues: Binance 50%, OKX 25%, Bybit 25%.

What this assumes
Levels: each venue's formula for isolated margin, maintenance rate 0.4% for small positions, \
more for larger ones.
Leverage people use: learned from liquidations on Binance; assumed on OKX and Bybit, where nothing is \
learned yet.
Closing: nobody publishes it, so a zone shrinks by our modelled closing until price gets there.

How sure
If people used half the leverage we believe, this range would hold 60% of what it holds; with double the \
leverage, 140%.

Price 42 s old, oldest open interest 42 s (Binance).
{DISCLAIMER}"""
    )


def test_it_is_short() -> None:
    assert units_of(why_text(told_map(), SHORTS_ZONE, told_origin(), now_ms=NOW_MS, tick_size=0.1)) <= 1_200


@pytest.mark.parametrize(
    ("of", "price", "sentence"),
    [
        (
            LONGS_ZONE,
            97_240.0,
            "▼ 95,850–96,100, 1.2% below price: longs would be force-closed by selling there.",
        ),
        (
            SHORTS_ZONE,
            98_700.0,
            "▲ 98,600–98,950, price is inside it: shorts are force-closed by buying there.",
        ),
        (
            SHORTS_ZONE,
            99_500.0,
            "▲ 98,600–98,950: price has gone through it; it held shorts to be force-closed.",
        ),
    ],
    ids=["a long's below", "inside", "gone through"],
)
def test_the_side_and_where_price_stands(of: Zone, price: float, sentence: str) -> None:
    assert sentence in said(of=of, price=price)


def test_an_hour_until_midnight_ends_at_twenty_four() -> None:
    assert "100% opened 4 Feb 22:00–24:00" in said(of_hours({-2: 5.0, -1: 5.0}))


def test_another_year_is_named() -> None:
    assert "100% opened 1 Jan 2026 00:00–01:00" not in said(of_hours({-35 * 24: 1.0}))
    assert "100% opened 1 Jan 00:00–01:00" in said(of_hours({-35 * 24: 1.0}))
    assert "100% opened 31 Dec 2025 23:00–24:00" in said(of_hours({-35 * 24 - 1: 1.0}))


def test_without_older_openings_the_record_is_not_spoken_of() -> None:
    assert "record of openings" not in said(of_hours({1: 5.0}))


def test_what_is_mostly_older_than_the_record_has_no_half() -> None:
    text = said(of_hours({1: 4.0}, earlier=6.0))
    assert "The record of openings begins 6 Jan 2026; 60% is older" in text
    assert "At least half" not in text


def test_records_that_begin_on_different_days_are_named_by_venue() -> None:
    later = replace(beliefs("okx"), covers_from_ms=MIDNIGHT_MS - DAY_MS)
    origin = replace(told_origin(), beliefs=(learned("binance"), later, beliefs("bybit")))
    assert "begins 6 Jan 2026 on Binance, 4 Feb 2026 on OKX, 6 Jan 2026 on Bybit; 3% is older" in said(origin)


def test_different_maintenance_rates_are_named_by_venue() -> None:
    dearer = replace(beliefs("okx"), first_maintenance_rate=0.0065)
    origin = replace(told_origin(), beliefs=(learned("binance"), dearer, beliefs("bybit")))
    assert "maintenance rate 0.4% on Binance, 0.65% on OKX, 0.4% on Bybit for small positions" in said(origin)


def test_leverage_that_is_spread_is_not_called_mostly() -> None:
    tiers = {100.0: 20.0, 50.0: 20.0, 25.0: 22.0, 10.0: 19.0, 5.0: 19.0}
    part = provenance("binance", {1: 100.0}, by_leverage=tiers)
    text = said(Origin((part,), (learned("binance"),)))
    assert "Leverage: spread widely, most of it about 25x (22%) and 100x (20%)." in text


def test_all_learned_and_nothing_learned() -> None:
    parts = told_origin().parts
    everywhere = Origin(parts, tuple(learned(part.venue) for part in parts))
    assert "Leverage people use: learned from liquidations on Binance, OKX and Bybit." in said(everywhere)
    nowhere = Origin(parts, tuple(beliefs(part.venue) for part in parts))
    assert "use: assumed on Binance, OKX and Bybit, where nothing is learned yet." in said(nowhere)


def test_an_empty_range_has_a_sentence() -> None:
    assert NOTHING in said(of_hours({}))
    assert NOTHING in said(Origin((), ()))


def test_a_missing_venue_is_named() -> None:
    found = replace(told_map(missing=("okx",)), reasons={"okx": "did not answer"})
    text = plain_of(why_text(found, SHORTS_ZONE, told_origin(), now_ms=NOW_MS, tick_size=0.1))
    assert "missing: OKX (did not answer)" in text


@given(
    st.lists(st.tuples(wild_texts, st.dictionaries(st.integers(-9_000, 14), st.floats(0, 1e9), max_size=60))),
    st.floats(0, 1e9),
    st.sampled_from(list(Side)),
)
def test_any_origin_is_valid_html_within_the_limit(
    told: list[tuple[str, dict[int, float]]], earlier: float, side: Side
) -> None:
    parts = tuple(provenance(venue, hours, earlier=earlier) for venue, hours in told[:4])
    origin = Origin(parts, tuple(beliefs(part.venue) for part in parts))
    low = 98_000.0 if side is Side.SHORT else 95_000.0
    text = why_text(told_map(), zone(side, low, low + 500), origin, now_ms=NOW_MS, tick_size=0.1)
    assert units_of(text) <= 4_096
    shares = [int(share) for share in re.findall(r"^(\d+)% opened", plain_of(text), re.MULTILINE)]
    assert sum(shares) <= 101
    assert shares == sorted(shares, reverse=True)
