"""/why and /model: which zone of which pair is meant, and what is answered where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest
from told_origins import AS_OF_MS, beliefs, learned, told_origin
from told_room import ToldMarket

from bot.liquidation.beliefs import Beliefs
from bot.liquidation.liquidation_map import DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.origin import Origin
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Zone
from bot.rules.preview import Preview
from bot.rules.rule_set import RuleSet
from bot.store.destination import Destination
from bot.telegram.asking import Answer, Asking
from bot.telegram.commands.table import COMMANDS
from bot.telegram.gateway import _command_of
from bot.telegram.room import Room
from bot.wording.buttons import (
    LONGEST_DATA,
    Keyboard,
    alert_keyboard,
    history_keyboard,
    line_of,
    why_keyboard,
    zones_keyboard,
)
from bot.wording.liquidations_text import Report
from bot.wording.plain import without_markup
from bot.wording.refusal import Refusal

BTC, ETH, SOL = "BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT"
PEPE = "1000000PEPE/USDT:USDT-270326"
NOW_MS = AS_OF_MS + 42_000
ADA, GROUP = Destination(1), Destination(-100)
KNOWN = {"BTC": BTC, "ETH": ETH, "SOL": SOL}


def zone(name: str, low: float, contrast: float = 2.0) -> Zone:
    mix = (0.1, 0.2, 0.3, 0.4)
    return Zone(name, Side.SHORT, low, low + 1, low + 0.5, 400.0, 80.0, contrast, mix, AS_OF_MS - 60_000)


ZONES: dict[str, tuple[Zone, ...]] = {
    BTC: (zone("Z40", 101.0, 1.5), zone("Z42", 103.0, 2.5), zone("Z51", 106.0, 1.2)),
    ETH: (zone("Z42", 103.0), zone("Z7", 102.0)),
    SOL: (),
}


@dataclass
class AskedMarket(ToldMarket):
    """Three pairs; remembers what was asked of the model."""

    asked: list[Any]

    speed = 1.0
    watched: tuple[str, ...] = (BTC, ETH, SOL)
    suggestions: tuple[str, ...] = (BTC, ETH, SOL)

    def now_ms(self) -> int:
        return NOW_MS

    def find(self, typed: str, ask: Callable[[str], str]) -> tuple[str, str | None]:
        if typed in ZONES:
            return typed, None
        if typed.upper() not in KNOWN:
            raise Refusal(ask(BTC))
        return KNOWN[typed.upper()], None

    async def view(self, symbol: str, window: str = "all", venue: str | None = None) -> Snapshot:
        venues = ("binance", "okx", "bybit") if venue is None else (venue,)
        mass = np.ones((2, 4, DISTANCE_BINS))
        shares = tuple(VenueMap(name, "X", 100.0, AS_OF_MS, 1000.0, 0.01, mass) for name in venues)
        return Snapshot(LiquidationMap(symbol, 100.0, "all", shares), ZONES[symbol], 0.1, NOW_MS)

    async def window_maps(
        self, symbol: str, windows: Sequence[str], venue: str | None = None
    ) -> tuple[LiquidationMap, ...]:
        raise AssertionError("nothing to compare")

    async def preview(self, symbol: str, rules: RuleSet, zone: str) -> Preview:
        raise AssertionError("nothing is subscribed")

    async def threshold_for(self, symbol: str, rules: RuleSet, zone: str) -> float | None:
        raise AssertionError("nothing is subscribed")

    def pairs_with(self, zone_id: str) -> tuple[str, ...]:
        return tuple(symbol for symbol, zones in ZONES.items() if any(one.id == zone_id for one in zones))

    async def origin(self, shown: Snapshot, zone: Zone) -> Origin:
        self.asked.append((shown.found.symbol, zone.id))
        return told_origin()

    async def beliefs(self, shown: Snapshot) -> tuple[Beliefs, ...]:
        told = {"binance": learned("binance"), "okx": beliefs("okx"), "bybit": beliefs("bybit")}
        return tuple(told[share.venue] for share in shown.found.venues)

    async def liquidations(self, symbol: str, window: str, venue: str | None = None) -> Report:
        self.asked.append((symbol, window, venue))
        return Report(symbol, window, (), (), 0.1, NOW_MS)


@pytest.fixture
def market() -> AskedMarket:
    return AskedMarket([])


async def say(market: AskedMarket, line: str, where: Destination = ADA, kind: str = "private") -> Answer:
    """As the gateway does: the command is read from the line."""
    asking = Asking(line, where, kind, user_id=7)
    room = Room(market, cast(Any, None), cast(Any, None), "somebot", 0)
    command = _command_of(asking)
    assert command is not None
    return await COMMANDS[command](room, asking)


async def refused(market: AskedMarket, line: str) -> Refusal:
    with pytest.raises(Refusal) as found:
        await say(market, line)
    return found.value


def lines_of(keyboard: Keyboard) -> list[str | None]:
    return [line_of(one.data) for row in keyboard for one in row]


@pytest.mark.parametrize(
    "line",
    ["/why BTC Z42", "/why z42 btc", "why btc 42", "почему btc з42", f"why {BTC} Z42", "/why btc zone z42"],
)
async def test_a_zone_is_explained_however_it_is_spelled(market: AskedMarket, line: str) -> None:
    answer = await say(market, line)
    assert market.asked == [(BTC, "Z42")]
    assert without_markup(answer.text).startswith(
        "BTC/USDT · why Z42 is there\n▲ 103.0–104.0, 3.0% above price"
    )


async def test_the_pair_need_not_be_named_where_only_one_has_the_zone(market: AskedMarket) -> None:
    await say(market, "/why z7")
    await say(market, "/why Z51")
    assert market.asked == [(ETH, "Z7"), (BTC, "Z51")]


async def test_a_name_that_several_pairs_use_is_asked_back(market: AskedMarket) -> None:
    refusal = await refused(market, "/why Z42")
    assert refusal.sentence == "Zones are named per pair. Z42 of BTC/USDT or ETH/USDT?"
    assert lines_of(refusal.keyboard) == [f"why {BTC} Z42", f"why {ETH} Z42"]


async def test_a_zone_that_no_pair_has_leads_to_the_zones_there_are(market: AskedMarket) -> None:
    refusal = await refused(market, "/why Z999")
    assert refusal.sentence.startswith("No pair that I watch has a zone Z999 now.")
    assert lines_of(refusal.keyboard) == [f"zones {BTC}", f"zones {ETH}", f"zones {SOL}"]


async def test_a_zone_that_is_gone_says_so_with_those_that_are_there_nearest_first(
    market: AskedMarket,
) -> None:
    refusal = await refused(market, "/why btc Z41")
    assert refusal.sentence == (
        "Z41 of BTC/USDT is not on the map any more: price went through it, or it faded into its "
        "surroundings. Its zones now: Z40, Z42, Z51."
    )
    whys = [f"why {BTC} Z40", f"why {BTC} Z42", f"why {BTC} Z51"]
    assert lines_of(refusal.keyboard) == [*whys, f"history {BTC} Z41"]


async def test_a_zone_whose_name_was_never_given_is_not_said_to_be_gone(market: AskedMarket) -> None:
    refusal = await refused(market, "/why btc Z52")
    assert refusal.sentence == "BTC/USDT has no zone Z52. Its zones now: Z40, Z42, Z51."
    assert (await refused(market, "/why sol Z1")).sentence == "SOL/USDT has no zone Z1. It has no zone now."


async def test_a_pair_alone_offers_its_zones(market: AskedMarket) -> None:
    refusal = await refused(market, "/why btc")
    assert refusal.sentence == "Which zone of BTC/USDT? For example /why BTC Z40, or tap one below."
    assert lines_of(refusal.keyboard)[0] == f"why {BTC} Z40"
    assert "It has none now" in (await refused(market, "/why sol")).sentence


async def test_nothing_alone_offers_pairs(market: AskedMarket) -> None:
    refusal = await refused(market, "/why")
    assert "Which pair?" in refusal.sentence
    assert lines_of(refusal.keyboard) == [f"why {BTC}", f"why {ETH}", f"why {SOL}"]


async def test_a_near_miss_of_the_pair_keeps_the_zone(market: AskedMarket) -> None:
    assert (await refused(market, "/why btcc z42")).sentence == f"why {BTC} Z42"


async def test_two_zones_are_one_too_many(market: AskedMarket) -> None:
    assert "One zone at a time, please: Z42 or Z40?" in (await refused(market, "/why btc z42 z40")).sentence


async def test_a_venue_or_a_window_is_not_silently_ignored(market: AskedMarket) -> None:
    text = (await say(market, "/why btc okx 24h z42")).text
    assert text.startswith("Zones are of all venues together; the answer says what each venue holds of it.")
    assert "a window (24h) changes only the map" in text


async def test_what_the_buttons_under_an_answer_ask(market: AskedMarket) -> None:
    answer = await say(market, "/why btc z42")
    others = [f"zones {BTC}", f"map {BTC}", f"model {BTC}"]
    assert lines_of(answer.keyboard) == [f"cascade {BTC} Z42", f"history {BTC} Z42", *others]
    for line in lines_of(answer.keyboard):
        assert _command_of(Asking(str(line), ADA, "private", 7, tapped=1)) in COMMANDS


async def test_the_model_is_told_with_buttons_for_pairs(market: AskedMarket) -> None:
    answer = await say(market, "/model")
    assert "How a map is made" in answer.text
    assert "Measured" in answer.text
    assert lines_of(answer.keyboard) == [f"model {BTC}", f"model {ETH}", f"model {SOL}"]


async def test_what_is_believed_of_a_pair_on_all_venues_and_on_one(market: AskedMarket) -> None:
    everywhere = without_markup((await say(market, "/model btc")).text)
    assert everywhere.startswith("BTC/USDT · what the model believes now")
    assert [name for name in ("Binance", "OKX", "Bybit") if f"\n{name}\n" in everywhere] == [
        "Binance",
        "OKX",
        "Bybit",
    ]
    one = without_markup((await say(market, "модель btc окх")).text)
    assert "\nOKX\n" in one
    assert "\nBinance\n" not in one


async def test_the_model_of_a_venue_needs_a_pair(market: AskedMarket) -> None:
    refusal = await refused(market, "/model okx")
    assert lines_of(refusal.keyboard)[0] == f"model {BTC} okx"


async def test_the_model_has_no_window(market: AskedMarket) -> None:
    assert "one model for all windows" in (await say(market, "/model btc 24h")).text


@pytest.mark.parametrize("line", ["/why btc z42", "/model", "/model btc"])
async def test_everybody_in_a_group_may_ask(market: AskedMarket, line: str) -> None:
    assert (await say(market, line, GROUP, "supergroup")).text


async def test_zones_come_with_their_whys_most_contrast_first(market: AskedMarket) -> None:
    answer = await say(market, "/zones btc")
    assert [key.text for key in answer.keyboard[2]] == ["Why Z42?", "Why Z40?", "Why Z51?"]
    assert lines_of(answer.keyboard[2:])[0] == f"why {BTC} Z42"


@pytest.mark.parametrize("symbol", [BTC, PEPE])
def test_every_button_fits_into_what_telegram_allows(symbol: str) -> None:
    names = [f"Z{number}" for number in range(99_990, 99_999)]
    boards = (
        zones_keyboard(symbol, None, names),
        alert_keyboard(symbol, 123_456, "Z99999"),
    )
    for board in (*boards, why_keyboard(symbol, "Z99999"), history_keyboard(symbol, "Z99999", is_there=True)):
        assert all(len(one.data.encode()) <= LONGEST_DATA for row in board for one in row)
        assert max(map(len, board)) <= 3
    assert sum("Why" in one.text for row in boards[0] for one in row) == 6
    assert [one.text for row in boards[1] for one in row] == [
        "Map",
        "Zones",
        "Why Z99999?",
        "Snooze 1 h",
        "Switch this alert off",
    ]


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("/liquidations btc", (BTC, "24h", None)),
        ("/liquidations 7d eth okx", (ETH, "7d", "okx")),
        ("ликвидации BTC бинанс 3д", (BTC, "3d", "binance")),
        ("liquidaciones sol", (SOL, "24h", None)),
        ("爆仓 BTC 90d", (BTC, "90d", None)),
        ("清算 BTC", (BTC, "24h", None)),
    ],
)
async def test_liquidations_are_asked_for_in_any_order_and_language(
    market: AskedMarket, line: str, asked: tuple[str, str, str | None]
) -> None:
    answer = await say(market, line)
    assert market.asked == [asked]
    assert without_markup(answer.text).splitlines()[0].endswith("· liquidations")


async def test_what_the_buttons_under_liquidations_ask(market: AskedMarket) -> None:
    answer = await say(market, "/liquidations btc 3d okx")
    lines = [f"liquidations {BTC} 3d okx", f"liquidations {BTC} 7d okx", f"map {BTC} okx", f"model {BTC} okx"]
    assert lines_of(answer.keyboard) == lines
    assert all(len(one.data.encode()) <= LONGEST_DATA for row in answer.keyboard for one in row)


async def test_liquidations_of_no_pair_offer_pairs(market: AskedMarket) -> None:
    refusal = await refused(market, "/liquidations okx")
    assert refusal.sentence.startswith("Which pair? For example /liquidations BTC")
    assert lines_of(refusal.keyboard)[0] == f"liquidations {BTC} okx"


async def test_liquidations_of_longer_than_they_are_kept_are_refused(market: AskedMarket) -> None:
    refusal = await refused(market, "/liquidations btc 180d")
    assert refusal.sentence == (
        "Liquidations are kept for 90 d, so 180d is not there. 12h, 24h, 3d, 7d, 30d, 90d are."
    )
    assert lines_of(refusal.keyboard)[-1] == f"liquidations {BTC} 90d"
