"""/liq, /stop, /target and /near as they are asked in a chat."""

from __future__ import annotations

import pytest
from position_market import BTC, ETH, ToldMarket, lines_of, refused, say, told

from bot.telegram.commands.table import COMMANDS, TAPS
from bot.wording.plain import without_markup


@pytest.fixture
def market() -> ToldMarket:
    return ToldMarket()


async def test_the_liquidation_price_of_each_venue(market: ToldMarket) -> None:
    text = await told(market, "/liq btc 25x long 97200")
    assert "BTC/USDT · liquidation of a 25x long from 97,200" in text
    assert "Liquidated if price falls to" in text
    assert "Binance: 93,687 (−3.6% from the entry)" in text
    assert "OKX: 93,828" in text
    assert "Isolated margin, first tier, before fees and funding (OKX counts its closing fee)" in text
    assert "▼ Z1 95,100–95,600 (longs, Extreme" in text
    assert "Z2" not in text
    assert "Estimated forced sells between 97,000 and 93,687" in text
    assert "min of usual volume" in text


async def test_a_short_is_liquidated_above(market: ToldMarket) -> None:
    text = await told(market, "ликва btc шорт 25х 97 200 okx")
    assert "Liquidated if price rises to" in text
    assert "OKX: 100,535 (+3.4% from the entry)" in text
    assert "Binance" not in text
    assert "Z3" in text
    assert "forced buys" in text


async def test_what_one_venue_does_not_offer_another_may(market: ToldMarket) -> None:
    assert "OKX: offers 100x at most" in await told(market, "/liq btc 110x long")
    refusal = await refused(market, "/liq btc 200x long 97200")
    assert "Nobody offers 200x" in refusal.sentence
    assert "Binance 125x, OKX 100x, Bybit 125x" in refusal.sentence
    assert lines_of(refusal.keyboard) == [f"liq {BTC} 125x long 97200"]


async def test_what_no_price_reaches_is_called_that(market: ToldMarket) -> None:
    assert "never" in await told(market, "/liq btc 1x long 97200")


async def test_a_stop_says_which_reading_was_taken(market: ToldMarket) -> None:
    answer = await say(market, "/stop btc long 97200")
    text = without_markup(answer.text)
    assert "97,200 was read as the entry" in text
    assert "Nearest zone below the entry: ▼ Z1 95,100–95,600" in text
    assert "Quietest price behind Z1" in text
    assert "no advice" in text
    assert f"sl {BTC} long stop 97200" not in lines_of(answer.keyboard)


async def test_a_price_on_the_losing_side_may_have_been_a_stop(market: ToldMarket) -> None:
    answer = await say(market, "/stop btc long 95000")
    assert "95,000 was read as the entry" in answer.text
    again = lines_of(answer.keyboard)[0]
    assert again == f"sl {BTC} long stop 95000"
    text = await told(market, again)
    assert "No entry was typed: taken as the price now. Stop at 95,000." in text
    assert "lies in no dense zone" in text


async def test_a_stop_among_forced_orders(market: ToldMarket) -> None:
    text = await told(market, "/stop btc long 97200 stop 95 300 risk 1% of 10000 25x")
    assert "lies inside Z1, among forced orders" in text
    assert "Estimated forced sells between 97,000 and 95,300" in text
    assert (
        "A risk of 100 USDT over 2.0% to 95,300 is a position of 0.0526 BTC (≈$5.1k, 0.51 times the account)"
        in text
    )
    assert "⚠" not in text


async def test_leverage_that_does_not_live_to_see_the_stop(market: ToldMarket) -> None:
    text = await told(market, "/stop btc long 97200 stop 92800 50x")
    assert "⚠ With 50x it is liquidated before that stop on Binance, OKX, Bybit." in text


async def test_a_share_of_an_unknown_account(market: ToldMarket) -> None:
    text = await told(market, "/stop btc short entry 97000 stop 99000 risk 1%")
    assert "is a position of 0.49 times the account" in text


async def test_without_a_zone_there_is_nothing_to_stand_behind(market: ToldMarket) -> None:
    text = await told(market, "/stop btc long 91000")
    assert "No dense zone of longs lies below the entry within reach" in text
    assert "An ordinary hour moves 1.0%" in text


async def test_targets_are_on_the_winning_side(market: ToldMarket) -> None:
    text = await told(market, "/target btc long 97200 stop 95800")
    assert "98,600 (+1.4%, 1.0× the distance to the stop): ▲ Z3" in text
    assert "101,000" in text
    assert "Z1" not in text
    assert "touched hardly more often" in text
    below = await told(market, "/target btc short 97200")
    assert "95,600 (−1.6%): ▼ Z1" in below


