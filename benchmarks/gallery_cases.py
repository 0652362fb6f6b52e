"""What the gallery shows: usual pictures, and the cases that pictures break on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from gallery_markets import Pair

from bot.charts.bar_map.drawn import map_drawn
from bot.charts.heatmap.drawn import heat_drawn
from bot.charts.stacked_maps.compare_drawn import compare_drawn
from bot.charts.stacked_maps.evolution_drawn import evolution_drawn
from bot.liquidation.comparison import Compared, Comparison
from bot.liquidation.evolution import EVOLUTION_WINDOWS, Evolution, evolution_of
from bot.liquidation.expiry import Expiry
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.pair_heat import heat_of
from bot.liquidation.reported_orders import ReportedOrders
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import Funding
from bot.liquidation.told_zones import edges_to_show
from bot.liquidation.windows import ALL, WINDOWS
from bot.liquidation.zone import Zone
from bot.look import Drawing, Look, Overlay, Stack

HANDLE = "@liquidation_maps_bot"
LATE_MS = 40 * 60_000
USUAL = Drawing()
OVERLAID = Drawing(overlays=frozenset(Overlay))


@dataclass(frozen=True)
class Case:
    """One picture but for its look: its numbers, and how they are drawn."""

    kind: str
    name: str
    drawn: Callable[[], object]
    drawing: Drawing = USUAL

    def drawing_in(self, look: Look) -> Drawing:
        return replace(self.drawing, look=look)


def map_case(name: str, shown: Snapshot, stack: Stack = Stack.TIER) -> Case:
    return Case("map", name, lambda: map_drawn(shown, stack, handle=HANDLE), Drawing(stack=stack))


def heat_case(
    name: str,
    shown: Snapshot,
    history: HeatHistory,
    drawing: Drawing = OVERLAID,
    reported: ReportedOrders | None = None,
) -> Case:
    told = reported or ReportedOrders(int(history.stamp_ms[0]), int(history.stamp_ms[-1]), (), ())
    return Case("heatmap", name, lambda: heat_drawn(shown, history, told, drawing, HANDLE), drawing)


def usual_cases(coin: Pair, other: Pair, dated: Pair) -> list[Case]:
    """As people see them, on three venues."""
    day = coin.shown("24h")
    alone = coin.shown("24h", ("okx",))
    return [
        map_case("usual", coin.shown()),
        map_case("by-venue", coin.shown(), Stack.VENUE),
        map_case("24h", day),
        map_case("one-venue", alone),
        map_case("12h", coin.shown("12h")),
        map_case("as-it-was", replace(coin.shown(), was=True)),
        heat_case("24h", day, _heat(coin, day, "24h"), USUAL, coin.reported(_heat(coin, day, "24h"))),
        heat_case("7d", coin.shown("7d"), _heat(coin, coin.shown("7d"), "7d")),
        heat_case("12h", coin.shown("12h"), _heat(coin, coin.shown("12h"), "12h"), Drawing(contrast=1)),
        heat_case("30d", coin.shown("30d"), _heat(coin, coin.shown("30d"), "30d"), Drawing(contrast=5)),
        Case("evolution", "usual", lambda: evolution_drawn(_evolution(coin), HANDLE)),
        Case("compare", "venues", lambda: compare_drawn(_venues(coin), HANDLE)),
        Case("compare", "coins", lambda: compare_drawn(_two(coin.shown(), other.shown()), HANDLE)),
        Case("compare", "dated", lambda: compare_drawn(_two(coin.shown(), _dated(dated)), HANDLE)),
    ]


def year_cases(pair: Pair) -> list[Case]:
    year = pair.shown("1y")
    return [map_case("1y", year), heat_case("1y", year, _heat(pair, year, "1y"))]


def real_cases(pair: Pair, name: str) -> list[Case]:
    week = pair.shown("7d")
    return [
        map_case(name, pair.shown()),
        heat_case(name, week, _heat(pair, week, "7d"), Drawing()),
        Case("evolution", name, lambda: evolution_drawn(_evolution(pair), HANDLE)),
    ]


def awkward_cases(pair: Pair) -> list[Case]:
    shown = pair.shown("3d")
    heat = _heat(pair, shown, "3d")
    made: list[tuple[str, Snapshot, HeatHistory]] = [
        ("one-sided", _without(shown, Side.SHORT), _cooled(heat, Side.SHORT)),
        ("empty", _without(_without(shown, Side.SHORT), Side.LONG), _cooled(heat, Side.SHORT, Side.LONG)),
        ("1e-6", *_priced(shown, heat, 1.2345678e-6, "1000000MOG/USDT:USDT")),
        ("100000", *_priced(shown, heat, 104_250.0, "BTC/USDT:USDT")),
        ("long-names", *_long_names(shown, heat)),
        ("stale", _stale(shown), heat),
        ("eight-zones", replace(shown, zones=_eight(shown)), heat),
    ]
    filtered = Selection(leverage=frozenset({2, 3}), side=Side.LONG)
    cases = [map_case("filtered", shown.selected(filtered))]
    for name, snapshot, history in made:
        cases += [map_case(name, snapshot), map_case(f"{name}-venues", snapshot, Stack.VENUE)]
        cases.append(heat_case(name, snapshot, history))
        day = replace(snapshot.found, window="24h")
        evolution = evolution_of(snapshot, (day, snapshot.found), ("30d",))
        cases.append(Case("evolution", name, lambda found=evolution: evolution_drawn(found, HANDLE)))  # type: ignore[misc]
        both = _two(snapshot, shown)
        cases.append(Case("compare", name, lambda found=both: compare_drawn(found, HANDLE)))  # type: ignore[misc]
    return cases


def _heat(pair: Pair, shown: Snapshot, window: str) -> HeatHistory:
    whole = pair.model.map([one.venue for one in shown.found.venues])
    return heat_of(pair.model, whole, window, shown.selection, edges_to_show(shown))


def _evolution(pair: Pair) -> Evolution:
    return evolution_of(pair.shown(), [pair.shown(window).found for window in EVOLUTION_WINDOWS], ())


def _venues(pair: Pair) -> Comparison:
    names = sorted(pair.model.inventories)[:2]
    return _two(*(pair.shown(ALL, (name,)) for name in names))


def _two(first: Snapshot, second: Snapshot) -> Comparison:
    return Comparison(_funded(first, 1e-4), _funded(second, -2.5e-5))


def _dated(pair: Pair) -> Snapshot:
    """With the day that it ends on."""
    shown = pair.shown()
    return replace(shown, found=replace(shown.found, expiry=Expiry(shown.now_ms + 51 * WINDOWS["24h"])))


def _funded(shown: Snapshot, rate: float) -> Compared:
    funding = Funding(rate, 8 * 3_600_000, None, shown.now_ms)
    return Compared(shown, tuple((one.venue, funding) for one in shown.found.venues[:1]))


def _without(shown: Snapshot, side: Side) -> Snapshot:
    """As if nothing were open on a side."""
    venues = []
    for venue in shown.found.venues:
        mass = venue.mass.copy()
        mass[side] = 0.0
        venues.append(replace(venue, mass=mass))
    zones = tuple(zone for zone in shown.zones if zone.side is not side)
    return replace(shown, found=replace(shown.found, venues=tuple(venues)), zones=zones)


def _cooled(heat: HeatHistory, *sides: Side) -> HeatHistory:
    quantity = heat.quantity.copy()
    quantity[list(sides)] = 0.0
    return replace(heat, quantity=quantity)


def _priced(shown: Snapshot, heat: HeatHistory, price: float, symbol: str) -> tuple[Snapshot, HeatHistory]:
    """The same at another price, so that the same money is open."""
    times = price / shown.found.price
    venues = tuple(
        replace(
            venue,
            price=venue.price * times,
            mass=venue.mass / times,
            open_interest_base=venue.open_interest_base / times,
        )
        for venue in shown.found.venues
    )
    found = replace(shown.found, symbol=symbol, price=price, venues=venues)
    zones = tuple(
        replace(
            zone,
            low=zone.low * times,
            high=zone.high * times,
            peak=zone.peak * times,
            mass_base=zone.mass_base / times,
        )
        for zone in shown.zones
    )
    tick = 10.0 ** np.floor(np.log10(price) - 5)
    moved = replace(
        heat, edges=heat.edges * times, quantity=heat.quantity / times, candles=heat.candles * times
    )
    return replace(shown, found=found, zones=zones, tick_size=float(tick)), moved


def _long_names(shown: Snapshot, heat: HeatHistory) -> tuple[Snapshot, HeatHistory]:
    names = ("hyperliquid-perpetuals", "deribit-linear-usdc", "a-venue-of-a-long-name")
    venues = tuple(
        replace(venue, venue=name, market_id="1000000MOGDOGECOIN-USDT-261225")
        for venue, name in zip(shown.found.venues, names, strict=False)
    )
    symbol = "1000000MOGDOGECOIN/USDT:USDT-261225"
    missing = ("binance", "okx", "bybit", "gate")
    found = replace(shown.found, symbol=symbol, venues=venues, missing=missing, reasons={})
    return replace(shown, found=found), replace(heat, venues=names)


def _stale(shown: Snapshot) -> Snapshot:
    """One venue late by 40 minutes, where there are several."""
    first, *rest = shown.found.venues
    late = replace(first, as_of_ms=first.as_of_ms - LATE_MS, open_interest_ms=first.as_of_ms - 2 * LATE_MS)
    found = replace(shown.found, venues=(late, *rest), late=frozenset({late.venue}))
    return replace(shown, found=found)


def _eight(shown: Snapshot) -> tuple[Zone, ...]:
    """Four a side where most is, apart from each other."""
    zones = []
    for side in Side:
        for at in range(4):
            near, far = 0.012 + 0.017 * at, 0.018 + 0.017 * at
            low, high = sorted(shown.found.price * (1 + side.sign * edge) for edge in (near, far))
            mass = shown.found.mass_to(side, high if side is Side.SHORT else low) / (at + 2)
            mix = (0.1, 0.2, 0.3, 0.4)
            name = f"Z{100 + 4 * side + at}"
            zones.append(Zone(name, side, low, high, (low + high) / 2, mass, 20.0 * (at + 1), 2.0, mix, 0))
    return tuple(zones)
