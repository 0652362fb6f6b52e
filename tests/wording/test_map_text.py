from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from told_maps import (
    AS_OF_MS,
    NOW_MS,
    TWO,
    plain_of,
    told_map,
    told_snapshot,
    units_of,
    wild_maps,
    zone,
)

from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.windows import AGES_MS
from bot.liquidation.zone import Zone
from bot.wording.escape import CAPTION_LIMIT
from bot.wording.languages.english import ENGLISH
from bot.wording.map_text import DISCLAIMER, map_caption


def caption(found: LiquidationMap, zones: tuple[Zone, ...] = TWO, now_ms: int = NOW_MS) -> str:
    return plain_of(map_caption(told_snapshot(found, zones, now_ms=now_ms)))


def test_the_whole_caption() -> None:
    assert (
        caption(told_map(missing=("gate",)))
        == f"""\
BTC/USDT: dense zones 1.2% below (Z37, longs, ≈$15M) and 1.4% above (Z42, shorts, ≈$35M)
BTC/USDT · liquidation map · all open
Binance 46% · OKX 21% · Bybit 33% (of modelled OI)
missing: Gate
Price 97,240 (mark, 14:05:00 UTC)

▲ SHORTS liquidated if price RISES (forced buys)
 Z42 98,600–98,950 +1.4% · Extreme · intensity 100 = max · ≈$35M
▼ LONGS liquidated if price FALLS (forced sells)
 Z37 95,850–96,100 −1.2% · High · intensity 44 · ≈$15M

Within ±5%: shorts ≈$470M vs longs ≈$300M (61/39)
Z37 holds the round 96,000.
Price 42 s old, oldest open interest 42 s (Binance).

{DISCLAIMER} /why Z42"""
    )


def test_old_data_is_pointed_out() -> None:
    assert "Data is 12 min old" in caption(told_map(), now_ms=AS_OF_MS + 12 * 60_000)


def late_map(**behind_ms: tuple[int, int]) -> LiquidationMap:
    """By venue: how far its candles and its open interest are behind."""
    found = told_map()
    shares = tuple(
        replace(
            share,
            as_of_ms=AS_OF_MS - behind_ms.get(share.venue, (0, 0))[0],
            open_interest_ms=AS_OF_MS - behind_ms.get(share.venue, (0, 0))[1],
        )
        for share in found.venues
    )
    return replace(found, venues=shares, late=frozenset(behind_ms), priced_ms=NOW_MS - 2_000)


def test_two_ages_are_told_and_who_is_late() -> None:
    said = caption(late_map(okx=(14 * 60_000, 14 * 60_000)))
    assert (
        "\nPrice 2 s old, oldest open interest 14 min (OKX)."
        "\n⚠ OKX is late, its share is grey: data 14 min old.\n" in said
    )
    said = caption(late_map(bybit=(0, 40 * 60_000), okx=(5 * 60_000, 6 * 60_000)))
    assert (
        "oldest open interest 40 min (Bybit)."
        "\n⚠ Late, their shares are grey: OKX (data 6 min old), Bybit (open interest 40 min old).\n" in said
    )


def test_one_venue_alone_has_no_oldest() -> None:
    assert "Price 2 s old, open interest 42 s." in caption(late_map().only(["okx"]))


def test_a_venue_that_is_left_out_for_its_price_is_named() -> None:
    found = replace(told_map(venues=("binance", "bybit")), doubted={"okx": 0.0402})
    assert "⚠ OKX left out: its price is 4.0% off the others." in caption(found)


def test_venues_that_disagree_all_stay_and_are_named() -> None:
    found = replace(told_map(venues=("binance", "okx")), doubted={"binance": 0.031, "okx": -0.031})
    assert "⚠ Venues disagree on the price (Binance +3.1%, OKX −3.1%): alerts wait." in caption(found)


def test_many_late_venues_do_not_fill_the_caption() -> None:
    names = tuple(f"venue{number}" for number in range(9))
    found = told_map(venues=names, open_interest=(1.0,) * 9)
    said = caption(replace(found, late=frozenset(names)))
    assert "venue2 (data 42 s old) and 6 more." in said
    assert units_of(said.replace("<", "")) <= CAPTION_LIMIT


