"""/map and /zones with filters, look and buttons; taps that redraw a picture in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from telegram import Chat, Message, PhotoSize
from told_room import ADA, BTC, GROUP, HOME, Scene, ToldMarket, ToldMembers

from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.landmarks import Landmark
from bot.liquidation.liquidation_map import DISTANCE_BINS, LiquidationMap, VenueMap
from bot.liquidation.reported_orders import ReportedOrders
from bot.liquidation.selection import EVERYTHING, Selection
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band, Zone
from bot.look import Drawing, Look, Overlay, PaletteName, Stack, Theme
from bot.store.database import Database
from bot.telegram.gateway import _asking, _fresh_for
from bot.telegram.media import MediaKind
from bot.telegram.room import Room
from bot.wording.buttons import key, line_of, rows
from bot.wording.refusal import Refusal

NOW_MS = 1_791_158_400_000
HIGH = Zone("Z42", Side.SHORT, 103, 104, 103.5, 9.0, 60.0, 2.0, (0.1, 0.1, 0.7, 0.1), NOW_MS - 60_000)
LOW = Zone("Z37", Side.LONG, 96, 97, 96.5, 4.0, 10.0, 2.0, (0.9, 0.1, 0.0, 0.0), NOW_MS - 60_000)


class PictureMarket(ToldMarket):
    """Two venues, nothing above 50x, a zone of each side; remembers what was drawn."""

    def __init__(self) -> None:
        self.drawn: list[tuple[Snapshot, Drawing]] = []
        self.asked: list[tuple[str, str | None]] = []
        self.windows: list[str] = []  # of heatmaps
        self.reported: list[ReportedOrders] = []

    def refuse(self, window: str) -> None:
        if window == "1y":
            keys = (key("12h", f"map {BTC} 12h"), key("everything", f"map {BTC} okx"))
            raise Refusal("1y cannot be drawn", rows(keys))

    async def view(self, symbol: str, window: str = "all", venue: str | None = None) -> Snapshot:
        self.asked.append((window, venue))
        self.refuse(window)
        mass = np.ones((2, 4, DISTANCE_BINS))
        mass[:, 3] = 0.0
        shares = tuple(
            VenueMap(name, "X", 100.0, NOW_MS, 1000.0, 0.004, mass)
            for name in ("binance", "okx")
            if venue in (None, name)
        )
        return Snapshot(LiquidationMap(symbol, 100.0, window, shares), (HIGH, LOW), 0.1, NOW_MS)

    async def view_at(
        self, symbol: str, at_ms: int, window: str = "all", venue: str | None = None
    ) -> Snapshot:
        return replace(await self.view(symbol, window, venue), now_ms=at_ms, was=True)

    async def crosschecks(self, shown: Snapshot) -> Crosschecks:
        assert not shown.was
        return Crosschecks()

    async def landmarks(self, shown: Snapshot) -> tuple[Landmark, ...]:
        assert not shown.was
        return ()

    async def picture(self, shown: Snapshot, drawing: Drawing | None = None) -> bytes:
        assert drawing is not None
        self.drawn.append((shown, drawing))
        return b"png"

    async def heat(self, shown: Snapshot, window: str) -> HeatHistory:
        self.windows.append(window)
        self.refuse(window)
        edges = np.linspace(90.0, 110.0, 5)
        stamps = np.arange(1, 3) * 900_000 + NOW_MS
        opened = np.ones((2, 4, 2))
        nothing = np.zeros(4)
        return HeatHistory(
            ("okx",), window, 900_000, stamps, NOW_MS, edges, opened, np.full((2, 4), 100.0), nothing
        )

    async def heat_picture(
        self,
        shown: Snapshot,
        history: HeatHistory,
        reported: ReportedOrders,
        drawing: Drawing | None = None,
    ) -> bytes:
        assert drawing is not None
        assert reported is self.reported[-1]
        self.drawn.append((shown, drawing))
        return b"heat"

    async def reported_orders(self, shown: Snapshot, history: HeatHistory) -> ReportedOrders:
        self.reported.append(await super().reported_orders(shown, history))
        return self.reported[-1]


@pytest.fixture
def market() -> PictureMarket:
    return PictureMarket()


@pytest.fixture
async def scene(sqlite_url: str, market: PictureMarket) -> AsyncIterator[Scene]:
    database = Database.open(sqlite_url)
    yield Scene(Room(market, database, ToldMembers(), "somebot", 0))
    await database.close()


async def test_filters_and_look_reach_the_drawing(scene: Scene, market: PictureMarket) -> None:
    answer = await scene.say("/map btc 7d okx 50x shorts high by venue light exchange")
    shown, drawing = market.drawn[-1]
    assert shown.selection == Selection(frozenset({2}), Side.SHORT, Band.HIGH)
    assert [zone.id for zone in shown.zones] == ["Z42"]
    assert drawing == Drawing(Look(PaletteName.EXCHANGE, Theme.LIGHT), Stack.VENUE)
    assert market.asked == [("7d", "okx")]
    assert answer.media is not None
    assert answer.media.kind is MediaKind.PHOTO


async def test_the_chats_own_look_holds_where_nothing_is_said(scene: Scene, market: PictureMarket) -> None:
    await scene.say("/palette colour-blind")
    await scene.say("/theme light")
    await scene.say("/map btc")
    await scene.say("/map btc dark")
    looks = [drawing.look for _, drawing in market.drawn]
    assert looks == [Look(PaletteName.COLOUR_BLIND, Theme.LIGHT), Look(PaletteName.COLOUR_BLIND, Theme.DARK)]


async def test_a_plain_map_shows_everything(scene: Scene, market: PictureMarket) -> None:
    answer = await scene.say("/map btc")
    shown, drawing = market.drawn[-1]
    assert (shown.selection, drawing) == (EVERYTHING, Drawing())
    asked = [line_of(one.data) for row in answer.keyboard for one in row]
    assert f"again {BTC}" in asked
    assert f"why {BTC} Z37" in asked


async def test_full_quality_is_a_file_without_buttons(scene: Scene, market: PictureMarket) -> None:
    answer = await scene.say("/map btc 24h full")
    assert market.drawn[-1][1] == Drawing(full=True)
    assert answer.media is not None
    assert (answer.media.kind, answer.media.name) == (MediaKind.DOCUMENT, "BTC-USDT-24h.png")
    assert (answer.keyboard, answer.in_place) == ((), False)


async def test_a_selection_that_leaves_nothing_is_one_sentence(scene: Scene, market: PictureMarket) -> None:
    with pytest.raises(Refusal, match="Nothing of BTC/USDT is left with these filters") as refused:
        await scene.say("/map btc 100x light")
    assert [line_of(one.data) for row in refused.value.keyboard for one in row] == [f"map {BTC} light"]
    assert market.drawn == []
    with pytest.raises(Refusal, match="Nothing of BTC/USDT"):
        await scene.say("/zones btc extreme")


async def test_zones_are_filtered_too(scene: Scene) -> None:
    assert "Z42" in (await scene.say("/zones btc")).text
    assert "Z37" in (await scene.say("/zones btc")).text
    answer = await scene.say("/zones btc longs")
    assert "Z37" in answer.text
    assert "Z42" not in answer.text
    assert answer.text.startswith("<b>BTC/USDT · zones · all open · only longs</b>")
    assert line_of(answer.keyboard[0][0].data) == f"map {BTC} long"


@pytest.mark.parametrize("words", ["50x", "longs", "light", "high", "at 12:00", "full"])
async def test_scheduled_maps_are_whole(scene: Scene, words: str) -> None:
    with pytest.raises(Refusal, match="shows all of the map"):
        await scene.say(f"/schedule btc every 4h {words}")


@pytest.mark.parametrize("line", ["/map btc 7d at 2026-02-05 12:00 longs", "/zones btc 5 feb 2026 12:00"])
async def test_a_map_and_its_zones_as_they_were(scene: Scene, market: PictureMarket, line: str) -> None:
    answer = await scene.say(line)
    assert "as it was at 2026-02-05 12:00 utc" in answer.text.partition("\n")[0].lower()
    for shown, _ in market.drawn:
        assert (shown.now_ms, shown.was, shown.found.window) == (1_770_292_800_000, True, "7d")
        carried = [line_of(one.data) or "" for row in answer.keyboard for one in row]
        assert f"redraw {BTC} 24h 20260205T1200 long" in carried
        assert f"redraw {BTC} 7d long" in carried  # now


async def test_a_heatmap_has_filters_overlays_and_contrast(scene: Scene, market: PictureMarket) -> None:
    answer = await scene.say("/heatmap btc 3d okx 50x shorts volume ma contrast 5 light")
    shown, drawing = market.drawn[-1]
    assert shown.selection == Selection(frozenset({2}), Side.SHORT)
    assert drawing == Drawing(Look(theme=Theme.LIGHT), overlays=frozenset(Overlay), contrast=5)
    assert (market.asked, market.windows) == ([("all", "okx")], ["3d"])
    assert len(market.reported) == 1  # dots and sums are of one answer
    assert "heatmap · 3d · only shorts · leverage 25–50x" in answer.text
    carried = [line_of(one.data) for row in answer.keyboard for one in row]
    assert f"again heat {BTC} 3d okx 50x short vol ma c5 light" in carried


async def test_a_heatmap_without_a_window_is_of_the_usual_one(scene: Scene, market: PictureMarket) -> None:
    answer = await scene.say("/heatmap btc")
    assert market.windows == ["24h"]
    carried = {one.text: line_of(one.data) for row in answer.keyboard for one in row}
    assert carried["Map"] == f"redraw {BTC}"
    full = await scene.say("/heatmap btc full")
    assert full.media is not None
    assert full.media.name == "BTC-USDT-24h.png"


async def test_a_heatmap_ends_now(scene: Scene, market: PictureMarket) -> None:
    with pytest.raises(Refusal, match="it ends now") as refused:
        await scene.say("/heatmap btc 3d at 2026-02-05 12:00 50x")
    assert [line_of(one.data) for row in refused.value.keyboard for one in row] == [
        f"map {BTC} 3d 20260205T1200 50x",
        f"heatmap {BTC} 3d 50x",
    ]
    with pytest.raises(Refusal, match="Nothing of BTC/USDT is left"):
        await scene.say("/heatmap btc 100x")
    assert market.drawn == []


@pytest.mark.parametrize(
    ("line", "carried"),
    [
        ("/map btc 1y 50x light", [f"map {BTC} 12h 50x light", f"map {BTC} okx 50x light"]),
        ("/heatmap btc 1y 50x ma", [f"heatmap {BTC} 12h 50x ma"]),
    ],
)
async def test_windows_that_can_be_drawn_are_offered_in_the_same_words(
    scene: Scene, line: str, carried: list[str]
) -> None:
    with pytest.raises(Refusal, match="cannot be drawn") as refused:
        await scene.say(line)
    assert [line_of(one.data) for row in refused.value.keyboard for one in row] == carried


async def test_what_only_a_heatmap_has_is_said_under_a_map(scene: Scene) -> None:
    note = "Volume, average and contrast are of the heatmap only."
    assert note in (await scene.say("/map btc volume")).text
    assert note in (await scene.say("/map btc contrast 2")).text
    assert note not in (await scene.say("/map btc light")).text
    assert note not in (await scene.ask_by_button(f"map {BTC} vol", HOME, "private")).text  # from a heatmap
    await scene.say("/language ru")
    assert "только у тепловой карты" in (await scene.say("/map btc volume")).text


def message(photo: bool = True, sent: datetime | None = None, edited: datetime | None = None) -> Message:
    return Message(
        7,
        sent or datetime(2026, 10, 4, tzinfo=UTC),
        Chat(ADA, "private"),
        photo=(PhotoSize("f", "u", 10, 10),) if photo else (),
        edit_date=edited,
    )


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        (f"redraw {BTC} 24h", f"map {BTC} 24h"),
        (f"again {BTC}", f"map {BTC}"),
        (f"redraw heat {BTC} 7d vol", f"heat {BTC} 7d vol"),
        (f"again heat {BTC}", f"heat {BTC}"),
        ("redraw MAP/USDT:USDT", "map MAP/USDT:USDT"),
        ("redraw HEAT/USDT:USDT 24h", "map HEAT/USDT:USDT 24h"),
    ],
)
def test_a_redraw_asks_for_the_picture_it_names_in_its_place(line: str, asked: str) -> None:
    asking = _asking(message(), line, None, tapped=True)
    assert (asking.line, asking.redraw, asking.tapped) == (asked, True, 7)
    assert not _asking(message(photo=False), line, None, tapped=True).redraw
    assert _asking(message(), line, None).line == line


@pytest.mark.parametrize(("age", "left"), [(0.5, 10), (3.2, 7), (9.9, 1), (10, 0), (3600, 0), (-60, 0)])
def test_a_new_picture_is_fresh_for_some_seconds(age: float, left: int) -> None:
    now = datetime(2026, 10, 4, 12, tzinfo=UTC)
    came, long_ago = now - timedelta(seconds=age), now - timedelta(days=1)
    assert _fresh_for(message(sent=came), now) == left
    assert _fresh_for(message(sent=long_ago, edited=came), now) == left
    assert _fresh_for(message(sent=long_ago), now) == 0


async def test_a_map_comes_in_the_look_and_the_language_of_the_place(
    scene: Scene, market: PictureMarket
) -> None:
    english = (await scene.say("/map BTC", GROUP, "supergroup")).text
    for line in ("/palette exchange", "/theme light", "/language ru"):
        await scene.say(line, GROUP, "supergroup")
    russian = (await scene.say("/map BTC", GROUP, "supergroup")).text
    assert market.drawn[-1][1].look == Look(PaletteName.EXCHANGE, Theme.LIGHT)
    assert russian != english
    assert "ликвидац" in russian.lower()
    await scene.say("/map BTC dark", GROUP, "supergroup")
    assert market.drawn[-1][1].look == Look(PaletteName.EXCHANGE, Theme.DARK)
    assert (await scene.say("/map BTC")).text == english
    assert market.drawn[-1][1].look == Look()
