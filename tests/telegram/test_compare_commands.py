"""/compare and /evolution from a chat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import numpy as np
import pytest
from told_room import ADA, BTC, ETH, HOME, Scene, ToldMarket, ToldMembers

from bot.liquidation.comparison import Comparison
from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.evolution import Evolution
from bot.liquidation.expiry import Expiry
from bot.liquidation.liquidation_map import DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import Funding, Surroundings
from bot.look import Drawing, Look, PaletteName, Theme
from bot.store.database import Database
from bot.telegram.asking import Asking
from bot.telegram.commands.table import COMMANDS
from bot.telegram.media import MediaKind
from bot.telegram.room import Room
from bot.telegram.vocabulary import PICTURE_COMMANDS
from bot.wording.buttons import Keyboard, key, line_of, rows, window_keyboard
from bot.wording.plain import without_markup
from bot.wording.refusal import Refusal

NOW_MS = 1_791_158_400_000
MARCH, JUNE = "BTC/USDT:USDT-270326", "BTC/USDT:USDT-270625"
LONG_COIN = "1000000BABYDOGE/USDT:USDT"
OPEN = {"binance": 5_000.0, "okx": 2_000.0, "bybit": 3_000.0}
LONGS_PAY = Funding(0.0001, 28_800_000, None, NOW_MS)


class PairedMarket(ToldMarket):
    """BTC with two dated contracts, ETH, and a coin that Bybit alone lists; remembers what was drawn."""

    def __init__(self) -> None:
        self.compared: list[tuple[Comparison, Drawing]] = []
        self.evolved: list[tuple[Evolution, Drawing]] = []
        self.covered: tuple[str, ...] = ("24h", "3d", "7d", "30d")
        self.listed: tuple[str, ...] = (MARCH, JUNE)

    def find(self, typed: str, ask: Callable[[str], str]) -> tuple[str, str | None]:
        known = {"BTC": BTC, "BTCUSDT": BTC, "ETH": ETH, "BABYDOGE": LONG_COIN, "BTC-270326": MARCH}
        symbol = known.get(typed.upper(), typed)
        if typed == "OKX:BTC":
            return BTC, "okx"
        if symbol not in (*known.values(), JUNE):
            raise Refusal(f"No market {typed}", rows((key("BTC", ask(BTC)),)))
        return symbol, None

    def dated_contracts(self, symbol: str) -> tuple[str, ...]:
        return self.listed if symbol.startswith("BTC/") else ()

    async def view(self, symbol: str, window: str = "all", venue: str | None = None) -> Snapshot:
        if window != "all" and window not in self.covered:
            raise Refusal(f"{window} cannot be drawn", window_keyboard(symbol, self.covered, venue))
        listed = ("bybit",) if symbol == LONG_COIN else tuple(OPEN)
        names = [name for name in listed if venue in (None, name)]
        if not names:
            raise Refusal(f"{venue} does not list {symbol}")
        shares = tuple(
            VenueMap(name, "X", 100.0, NOW_MS, OPEN[name], 0.004, np.ones((2, 4, DISTANCE_BINS)))
            for name in names
        )
        expiry = Expiry(NOW_MS + 86_400_000 * 90) if "-" in symbol else None
        found = LiquidationMap(symbol, 100.0, window, shares, expiry=expiry)
        return Snapshot(found, (), 0.1, NOW_MS)

    async def crosschecks(self, shown: Snapshot) -> Crosschecks:
        return Crosschecks(tuple(Surroundings(one.venue, LONGS_PAY) for one in shown.found.venues))

    async def comparison_picture(self, pair: Comparison, drawing: Drawing | None = None) -> bytes:
        assert drawing is not None
        self.compared.append((pair, drawing))
        return b"png"

    async def evolution_picture(self, found: Evolution, drawing: Drawing | None = None) -> bytes:
        assert drawing is not None
        self.evolved.append((found, drawing))
        return b"png"


@pytest.fixture
def market() -> PairedMarket:
    return PairedMarket()


@pytest.fixture
async def scene(sqlite_url: str, market: PairedMarket) -> AsyncIterator[Scene]:
    database = Database.open(sqlite_url)
    yield Scene(Room(market, database, ToldMembers(), "somebot", 0))
    await database.close()


def drawn(market: PairedMarket) -> list[tuple[str, tuple[str, ...], str]]:
    """Symbol, venues and window of each of the two that were drawn last."""
    pair, _ = market.compared[-1]
    founds = [one.found for one in pair.both]
    return [(one.symbol, tuple(share.venue for share in one.venues), one.window) for one in founds]


ALL_VENUES = ("binance", "okx", "bybit")


@pytest.mark.parametrize(("line", "first", "second"), [
    ("compare btc", (BTC, ("binance",)), (BTC, ("bybit",))),
    ("compare btc okx bybit", (BTC, ("okx",)), (BTC, ("bybit",))),
    ("compare btc okx vs binance", (BTC, ("okx",)), (BTC, ("binance",))),
    ("compare btc okx", (BTC, ("okx",)), (BTC, ("binance",))),
    ("compare btc binance", (BTC, ("binance",)), (BTC, ("bybit",))),
    ("compare OKX:BTC bybit", (BTC, ("okx",)), (BTC, ("bybit",))),
    ("compare btc eth", (BTC, ALL_VENUES), (ETH, ALL_VENUES)),
    ("сравни btc и eth окх", (BTC, ("okx",)), (ETH, ("okx",))),
    ("compare btc eth okx bybit", (BTC, ("okx",)), (ETH, ("bybit",))),
    ("compare btc btc-270326", (BTC, ALL_VENUES), (MARCH, ALL_VENUES)),
    ("compare btc perp march", (BTC, ALL_VENUES), (MARCH, ALL_VENUES)),
    ("compare btc perp june okx", (BTC, ("okx",)), (JUNE, ("okx",))),
])  # fmt: skip
async def test_what_is_compared(
    scene: Scene,
    market: PairedMarket,
    line: str,
    first: tuple[str, tuple[str, ...]],
    second: tuple[str, tuple[str, ...]],
) -> None:
    await COMMANDS["compare"](scene.room, Asking(line, HOME, "private", ADA))
    assert drawn(market) == [(*first, "all"), (*second, "all")]


async def test_window_filters_and_look(scene: Scene, market: PairedMarket) -> None:
    answer = await scene.say("compare btc okx bybit 24h longs light exchange")
    pair, drawing = market.compared[-1]
    assert drawn(market) == [(BTC, ("okx",), "24h"), (BTC, ("bybit",), "24h")]
    assert drawing.look == Look(PaletteName.EXCHANGE, Theme.LIGHT)
    for one in pair.both:
        assert one.shown.selection == Selection(side=Side.LONG)
        assert not one.found.profile[Side.SHORT].any()
    assert answer.media is not None
    assert answer.media.kind is MediaKind.PHOTO


async def test_full_quality_is_a_file(scene: Scene, market: PairedMarket) -> None:
    answer = await scene.say("compare btc full")
    assert market.compared[-1][1].full
    assert answer.media is not None
    assert answer.media.kind is MediaKind.DOCUMENT
    assert answer.media.name == "comparison.png"


async def test_funding_goes_with_each_but_a_dated_contract(scene: Scene, market: PairedMarket) -> None:
    await scene.say("compare btc btc-270326")
    pair, _ = market.compared[-1]
    assert pair.first.funding == tuple((name, LONGS_PAY) for name in ("binance", "bybit", "okx"))
    assert pair.second.funding == ()


async def refused(scene: Scene, line: str) -> tuple[str, list[str]]:
    with pytest.raises(Refusal) as found:
        await scene.say(line)
    return without_markup(found.value.sentence), lines_of(found.value.keyboard)


def lines_of(keyboard: Keyboard) -> list[str]:
    return [line_of(one.data) or "" for row in keyboard for one in row]


@pytest.mark.parametrize(("line", "sentence", "offered"), [
    ("compare", "Which pair", [f"compare {BTC}", f"compare {ETH}"]),
    ("compare btc btc", "“btc” is named twice", [f"compare {BTC}"]),
    ("compare btc okx okx", "“okx” is named twice", [f"compare {BTC}"]),
    ("compare btc BTCUSDT", "Both are BTC/USDT", [f"compare {BTC}"]),
    ("compare btc eth babydoge", "Two contracts at a time, please; there were 3",
     [f"compare {BTC} {ETH}", f"compare {BTC} {LONG_COIN}", f"compare {ETH} {LONG_COIN}"]),
    ("compare btc okx bybit binance", "Two venues at a time, please; there were 3",
     [f"compare {BTC} okx bybit", f"compare {BTC} okx binance", f"compare {BTC} bybit binance"]),
    ("compare babydoge", "only Bybit has a share", []),
    ("compare btc perp future", "Which dated contract of BTC/USDT? Listed now",
     [f"compare {BTC} {MARCH}", f"compare {BTC} {JUNE}"]),
    ("compare btc perp dec 24h", "ends in that month. Listed now",
     [f"compare {BTC} {MARCH} 24h", f"compare {BTC} {JUNE} 24h"]),
    ("compare eth perp dec", "No dated contract of ETH/USDT", [f"compare {ETH}"]),
    ("compare btc ehh okx 24h", "No market ehh", [f"compare btc {BTC} okx 24h"]),
    ("compare btc 180d", "180d cannot be drawn",
     [f"compare {BTC}{window}" for window in (" 24h", " 3d", " 7d", " 30d", "")]),
    ("compare btc eth okx 180d longs", "180d cannot be drawn",
     [f"compare {BTC} {ETH} okx{window} long" for window in (" 24h", " 3d", " 7d", " 30d", "")]),
    ("compare btc at 12:00", "/compare is of now", []),
])  # fmt: skip
async def test_what_cannot_be_compared(scene: Scene, line: str, sentence: str, offered: list[str]) -> None:
    said, lines = await refused(scene, line)
    assert sentence in said
    assert lines == offered


async def test_buttons_redraw_it_in_place(scene: Scene, market: PairedMarket) -> None:
    answer = await scene.say("compare btc okx bybit 24h light")
    lines = lines_of(answer.keyboard)
    for wanted in (
        f"redraw compare {BTC} okx bybit 3d light",
        f"redraw compare {BTC} okx bybit light",
        f"redraw compare {BTC} binance bybit 24h light",
        f"redraw compare {BTC} {MARCH} 24h light",
        f"map {BTC} 24h okx",
        f"map {BTC} 24h bybit",
        f"redraw compare {BTC} bybit okx 24h light",
        f"again compare {BTC} okx bybit 24h light",
    ):
        assert wanted in lines
    assert {"compare", "evolution"} <= PICTURE_COMMANDS


async def test_every_button_leads_somewhere(scene: Scene, market: PairedMarket) -> None:
    for line in ("compare btc", "compare btc eth", f"compare btc {MARCH} okx 24h", "evolution btc okx"):
        answer = await scene.say(line)
        for asked in lines_of(answer.keyboard):
            assert len(asked.encode()) <= 62
            words = asked.removeprefix("redraw ").removeprefix("again ")
            if words.split()[0] in ("compare", "evolution"):
                await scene.say(words)


async def test_what_is_tapped_is_put_in_place(scene: Scene) -> None:
    asking = Asking(f"compare {BTC} okx bybit", HOME, "private", ADA, tapped=7, redraw=True)
    assert (await COMMANDS["compare"](scene.room, asking)).in_place


async def test_long_names_keep_the_buttons_that_fit(scene: Scene) -> None:
    answer = await scene.say(f"compare {LONG_COIN} btc light longs")
    assert all(len(one.data.encode()) <= 64 for row in answer.keyboard for one in row)
    assert [one.text for row in answer.keyboard for one in row if one.text == "Refresh"]


async def test_a_dated_contract_on_two_venues_keeps_every_button(scene: Scene, market: PairedMarket) -> None:
    """Its symbol is carried as its expiry where both are too long."""
    answer = await scene.say(f"compare {BTC} {MARCH} okx bybit 24h light")
    asked = {one.text: line_of(one.data) or "" for row in answer.keyboard for one in row}
    assert asked["3d"] == f"redraw compare {BTC} 270326 okx bybit 3d light"
    assert asked["Other way round"] == f"redraw compare 270326 {BTC} bybit okx 24h light"
    assert asked["Refresh"] == f"again compare {BTC} 270326 okx bybit 24h light"
    await scene.say(asked["Other way round"].removeprefix("redraw "))
    turned, _ = market.compared[-1]
    told = [(one.found.symbol, one.found.venues[0].venue) for one in turned.both]
    assert told == [(MARCH, "bybit"), (BTC, "okx")]


async def test_a_typed_expiry_is_of_the_coin_beside_it(scene: Scene, market: PairedMarket) -> None:
    for line in (f"compare {BTC} 270326", f"compare {BTC} okx 270326 bybit", f"compare {JUNE} vs 270326"):
        await scene.say(line)
        assert market.compared[-1][0].second.found.symbol == MARCH
    said, _ = await refused(scene, "compare btc 271399")
    assert "271399" in said


# --- evolution ----------------------------------------------------------------------------------------------


async def test_an_evolution_of_three_windows(scene: Scene, market: PairedMarket) -> None:
    answer = await scene.say("evolution btc okx dark")
    found, drawing = market.evolved[-1]
    assert [one.window for one in found.maps] == ["24h", "3d", "30d"]
    assert {share.venue for one in found.maps for share in one.venues} == {"okx"}
    assert drawing.look.theme is Theme.DARK
    lines = lines_of(answer.keyboard)
    assert f"map {BTC} 3d okx" in lines
    assert f"again evolution {BTC} okx dark" in lines
    assert f"redraw evolution {BTC} dark" in lines


async def test_words_without_room_are_left_out_of_an_evolutions_buttons(scene: Scene) -> None:
    answer = await scene.say(f"evolution {LONG_COIN} bybit longs 10x,50x medium blind light")
    asked = {one.text: line_of(one.data) or "" for row in answer.keyboard for one in row}
    assert asked["Refresh"].startswith(f"again evolution {LONG_COIN} bybit 10,50x")
    assert asked["All venues"].startswith(f"redraw evolution {LONG_COIN} 10,50x long")


async def test_windows_that_are_not_covered_are_told(scene: Scene, market: PairedMarket) -> None:
    market.covered = ("24h", "3d")
    answer = await scene.say("evolution btc")
    found, _ = market.evolved[-1]
    assert [one.window for one in found.maps] == ["24h", "3d", "all"]
    assert found.not_covered == ("30d",)
    assert "30d" in without_markup(answer.text)


async def test_an_evolution_of_one_side(scene: Scene, market: PairedMarket) -> None:
    await scene.say("evolution btc shorts")
    found, _ = market.evolved[-1]
    for one in (*found.maps, found.whole.found):
        assert not one.profile[Side.LONG].any()
        assert one.profile[Side.SHORT].any()


async def test_a_window_is_left_aside_and_that_is_said(scene: Scene) -> None:
    answer = await scene.say("evolution btc 7d")
    assert "7d was left aside" in without_markup(answer.text)


@pytest.mark.parametrize(("line", "sentence"), [
    ("evolution", "Which pair"),
    ("evolution babydoge okx", "does not list"),
    ("evolution btc yesterday 12:00", "/evolution is of now"),
])  # fmt: skip
async def test_an_evolution_that_cannot_be_drawn(scene: Scene, line: str, sentence: str) -> None:
    said, _ = await refused(scene, line)
    assert sentence in said


async def test_a_share_of_a_zone_is_seen_from_the_price_now(scene: Scene, market: PairedMarket) -> None:
    await scene.say("evolution btc")
    found = market.evolved[-1][0]
    assert {one.price for one in found.maps} == {found.whole.found.price}
    assert replace(found.maps[0], window="all").profile.sum() > 0


@pytest.mark.parametrize(
    ("line", "left_aside"),
    [
        ("compare btc eth by venue", "by venue"),
        ("evolution btc by venue c4", "by venue, contrast 4"),
        ("compare btc okx bybit by venue", ""),
        ("compare btc eth light", ""),
        ("evolution btc", ""),
    ],
)
async def test_words_that_a_picture_cannot_follow_are_told(scene: Scene, line: str, left_aside: str) -> None:
    text = (await scene.say(line)).text
    assert ("left aside" in text) == bool(left_aside)
    if left_aside:
        assert text.splitlines()[1] == f"Not for this picture, so left aside: {left_aside}."