def test_price_in_a_zone_is_inside_it_now() -> None:
    assert "97,000–97,500 inside now" in caption(told_map(), (zone(Side.SHORT, 97_000, 97_500),))


def test_a_zone_that_price_has_passed_is_left_out() -> None:
    assert "96,000" not in caption(told_map(), (zone(Side.SHORT, 96_000, 96_500),))


def test_a_side_without_zones_says_so() -> None:
    assert caption(told_map(), ()).count("\n no zone stands out\n") == 2


def test_an_empty_map_says_so() -> None:
    said = caption(told_map(per_bin=(0, 0)), ())
    assert "Nothing is modelled as open" in said
    assert "SHORTS" not in said


def test_no_venue_at_all_is_said() -> None:
    said = caption(told_map(venues=(), missing=("binance", "okx")), ())
    assert "missing: Binance, OKX" in said
    assert "No venue answered." in said


@given(wild_maps())
def test_any_caption_is_valid_html_within_the_limit_and_ends_with_the_disclaimer(
    told: tuple[LiquidationMap, list[Zone]],
) -> None:
    text = map_caption(told_snapshot(*told, tick_size=told[0].price * 1e-5))
    assert units_of(text) <= ENGLISH.room
    assert plain_of(text).rpartition("\n")[2].startswith(DISCLAIMER)


@given(wild_maps())
def test_zones_below_are_told_with_longs_and_zones_above_with_shorts(
    told: tuple[LiquidationMap, list[Zone]],
) -> None:
    text = plain_of(map_caption(told_snapshot(*told, tick_size=told[0].price * 1e-5)))
    _, found, rest = text.partition("▲ SHORTS liquidated if price RISES (forced buys)\n")
    above, _, below = rest.partition("▼ LONGS liquidated if price FALLS (forced sells)\n")
    assert "−" not in "".join(line.partition(" · ")[0] for line in above.splitlines() if "intensity" in line)
    assert not found or "+" not in "".join(_distances(below))


def _distances(block: str) -> list[str]:
    lines = [line for line in block.splitlines() if " · intensity " in line]
    return [line.rpartition(" · intensity ")[0].rpartition(" · ")[0].rpartition(" ")[2] for line in lines]


def test_ordinary_captions_stay_in_the_target() -> None:
    many = [
        zone(side, 97_240 * (1 + at), 97_240 * (1 + at) + 200, zone_id=f"Z{number}")
        for side in Side
        for number, at in enumerate(side.sign * step / 50 for step in range(1, 6))
    ]
    text = map_caption(told_snapshot(zones=many))
    assert units_of(text) <= ENGLISH.room
    assert plain_of(text).count("intensity") == 6


def test_the_zones_of_the_first_line_are_always_listed_and_then_the_heaviest() -> None:
    """Nearer than four that are heavier, Z1 is the one that the first line names."""
    near = zone(Side.SHORT, 97_500.0, 97_600.0, zone_id="Z1")
    heavy = [zone(Side.SHORT, 98_000.0 + 300 * n, 98_000.0 + 330 * n, zone_id=f"Z{n}") for n in range(2, 6)]
    said = caption(told_map(), (near, *heavy))
    assert "0.3% above (Z1, shorts" in said.splitlines()[0]
    listed = [line.split()[0] for line in said.splitlines() if "intensity" in line]
    assert listed == ["Z1", "Z4", "Z5"]


def test_a_map_says_when_it_was_opened() -> None:
    day, week, month = AGES_MS
    dated = replace(told_map(), ages=((day, 0.344), (week, 0.75), (month, 0.7501)))
    assert "Opened: 34% in the last 24 h, 41% 1–7 d ago, under 1% 7–30 d ago, 25% before.\n" in caption(dated)
    assert "Opened: 34% in the last 24 h, 66% before." in caption(replace(told_map(), ages=((day, 0.344),)))