@pytest.mark.parametrize(
    ("line", "part", "buttons"),
    [
        (
            "/liq btc 25x 97200",
            "a long or a short",
            [f"liq {BTC} 25x long 97200", f"liq {BTC} 25x short 97200"],
        ),
        ("/liq btc 0x long 97200", "Leverage is 1x or more", []),
        ("/liq btc 25x long 0", "prices above 0", []),
        (
            "/stop btc long 97200 stop 99000",
            "so its stop lies below the entry",
            [f"sl {BTC} short 97200 stop 99000"],
        ),
        ("/stop btc short 97200 stop 97200", "so its stop lies above the entry", []),
        ("/stop btc long 97200 stop 100%", "under 100% works", []),
        ("/stop btc long 97200 risk 0", "A risk is an amount or a share", []),
        ("/stop btc long 97200 risk", "A risk is an amount or a share", []),
        ("/stop btc long 1 2 3", "What is “3”?", []),
        ("/stop btc long 97.200", "998 times off the price", [f"sl {BTC} long 97200"]),
        ("/stop btc long 972000", "10 times off the price", [f"sl {BTC} long 97200"]),
        ("/stop btc long 4", "times off the price", [f"sl {BTC} long"]),
        ("/liq btc 25x 10x long", "One leverage at a time", []),
        ("/target btc long short", "One side at a time", []),
        ("/target dgoe long 97200", f"target {BTC} long 97200", []),
    ],
)
async def test_nonsense_is_told_what_works(
    market: ToldMarket, line: str, part: str, buttons: list[str]
) -> None:
    refusal = await refused(market, line)
    assert part in refusal.sentence
    assert lines_of(refusal.keyboard) == buttons


async def test_a_window_is_not_silently_ignored(market: ToldMarket) -> None:
    assert "a window (24h) changes only the map" in await told(market, "/stop btc 24h long 97200")


async def test_a_leverage_is_asked_for_with_buttons(market: ToldMarket) -> None:
    refusal = await refused(market, "/liq btc long 97200")
    assert "with which leverage" in refusal.sentence
    assert lines_of(refusal.keyboard)[2] == f"liq {BTC} 25x long 97200"


async def test_a_side_that_the_stop_tells(market: ToldMarket) -> None:
    assert "Read as a short" in await told(market, "/stop btc 97200 stop 99000")


async def test_stop_alone_is_no_question_about_a_position(market: ToldMarket) -> None:
    refusal = await refused(market, "/stop")
    assert "/unsubscribe all" in refusal.sentence
    assert lines_of(refusal.keyboard) == [f"sl {BTC}", f"sl {ETH}"]


async def test_without_margin_tables_nothing_is_made_up(market: ToldMarket) -> None:
    market.with_contracts = False
    assert "margin table" in (await refused(market, "/liq btc 25x long")).sentence


async def test_buttons_lead_to_the_other_questions_and_end_no_schedule(market: ToldMarket) -> None:
    for line in ("/liq btc 25x long 97200", "/stop btc long 97200", "/target btc long 97200"):
        for again in lines_of((await say(market, line)).keyboard):
            assert again.split(" ")[0] in COMMANDS
            assert again.split(" ")[0] not in TAPS
            if again.split(" ")[0] in ("sl", "target"):
                assert "97,200" in await told(market, again)


async def test_near_lists_the_nearest_first(market: ToldMarket) -> None:
    answer = await say(market, "/near 3")
    text = without_markup(answer.text)
    assert "Nearest zones, High or higher" in text
    assert text.index("C0/USDT") < text.index("C1/USDT") < text.index("C2/USDT")
    assert "C3/USDT" not in text
    assert "10 more are farther off" in text
    assert "▲ C1/USDT 100.0: +1.0%, 1.0 ATR to Z1 101.0–110.0 (shorts, Extreme)" in text
    assert "C0/USDT 100.0: inside Z0" in text
    assert "Left out: ETH/USDT (its data is late)" in text
    assert lines_of(answer.keyboard) == [f"subscribe C{at}/USDT:USDT" for at in range(3)]


async def test_near_within_a_distance_and_of_a_band(market: ToldMarket) -> None:
    text = await told(market, "/near 2%")
    assert "within 2%" in text
    assert "C2/USDT" in text
    assert "C3/USDT" not in text
    assert "No watched pair has a zone that is Extreme now" in await told(market, "/near extreme")
    assert "/near lists all watched pairs" in (await refused(market, "/near btc")).sentence


async def test_quiet_stretches_on_the_way_are_named(market: ToldMarket) -> None:
    market.quiet = (92_000.0, 95_200.0)
    text = await told(market, "/liq btc 25x long 97200")
    assert "Quiet, few forced orders estimated: 93,687–95,0" in text
    cut = await told(market, "/stop btc long 97200 stop 94500")
    assert "Quiet, few forced orders estimated: 94,500–95,0" in cut
    assert "Quiet" not in await told(market, "/liq btc 25x short 97200")
