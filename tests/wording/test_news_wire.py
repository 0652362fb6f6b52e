"""The sentence of the news channels, in every language."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from told_maps import LONGS_ZONE, SHORTS_ZONE, TWO, told_map, told_snapshot, wild_maps, zone

from bot.language import Language
from bot.liquidation.expiry import Expiry
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.wording.news_wire import news_wire

EN, RU, ZH, ES = Language
BARS = {
    EN: " Bars show relative strength, not the number or value of contracts.",
    RU: " Столбцы показывают относительную силу, а не число и не стоимость контрактов.",
    ZH: "柱高表示相对强弱，不代表合约数量或价值。",
    ES: " Las barras muestran fuerza relativa, no el número ni el valor de los contratos.",
}
DAY = "24h"
INSIDE = zone(Side.SHORT, 97_000.0, 97_500.0)
TINY = told_map("PEPE/USDT:USDT", 1e-6, window=DAY, per_bin=(3e12, 5e12))
TINY_ZONE = zone(Side.SHORT, 1.02e-6, 1.03e-6)
DATED = replace(told_map("BTC/USDT:USDT-260327", window=DAY), expiry=Expiry(1_774_598_400_000))
LATE = replace(told_map(window=DAY), late=frozenset({"okx"}))

CASES: dict[str, tuple[Snapshot, dict[Language, str]]] = {
    "both sides": (
        told_snapshot(),
        {
            EN: "BTC: a fall to 95,850 meets ≈$84M of estimated long liquidations; a break to 98,950 "
            "meets ≈$170M of short liquidations (Binance+OKX+Bybit, all open).",
            RU: "BTC: падение до 95 850 заденет лонги: ликвидаций на ≈$84 млн по оценке; рост до "
            "98 950 заденет шорты: ликвидаций на ≈$170 млн (Binance+OKX+Bybit, всё открытое).",
            ZH: "BTC：跌至95,850，估计将触发≈8400万美元的多单爆仓；涨至98,950，将触发≈1.7亿美元的"
            "空单爆仓（Binance+OKX+Bybit，全部未平仓）。",
            ES: "BTC: una caída hasta 95 850 toparía con ≈$84 M en liquidaciones de largos "
            "(estimación); una subida hasta 98 950, con ≈$170 M en liquidaciones de cortos "
            "(Binance+OKX+Bybit, todo lo abierto).",
        },
    ),
    "one side, one venue": (
        told_snapshot(told_map(window=DAY, venues=("okx",)), [SHORTS_ZONE]),
        {
            EN: "BTC: a break to 98,950 meets ≈$170M of estimated short liquidations (OKX, 24h).",
            RU: "BTC: рост до 98 950 заденет шорты: ликвидаций на ≈$170 млн по оценке (OKX, 24 ч).",
            ZH: "BTC：涨至98,950，估计将触发≈1.7亿美元的空单爆仓（OKX，24小时）。",
            ES: "BTC: una subida hasta 98 950 toparía con ≈$170 M en liquidaciones de cortos "
            "(estimación) (OKX, 24 h).",
        },
    ),
    "nothing dense": (
        told_snapshot(zones=()),
        {
            EN: "BTC: no dense zone near 97,240.",
            RU: "BTC: плотных зон около 97 240 нет.",
            ZH: "BTC：97,240附近没有密集区。",
            ES: "BTC: ninguna zona densa cerca de 97 240.",
        },
    ),
    "inside a zone": (
        told_snapshot(told_map(window=DAY, venues=("okx",)), [INSIDE]),
        {
            EN: "BTC: a further rise to 97,500 meets ≈$26M of estimated short liquidations (OKX, 24h).",
            RU: "BTC: дальнейший рост до 97 500 заденет шорты: ликвидаций на ≈$26 млн по оценке (OKX, 24 ч).",
            ZH: "BTC：继续涨至97,500，估计将触发≈2600万美元的空单爆仓（OKX，24小时）。",
            ES: "BTC: una subida mayor hasta 97 500 toparía con ≈$26 M en liquidaciones de cortos "
            "(estimación) (OKX, 24 h).",
        },
    ),
    "a dated contract": (
        told_snapshot(DATED, [LONGS_ZONE]),
        {
            EN: "BTC/USDT 260327: a fall to 95,850 meets ≈$84M of estimated long liquidations "
            "(Binance+OKX+Bybit, 24h).",
            RU: "BTC/USDT 260327: падение до 95 850 заденет лонги: ликвидаций на ≈$84 млн по оценке "
            "(Binance+OKX+Bybit, 24 ч).",
            ZH: "BTC/USDT 260327：跌至95,850，估计将触发≈8400万美元的多单爆仓（Binance+OKX+Bybit，24小时）。",
            ES: "BTC/USDT 260327: una caída hasta 95 850 toparía con ≈$84 M en liquidaciones de "
            "largos (estimación) (Binance+OKX+Bybit, 24 h).",
        },
    ),
    "an inverse contract": (
        told_snapshot(told_map("BTC/USD:BTC", window=DAY), [LONGS_ZONE]),
        {
            EN: "BTC/USD (coin-margined): a fall to 95,850 meets ≈$84M of estimated long liquidations "
            "(Binance+OKX+Bybit, 24h).",
            RU: "BTC/USD (маржа в монете): падение до 95 850 заденет лонги: ликвидаций на ≈$84 млн "
            "по оценке (Binance+OKX+Bybit, 24 ч).",
            ZH: "BTC/USD（币本位）：跌至95,850，估计将触发≈8400万美元的多单爆仓"
            "（Binance+OKX+Bybit，24小时）。",
            ES: "BTC/USD (margen en la moneda): una caída hasta 95 850 toparía con ≈$84 M en "
            "liquidaciones de largos (estimación) (Binance+OKX+Bybit, 24 h).",
        },
    ),
    "a tiny price": (
        told_snapshot(TINY, [TINY_ZONE], tick_size=1e-10),
        {
            EN: "PEPE: a break to 0.0000010300 meets ≈$300M of estimated short liquidations "
            "(Binance+OKX+Bybit, 24h).",
            RU: "PEPE: рост до 0,0000010300 заденет шорты: ликвидаций на ≈$300 млн по оценке "
            "(Binance+OKX+Bybit, 24 ч).",
            ZH: "PEPE：涨至0.0000010300，估计将触发≈3亿美元的空单爆仓（Binance+OKX+Bybit，24小时）。",
            ES: "PEPE: una subida hasta 0,0000010300 toparía con ≈$300 M en liquidaciones de cortos "
            "(estimación) (Binance+OKX+Bybit, 24 h).",
        },
    ),
    "a late venue": (
        told_snapshot(LATE, [LONGS_ZONE]),
        {
            EN: "BTC: a fall to 95,850 meets ≈$84M of estimated long liquidations "
            "(Binance+OKX+Bybit, 24h, OKX late).",
            RU: "BTC: падение до 95 850 заденет лонги: ликвидаций на ≈$84 млн по оценке "
            "(Binance+OKX+Bybit, 24 ч, OKX с опозданием).",
            ZH: "BTC：跌至95,850，估计将触发≈8400万美元的多单爆仓（Binance+OKX+Bybit，24小时，OKX延迟）。",
            ES: "BTC: una caída hasta 95 850 toparía con ≈$84 M en liquidaciones de largos "
            "(estimación) (Binance+OKX+Bybit, 24 h, OKX con retraso).",
        },
    ),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("case", CASES)
def test_the_sentence(case: str, language: Language) -> None:
    shown, golden = CASES[case]
    said = news_wire(shown, language).replace("\N{NO-BREAK SPACE}", " ")
    assert said == golden[language] + BARS[language]


def test_it_counts_up_to_the_far_edge() -> None:
    """What lies between price and the far edge counts, not the zone's own mass."""
    once = news_wire(told_snapshot(told_map(per_bin=(0, 50)), [SHORTS_ZONE]))
    twice = news_wire(told_snapshot(told_map(per_bin=(0, 100)), [SHORTS_ZONE]))
    assert "≈$170M" in once
    assert "≈$340M" in twice
    far = replace(SHORTS_ZONE, high=100_000.0)
    assert "to 100,000 meets ≈$270M" in news_wire(told_snapshot(told_map(per_bin=(0, 50)), [far]))


def test_a_zone_that_the_window_holds_nothing_of_is_not_named() -> None:
    assert news_wire(told_snapshot(told_map(per_bin=(0, 50)), TWO)).startswith("BTC: a break to 98,950")
    assert "no dense zone" in news_wire(told_snapshot(told_map(venues=()), TWO))


def test_a_selection_is_said() -> None:
    shown = told_snapshot().selected(Selection(leverage=frozenset({3}), side=Side.SHORT))
    assert news_wire(shown).startswith("BTC: no dense zone")
    whole = told_snapshot(zones=[replace(SHORTS_ZONE, leverage_mix=(0, 0, 0, 1.0))])
    said = news_wire(whole.selected(Selection(leverage=frozenset({3}), side=Side.SHORT)))
    assert "(Binance+OKX+Bybit, all open, only shorts, leverage &gt;50x)" in said


@given(wild_maps())
def test_any_map_has_a_sentence_in_every_language(told: tuple[LiquidationMap, list[Zone]]) -> None:
    shown = told_snapshot(*told, tick_size=told[0].price * 1e-5)
    for language in Language:
        assert news_wire(shown, language).endswith(BARS[language])
