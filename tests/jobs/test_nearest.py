"""/near looks only at sound data, and names what it leaves out."""

from __future__ import annotations

from stage import BTC, MINUTE, NOW, watch, zone

from bot.jobs.nearest import DOUBTFUL, LATE, NO_MAP, NO_PRICE, nearest
from bot.jobs.pair_watch import PairWatch
from bot.liquidation.zone import Band, Zone
from bot.market.venue import MarkPrice


def pair(symbol: str, *zones: Zone, price: float | None = 100.0, as_of_ms: int = NOW) -> PairWatch:
    found = watch(zones, as_of_ms)
    found.symbol = symbol
    if price is not None:
        found.marks["binance"] = MarkPrice(price, NOW)
    return found


def left_out(*watches: PairWatch) -> dict[str, str]:
    return dict(nearest(watches, Band.HIGH, NOW).left_out)


def test_the_nearest_pair_comes_first_with_its_nearest_zone() -> None:
    report = nearest(
        [
            pair("A", zone("Z1", 104.0, 105.0), zone("Z2", 103.0, 103.5)),
            pair("B", zone("Z3", 101.0, 102.0)),
            pair("C", zone("Z4", 101.0, 102.0), price=101.5),
        ],
        Band.HIGH,
        NOW,
    )
    assert [(one.symbol, one.zone.id) for one in report.pairs] == [("C", "Z4"), ("B", "Z3"), ("A", "Z2")]
    assert [round(one.distance, 4) for one in report.pairs] == [0.0, 0.01, 0.03]
    assert report.left_out == ()


def test_a_zone_of_a_lower_band_or_one_that_price_has_passed_does_not_count() -> None:
    watches = [pair("A", zone("Z1", 95.0, 96.0)), pair("B")]
    assert nearest(watches, Band.HIGH, NOW).pairs == ()
    assert nearest([pair("A", zone())], Band.EXTREME, NOW).pairs != ()


def test_what_cannot_be_judged_is_named() -> None:
    empty = pair("A")
    empty.reference = None
    assert left_out(empty) == {"A": NO_MAP}
    assert left_out(pair("B", zone(), price=None)) == {"B": NO_PRICE}
    assert left_out(pair("C", zone(), as_of_ms=NOW - 60 * MINUTE)) == {"C": LATE}


def test_a_zone_that_rests_on_a_venue_that_is_late() -> None:
    found = watch([zone()], NOW, okx=NOW - 60 * MINUTE)
    found.marks["binance"] = MarkPrice(100.0, NOW)
    assert dict(nearest([found], Band.HIGH, NOW).left_out) == {BTC: DOUBTFUL}


def test_an_expired_contract_is_no_pair_any_more() -> None:
    found = pair("A", zone())
    found.expires_ms = NOW
    assert nearest([found], Band.HIGH, NOW).pairs == ()
    assert left_out(found) == {}
