"""Captions of maps in every language: never too long, never without the disclaimer, never mixed."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from told_maps import (
    AS_OF_MS,
    HOUR_MS,
    NOW_MS,
    TWO,
    plain_of,
    told_map,
    told_snapshot,
    units_of,
    wild_maps,
    zone,
)

from bot.language import Language
from bot.liquidation.absence import OtherBundle, ShortHistory
from bot.liquidation.comparison import Compared, Comparison
from bot.liquidation.crosschecks import Crosschecks
from bot.liquidation.evolution import evolution_of
from bot.liquidation.expiry import Expiry
from bot.liquidation.feed import Feed
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.landmarks import Landmark, LandmarkKind
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.reading import Gap, Imbalance, Reading, Steepness
from bot.liquidation.reported_orders import ReportedOrders, ReportingVenue
from bot.liquidation.selection import Selection
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.surroundings import Accounts, Funding, OrderBook, Surroundings
from bot.liquidation.windows import AGES_MS
from bot.liquidation.zone import Zone
from bot.liquidation.zone_event import ZoneEvent, ZoneEventKind
from bot.look import Overlay
from bot.wording.compare_text import compare_caption
from bot.wording.evolution_text import evolution_caption
from bot.wording.heatmap_text import heatmap_caption
from bot.wording.languages.chosen import phrases_of
from bot.wording.map_text import map_caption
from bot.wording.replay_text import replay_caption
from bot.wording.schedule_text import schedule_caption

LONGEST = 900
READING = Reading(
    "BTC/USDT:USDT",
    AS_OF_MS,
    97_240.0,
    0.004,
    steepness=(
        Steepness(Side.LONG, 95_000.0, 95_800.0, 1.9, 50.0, 0.3),
        Steepness(Side.SHORT, 98_500.0, 99_300.0, 2.7, 91.0, 0.45),
    ),
    gaps=(Gap(Side.LONG, 96_200.0, 96_900.0, 1.8, 0.08), Gap(Side.SHORT, 97_240.0, 97_900.0, 1.5, 0.1)),
    imbalance=(Imbalance(0.01, 30.0, 70.0, 12.0), Imbalance(0.05, 40.0, 60.0, 20.0)),
)
BOOK = OrderBook(((96_000.0, 20.0),), ((98_700.0, 30.0),), NOW_MS - 3_000)
FUNDING = Funding(0.0001, 8 * HOUR_MS, None, NOW_MS)
AROUND = Crosschecks(
    tuple(
        Surroundings(venue, Funding(rate, 8 * HOUR_MS, None, NOW_MS - 12_000), Accounts(0.6, NOW_MS), BOOK)
        for venue, rate in (("binance", 0.0001), ("okx", -0.0000001), ("bybit", 0.0))
    ),
    tuple(Landmark(kind, 98_610.0 + kind) for kind in LandmarkKind),
)
NAMES = re.compile(
    r"BTC/USDT(?::USDT)?|BTC|Binance|OKX|Bybit|Gate|Bitget|Deribit|1000BTC|Z\d+|UTC|/why|“[^”]*”|«[^»]*»|\d+x"
)


def full_map() -> LiquidationMap:
    """Everything that a caption may have to say of a map at once."""
    return replace(
        told_map("BTC/USDT:USDT-260327", missing=("gate", "bitget", "deribit"), window="30d"),
        reasons={
            "gate": ShortHistory(6 * HOUR_MS),
            "bitget": ShortHistory(6 * HOUR_MS, 0.4),
            "deribit": OtherBundle("1000BTC/USDT:USDT"),
        },
        ages=tuple(zip(AGES_MS, (0.34, 0.75, 0.751), strict=True)),
        late=frozenset({"okx", "bybit"}),
        doubted={"gate": 0.04},
        expiry=Expiry(NOW_MS + 50 * HOUR_MS, 0.03),
        loading={"okx": 0.4},
    )


def eight() -> tuple[Zone, ...]:
    return tuple(
        zone(side, 97_240 * (1 + at), 97_240 * (1 + at) + 200, zone_id=f"Z{10 * side + number}")
        for side in Side
        for number, at in enumerate(side.sign * step / 60 for step in range(1, 5))
    )


def other_pictures(shown: Snapshot, language: Language) -> list[str]:
    """The captions of everything that is no map."""
    end_ms = shown.now_ms
    history = HeatHistory(
        venues=tuple(share.venue for share in shown.found.venues),
        window="7d",
        span_ms=HOUR_MS,
        stamp_ms=np.array([end_ms - 7 * 24 * HOUR_MS, end_ms]),
        known_from_ms=end_ms - HOUR_MS,
        edges=np.array([1.0, 2.0]),
        quantity=np.zeros((2, 1, 2)),
        candles=np.ones((2, 4)),
        volume=np.zeros(1),
    )
    feeds = [
        ReportingVenue(share.venue, Feed.PARTIAL, end_ms - HOUR_MS, 0, (1e6, 2e6))
        for share in shown.found.venues
    ]
    reported = ReportedOrders(end_ms - 8 * 24 * HOUR_MS, end_ms, tuple(feeds), ())
    one = Compared(shown, tuple((share.venue, FUNDING) for share in shown.found.venues))
    other = Compared(replace(shown, found=shown.found.at_price(shown.found.price * 1.01, end_ms)))
    maps = [replace(shown.found, window=window) for window in ("24h", "3d")]
    evolution = evolution_of(shown, maps, ("30d",))
    events = [
        ZoneEvent(ZoneEventKind.SWEPT, one.id, one.side, one.low, one.high, 1.0, 50.0, one.peak, end_ms)
        for one in shown.zones
    ]
    begin_ms, begin_price = end_ms - 24 * HOUR_MS, shown.found.price * 0.97
    return [
        heatmap_caption(shown, history, reported, frozenset(Overlay), language),
        compare_caption(Comparison(one, other), language),
        evolution_caption(evolution, language, "1y"),
        replay_caption(
            shown, begin_ms=begin_ms, begin_price=begin_price, swept=events, language=language, is_other=True
        ),
        map_caption(replace(shown, was=True), language=language),
    ]


def parts_of_captions(language: Language) -> list[str]:
    """Captions small enough that every kind of line has room in one of them."""
    found = full_map()
    books = (Surroundings("binance", book=BOOK),)
    balance = replace(READING, steepness=(), gaps=())
    plain = replace(found, missing=(), late=frozenset(), doubted={}, loading={}, expiry=None, ages=())
    return [
        map_caption(told_snapshot(found, ()), language=language),
        map_caption(told_snapshot(replace(plain, missing=found.missing), ()), language=language),
        map_caption(told_snapshot(replace(plain, ages=found.ages), ()), language=language),
        map_caption(told_snapshot(replace(found, late=frozenset({"okx"})), TWO), language=language),
        map_caption(replace(told_snapshot(plain, TWO[:1]), reading=READING), language=language),
        map_caption(replace(told_snapshot(plain, ()), reading=READING), AROUND, language),
        map_caption(replace(told_snapshot(plain, ()), reading=balance), language=language),
        map_caption(told_snapshot(replace(plain, loading=found.loading), ()), language=language),
        map_caption(told_snapshot(plain, TWO[:1]), replace(AROUND, surroundings=()), language),
        map_caption(told_snapshot(plain, TWO[:1]), Crosschecks(books), language),
        map_caption(told_snapshot(plain, TWO).selected(Selection(side=Side.LONG)), AROUND, language),
        map_caption(told_snapshot(replace(plain, venues=()), ()), language=language),
        map_caption(told_snapshot(told_map(per_bin=(0, 0)), ()), language=language),
        map_caption(told_snapshot(plain, now_ms=NOW_MS + HOUR_MS), language=language),
        schedule_caption(told_snapshot(plain), every_ms=HOUR_MS, language=language),
        *other_pictures(told_snapshot(plain), language),
    ]


@pytest.mark.parametrize("language", [Language.RUSSIAN, Language.CHINESE])
def test_a_caption_never_mixes_languages(language: Language) -> None:
    allowed = {"OI", ""}
    for caption in parts_of_captions(language):
        for word in re.findall(r"[A-Za-z]+", NAMES.sub(" ", plain_of(caption))):
            assert word in allowed, caption


def test_spanish_says_nothing_that_english_says() -> None:
    for english, spanish in zip(*map(parts_of_captions, (Language.ENGLISH, Language.SPANISH)), strict=True):
        shared = set(plain_of(english).splitlines()) & set(plain_of(spanish).splitlines())
        assert shared <= {""}


@pytest.mark.parametrize("language", Language)
def test_every_kind_of_line_is_said_somewhere(language: Language) -> None:
    say = phrases_of(language)
    said = "\n".join(map(plain_of, parts_of_captions(language)))
    templates = [
        say.reading.nearby,
        say.reading.imbalance,
        say.reading.opened,
        say.reading.loading,
        say.data.stale,
        say.data.ages,
        say.data.late_one,
        say.data.late_many,
        say.data.left_out,
        say.data.no_venue,
        say.checks.funding,
        say.checks.accounts,
        say.checks.holds,
        say.checks.book,
        say.frame.expiry_share,
        say.frame.missing,
        say.frame.short_history,
        say.frame.loading_history,
        say.frame.other_bundle,
        say.shorts.steepest,
        say.longs.gap,
        say.zones.empty,
        say.zones.none,
        say.heat.dots,
        say.heat.known,
        say.compare.above,
        say.evolution.given,
        say.evolution.not_covered,
        say.replay.given,
        say.replay.frames,
        say.past.note,
    ]
    for template in templates:
        longest = max(re.split(r"\{\w+\}", template), key=len).strip()
        assert longest in said, template


@pytest.mark.parametrize("language", Language)
def test_with_everything_to_say_and_eight_zones_it_fits_and_keeps_what_matters(language: Language) -> None:
    say = phrases_of(language)
    shown = replace(told_snapshot(full_map(), eight()), reading=READING)
    caption = plain_of(map_caption(shown, AROUND, language))
    assert units_of(map_caption(shown, AROUND, language)) <= LONGEST
    assert say.frame.disclaimer in caption.splitlines()[-1]
    assert caption.splitlines()[-1].endswith("/why Z0") or caption.splitlines()[-1].endswith("/why Z10")
    for part in ("Gate", "OKX", "Z0 ", "Z10 ", say.longs.headline, say.shorts.headline, "UTC", "⚠"):
        assert part in caption


@given(wild_maps(), st.sampled_from(list(Language)), st.booleans())
def test_any_caption_fits_and_ends_with_the_disclaimer(
    told: tuple[LiquidationMap, list[Zone]], language: Language, awkward: bool
) -> None:
    found, zones = told
    if awkward:
        names = frozenset(share.venue for share in found.venues)
        reasons = dict.fromkeys(found.missing, "x" * 90)
        loading = dict.fromkeys(names, 0.5)
        found = replace(found, late=names, reasons=reasons, loading=loading)
        found = replace(found, doubted=dict.fromkeys(names, 0.04))
    shown = told_snapshot(found, zones, tick_size=found.price * 1e-5)
    disclaimer = phrases_of(language).frame.disclaimer
    scheduled = schedule_caption(shown, every_ms=1, language=language)
    others = other_pictures(shown, language) if found.venues else []
    for caption in (map_caption(shown, AROUND, language), scheduled, *others):
        assert units_of(caption) <= LONGEST
        assert plain_of(caption).rpartition("\n")[2].startswith(disclaimer)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("price", "tick"), [(1e-6, 1e-10), (100_000.0, 0.1)])
def test_distances_are_to_near_edges_and_amounts_those_of_the_map(
    language: Language, price: float, tick: float
) -> None:
    """50 BTC in each bin of 0.05 %: a zone from 1 % to 2 % above holds 20 bins of them, less what curves."""
    above = zone(Side.SHORT, price * 1.01, price * 1.02)
    found = told_map("BTC/USDT:USDT", price, per_bin=(0.0, 5e6 / price))
    write = phrases_of(language).numerals
    caption = plain_of(map_caption(told_snapshot(found, [above], tick_size=tick), language=language))
    line = next(line for line in caption.splitlines() if line.startswith(" Z42"))
    assert f" {write.signed_percent(0.01)} " in line
    assert line.endswith(write.amount("BTC/USDT:USDT", 1e8))


def test_snapshots_of_a_part_say_so_in_the_second_line() -> None:
    shown: Snapshot = told_snapshot().selected(Selection(leverage=frozenset({1, 2}), side=Side.LONG))
    second = plain_of(map_caption(shown)).splitlines()[1]
    assert second == "BTC/USDT · liquidation map · all open · only longs · leverage 10–50x"
    assert "SHORTS" not in map_caption(shown)
