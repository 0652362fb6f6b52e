"""The caption under a comparison."""

from __future__ import annotations

from dataclasses import replace

import pytest
from told_maps import HOUR_MS, NOW_MS, plain_of, told_map, told_snapshot, units_of, zone

from bot.language import Language
from bot.liquidation.comparison import Compared, Comparison
from bot.liquidation.expiry import Expiry
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.surroundings import Funding
from bot.wording.compare_text import compare_caption
from bot.wording.languages.chosen import phrases_of
from bot.wording.map_text import DISCLAIMER

FUNDING = Funding(0.0001, 8 * HOUR_MS, None, NOW_MS - 12_000)
PERPETUAL = Compared(told_snapshot(told_map(venues=("binance",))), (("binance", FUNDING),))
DATED = Compared(
    told_snapshot(
        replace(
            told_map("BTC/USDT:USDT-260327", 98_450.0, venues=("okx",), per_bin=(80.0, 50.0)),
            expiry=Expiry(NOW_MS + 50 * 24 * HOUR_MS),
        ),
        [zone(Side.SHORT, 99_600.0, 99_900.0, zone_id="Z9")],
    )
)


ALIKE = "within ±5% both have alike shares of their own open positions (8.6%)"


def said(first: Compared, second: Compared, language: Language = Language.ENGLISH) -> str:
    return plain_of(compare_caption(Comparison(first, second), language))


def test_the_whole_caption() -> None:
    assert said(PERPETUAL, DATED) == (
        f"""\
BTC/USDT and BTC/USDT 260327: the second trades 1.24% above the first (+9.1% a year), \
within ±5% BTC/USDT 260327 has more of its own open positions (14% vs 8.6%)
Liquidation maps on one percent axis · all open

BTC/USDT on Binance
Price 97,240 (mark, 14:05:00 UTC)
Funding: longs pay shorts 0.010% per 8 h (Binance); 12 s old.
Within ±5%: shorts ≈$470M vs longs ≈$300M (61/39)
Price 42 s old, open interest 42 s.

BTC/USDT 260327 on OKX
Price 98,450 (mark, 14:05:00 UTC)
Expires 2026-03-27 14:05 UTC, in 50 days
Within ±5%: shorts ≈$480M vs longs ≈$810M (37/63)
Dense zone 1.2% above (Z9, shorts, ≈$30M), none below
Price 42 s old, open interest 42 s.

Within ±5% the first holds 0.6 times the amount of the second.
Distances are from each one's own price.

{DISCLAIMER}"""
    )


def test_one_contract_on_two_venues_is_named_by_them() -> None:
    okx = Compared(told_snapshot(told_map(price=97_230.0, venues=("okx",))))
    first = said(PERPETUAL, okx).splitlines()[0]
    assert first.startswith(
        "BTC/USDT on Binance and BTC/USDT on OKX: the second trades 0.010% below the first, "
    )
    same = said(PERPETUAL, Compared(told_snapshot(told_map(venues=("okx",))))).splitlines()[0]
    assert "OKX: both at the same price, within ±5%" in same


@pytest.mark.parametrize(("times", "told"), [(1 + 3e-5, "0.003% above"), (1 - 4e-6, "at the same price")])
def test_a_tiny_basis_is_told_as_the_picture_tells_it(times: float, told: str) -> None:
    okx = Compared(told_snapshot(told_map(price=97_240.0 * times, venues=("okx",))))
    assert told in said(PERPETUAL, okx).splitlines()[0]


def test_the_dated_one_first_says_both_figures_with_one_sign() -> None:
    assert "the second trades 1.23% below the first (−9.0% a year)" in said(DATED, PERPETUAL).splitlines()[0]


def test_two_coins_have_no_basis() -> None:
    ether = Compared(told_snapshot(told_map("ETH/USDT:USDT", 3_200.0, venues=("okx",)), ()))
    first = said(PERPETUAL, ether).splitlines()[0]
    assert first == f"BTC/USDT and ETH/USDT: {ALIKE}"


def test_those_that_are_alike_are_called_so() -> None:
    assert said(PERPETUAL, PERPETUAL).splitlines()[0].endswith(ALIKE)


def test_shares_and_amounts_that_are_written_alike_have_no_verdict() -> None:
    """Shares of what is open that are more than ALIKE apart but round to one."""
    thin = [
        Compared(told_snapshot(told_map(venues=("binance",), per_bin=(each, each)))) for each in (0.65, 0.5)
    ]
    pair = Comparison(thin[0], thin[1])
    assert pair.denser(0.05) is pair.first
    caption = plain_of(compare_caption(pair))
    assert "alike shares of their own open positions (0.1%)" in caption
    assert "more" not in caption


@pytest.mark.parametrize("language", Language)
def test_the_verdict_names_who_has_the_larger_share_first(language: Language) -> None:
    for pair in ((PERPETUAL, DATED), (DATED, PERPETUAL)):
        assert "BTC/USDT 260327" in (first := said(*pair, language).splitlines()[0])
        write = phrases_of(language).numerals
        shares = {"more": "14%", "less": f"{write.fixed(8.6, 1)}%"}
        assert phrases_of(language).compare.against.format(**shares) in first


def test_prices_of_two_moments_are_said_to_be() -> None:
    late = replace(DATED.found, priced_ms=NOW_MS - 600_000)
    apart = said(PERPETUAL, Compared(replace(DATED.shown, found=late)))
    assert "Their prices were told 9 min apart." in apart
    assert "apart" not in said(PERPETUAL, DATED)


def test_a_selection_is_named() -> None:
    longs = Compared(PERPETUAL.shown.selected(Selection(side=Side.LONG)))
    assert "one percent axis · all open · only longs\n" in said(longs, longs)


@pytest.mark.parametrize("language", Language)
def test_of_a_selected_side_nothing_is_said_of_the_other(language: Language) -> None:
    longs = Compared(PERPETUAL.shown.selected(Selection(side=Side.LONG)))
    say, caption = phrases_of(language), said(longs, longs, language)
    held = say.longs.total.format(amount=say.numerals.amount("BTC/USDT:USDT", 3e8))
    assert caption.count(say.reading.nearby_of.format(held=held) + "\n") == 2
    assert say.shorts.plural not in caption.casefold()


@pytest.mark.parametrize("language", Language)
def test_it_fits_in_every_language_with_late_venues_and_long_names(language: Language) -> None:
    found = told_map("1000000" + "LONGNAME" * 3 + "/USDT:USDT", missing=("gate",))
    long = Compared(
        told_snapshot(replace(found, late=frozenset({"okx", "bybit"}))),
        tuple((venue, FUNDING) for venue in ("binance", "okx", "bybit")),
    )
    caption = compare_caption(Comparison(long, DATED), language)
    say = phrases_of(language)
    assert units_of(caption) <= say.room
    assert plain_of(caption).endswith(say.frame.disclaimer)
    basis = say.numerals.fine_percent(98_450 / 97_240 - 1)
    assert basis in said(PERPETUAL, DATED, language).splitlines()[0]
