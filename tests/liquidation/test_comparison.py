"""Two maps side by side: density, ratio and basis."""

from __future__ import annotations

from dataclasses import replace

import pytest
from invented_maps import hilly

from bot.liquidation.comparison import YEAR_MS, Compared, Comparison
from bot.liquidation.expiry import Expiry
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.windows import DAY_MS

NEAR = hilly(((Side.LONG, 0.006, 0.001, 60.0), (Side.SHORT, 0.03, 0.002, 40.0)))
FAR = hilly(((Side.LONG, 0.04, 0.001, 30.0),), price=101.0)


def of(found: LiquidationMap, **changes: object) -> Compared:
    return Compared(Snapshot(replace(found, **changes), (), 0.1, 0))  # type: ignore[arg-type]


def dated(days: float, price: float) -> Compared:
    at_ms = round(days * DAY_MS)
    return of(replace(FAR, price=price), symbol="BTC/USDT:USDT-260327", expiry=Expiry(at_ms))


def test_the_denser_is_the_one_with_the_larger_share_of_its_own_positions() -> None:
    pair = Comparison(of(NEAR), of(FAR))
    assert pair.first.held(Side.LONG, 0.01) == pytest.approx(60, rel=0.03)
    assert pair.first.density(0.01) == pytest.approx(60 / 2000, rel=0.05)
    assert pair.denser(0.01) is pair.first
    small = replace(FAR.venues[0], open_interest_base=100.0)
    assert Comparison(of(NEAR), of(FAR, venues=(small,))).denser(0.05) is not pair.first


def test_alike_is_neither() -> None:
    assert Comparison(of(NEAR), of(NEAR)).denser(0.05) is None


def test_nothing_open_has_no_density_and_no_ratio() -> None:
    empty = of(NEAR, venues=())
    assert empty.density(0.05) == 0
    assert Comparison(of(NEAR), empty).ratio(0.05) is None


def test_the_ratio_is_of_amounts_in_money() -> None:
    pair = Comparison(of(NEAR), of(FAR))
    assert pair.ratio(0.05) == pytest.approx(100 * 100 / (30 * 101), rel=0.06)
    other = Comparison(of(NEAR), of(FAR, symbol="BTC/EUR:EUR"))
    assert other.ratio(0.05) is None
    assert other.basis is None


def test_basis_is_the_seconds_price_over_the_firsts() -> None:
    basis = Comparison(of(NEAR), dated(73, 101.0)).basis
    assert basis is not None
    assert basis.fraction == pytest.approx(0.01)
    assert basis.yearly == pytest.approx(0.01 * YEAR_MS / (73 * DAY_MS))


def test_the_yearly_rate_has_the_sign_of_the_basis_from_either_side() -> None:
    there, back = (Comparison(*pair).basis for pair in _both_ways(of(NEAR), dated(73, 100.1)))
    assert there is not None
    assert back is not None
    assert there.fraction > 0 > back.fraction
    assert there.yearly is not None
    assert back.yearly is not None
    assert there.yearly > 0 > back.yearly
    assert there.yearly == pytest.approx(-back.yearly, rel=0.01)


def _both_ways(one: Compared, other: Compared) -> tuple[tuple[Compared, Compared], ...]:
    return (one, other), (other, one)


def test_two_perpetuals_and_a_last_day_have_no_yearly_rate() -> None:
    for other in (of(FAR), dated(0.5, 101.0)):
        basis = Comparison(of(NEAR), other).basis
        assert basis is not None
        assert basis.yearly is None


def test_two_coins_have_no_basis_and_two_dollars_do() -> None:
    assert Comparison(of(NEAR), of(FAR, symbol="ETH/USDT:USDT")).basis is None
    assert Comparison(of(NEAR), of(FAR, symbol="BTC/USD:BTC")).basis is not None
