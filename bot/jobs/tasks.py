"""What the worker processes do; module-level so that it can be sent to them."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.jobs.kept_model import KeptModel, Standing
from bot.liquidation.ages import with_ages
from bot.liquidation.agreement import with_venues
from bot.liquidation.beliefs import Beliefs
from bot.liquidation.candle_siblings import LastClose, with_siblings_moves
from bot.liquidation.comparison import Comparison
from bot.liquidation.contract import Contract, Tier
from bot.liquidation.evolution import Evolution
from bot.liquidation.heat_history import HeatHistory
from bot.liquidation.history import History
from bot.liquidation.impact import Impact, learned_impact
from bot.liquidation.interest_siblings import Level, without_contradicted
from bot.liquidation.inventory import Inventory, NoOpenInterest
from bot.liquidation.landmarks import Landmark, past_landmarks
from bot.liquidation.liquidation_map import LEVERAGE_BANDS, LiquidationMap
from bot.liquidation.long_history import take_in
from bot.liquidation.origin import Origin, origin_of
from bot.liquidation.packed_history import unpacked_history
from bot.liquidation.packed_json import packed_json, unpacked_json
from bot.liquidation.pair_heat import heat_of
from bot.liquidation.pair_model import PairModel
from bot.liquidation.past_map import PastProfile, maps_as_of
from bot.liquidation.reading import Reading
from bot.liquidation.recall import Frame, recalled
from bot.liquidation.replay import Replay
from bot.liquidation.reported_orders import ReportedOrders
from bot.liquidation.selection import Selection
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.stored_reading import payload_of, reading_of
from bot.liquidation.zone import Zone
from bot.liquidation.zone_event import ZoneEvent
from bot.look import Drawing, Look
from bot.rules.preview import Preview, least_percentile, preview
from bot.rules.price_path import PricePath, median_path
from bot.rules.rule_set import RuleSet

FRESH_MS = 15 * 60_000


@dataclass(frozen=True)
class News:
    """What one refresh brings to a model."""

    contracts: Mapping[str, Contract]
    histories: Mapping[str, Sequence[History]]
    marks: Mapping[str, float]
    kept_from_ms: int  # venues that do not reach this far have no share in the read-out
    checkpoint_due: bool
    whole: Whole | None = None  # inventories that know more of the past than the model's


@dataclass(frozen=True)
class Whole:
    """A model of all the past that was read, and by venue the packed histories of what came since."""

    kept: KeptModel
    since: Mapping[str, Sequence[bytes]]


@dataclass(frozen=True)
class StoredAnnals:
    """Annals with their readings as they are stored: packing a month of them would hold up the event loop."""

    events: tuple[ZoneEvent, ...] = ()
    readings: tuple[tuple[int, bytes], ...] = ()  # stamp_ms and payload, of hours that are over
    retold: frozenset[str] = frozenset()  # zones whose events until `retold_until_ms` are told anew
    retold_until_ms: int = 0


NO_ANNALS = StoredAnnals()


@dataclass(frozen=True)
class Refreshed:
    model: KeptModel
    reference: LiquidationMap | None  # None where no venue has a share
    checkpoint: bytes | None  # None where it need not be saved now
    reading: Reading | None = None  # of the reference map
    annals: StoredAnnals = NO_ANNALS  # stored with the checkpoint: where they say anything there is one


def packed(model: PairModel, zones: tuple[Zone, ...] | None = None) -> KeptModel:
    """`zones` are the model's with more known of them than the model knows."""
    standings = {
        name: Standing(
            inventory.as_of_ms,
            inventory.covers_from_ms,
            inventory.open_interest_ms,
            inventory.progress.judge.is_distrusting,
            inventory.daily_volume_base,
        )
        for name, inventory in model.inventories.items()
    }
    shown = model.zones if zones is None else zones
    return KeptModel(model.symbol, standings, shown, pickle.dumps(model, pickle.HIGHEST_PROTOCOL))


def unpacked(kept: KeptModel) -> PairModel:
    if not kept.packed:
        return PairModel(kept.symbol)
    model = pickle.loads(kept.packed)
    assert isinstance(model, PairModel)
    return model


def refresh_pair(kept: KeptModel, news: News) -> Refreshed:
    model = unpacked(kept)
    if news.whole is not None:
        model.take_over(_up_to_date(news.whole))
    if news.histories:
        take_in(model, news.contracts, _believable(model, news.histories))
    changed = bool(news.histories) or news.whole is not None
    annals = _stored(model)
    # A zone's name is saved before a rule may remember it, so that a restart cannot give it to another; what
    # happened is stored with a model that knows of it, so that nothing is told twice.
    due = news.whole is not None or news.checkpoint_due or _has_new_names(kept.zones, model.zones)
    due = due or annals != NO_ANNALS
    checkpoint = model.to_bytes() if changed and due else None
    reference = _read_out(model, news)
    if reference is None:
        return Refreshed(packed(model) if changed else kept, None, checkpoint, None, annals)
    zones = with_venues(reference, model.zones)
    reading = replace(model.read_off(reference), zones=zones)
    return Refreshed(packed(model, zones), reference, checkpoint, reading, annals)


def _stored(model: PairModel) -> StoredAnnals:
    """Of hours that have only just ended the chronicle keeps the whole map."""
    annals, until_ms = model.take_annals(), model.as_of_ms - FRESH_MS
    readings = tuple(
        (one.as_of_ms, packed_json(payload_of(one))) for one in annals.readings if one.as_of_ms < until_ms
    )
    return StoredAnnals(annals.events, readings, annals.retold, annals.retold_until_ms)


def build_whole(
    symbol: str, contracts: Mapping[str, Contract], pages: Mapping[str, Sequence[bytes]], ranked: bool
) -> KeptModel:
    """A model of all that was read of these venues; without a memory of zones unless they are `ranked`."""
    model = PairModel(symbol)
    histories = {venue: [unpacked_history(page) for page in found] for venue, found in pages.items()}
    if ranked:
        take_in(model, contracts, histories)
        return packed(model)
    for venue, parts in histories.items():
        inventory = model.inventories[venue] = Inventory.empty(contracts[venue])
        _advance(inventory, parts)
    return packed(model)


def _up_to_date(whole: Whole) -> PairModel:
    model = unpacked(whole.kept)
    for venue, pages in whole.since.items():
        _advance(model.inventories[venue], [unpacked_history(page) for page in pages])
    return model


def _advance(inventory: Inventory, parts: Sequence[History]) -> None:
    """Pages may tell again what the one before told."""
    for part in parts:
        inventory.advance(part.after(inventory.as_of_ms))


def _believable(
    model: PairModel, histories: Mapping[str, Sequence[History]]
) -> Mapping[str, Sequence[History]]:
    """Without what only one venue tells and its siblings contradict."""
    closes = {
        name: LastClose(inventory.last_close, inventory.as_of_ms)
        for name, inventory in model.inventories.items()
        if inventory.as_of_ms
    }
    return without_contradicted(_levels(model), with_siblings_moves(closes, histories))


def _levels(model: PairModel) -> dict[str, Level]:
    return {
        name: Level(inventory.open_interest_base, inventory.open_interest_ms)
        for name, inventory in model.inventories.items()
        if inventory.has_open_interest
    }


def _read_out(model: PairModel, news: News) -> LiquidationMap | None:
    inventories = model.inventories.items()
    kept = [
        name
        for name, inventory in inventories
        if min(inventory.as_of_ms, inventory.open_interest_ms) >= news.kept_from_ms
    ]
    try:
        return model.map(venues=kept, prices=news.marks) if kept else None
    except NoOpenInterest:
        return None


def _has_new_names(before: Sequence[Zone], after: Sequence[Zone]) -> bool:
    return not {zone.id for zone in after} <= {zone.id for zone in before}


def restore_pair(contracts: Mapping[str, Contract], blob: bytes) -> tuple[KeptModel, Mapping[str, str]]:
    """The model as stored, and by venue why a stored inventory was given up; raises CheckpointError."""
    model = PairModel.from_bytes(contracts, blob)
    return packed(model), model.unusable


def adopt_venues(kept: KeptModel, contracts: Sequence[Contract]) -> KeptModel:
    """What was stored of these venues is taken up now that their contracts are known."""
    model = unpacked(kept)
    adopted = [model.adopt(contract) for contract in contracts]
    return packed(model) if any(adopted) else kept


def window_map(
    kept: KeptModel, venues: Sequence[str], window: str, window_ms: int, prices: Mapping[str, float]
) -> LiquidationMap:
    return unpacked(kept).map(venues=venues, window_ms=window_ms, window=window, prices=prices)


def maps_at(
    kept: KeptModel, stamps_ms: Sequence[int], venues: Sequence[str], window_ms: int | None, window: str
) -> tuple[LiquidationMap, ...]:
    """Maps as they were at ascending moments; raises BeforeKnown."""
    return maps_as_of(unpacked(kept), stamps_ms, venues, window_ms, window)


def past_profiles(
    kept: KeptModel, stamps_ms: Sequence[int], venues: Sequence[str], selection: Selection
) -> tuple[PastProfile, ...]:
    """What a selection of everything open was at ascending moments; raises BeforeKnown."""
    maps = maps_as_of(unpacked(kept), stamps_ms, venues)
    return tuple(
        PastProfile(stamp_ms, found.price, selection.of_map(found).profile)
        for stamp_ms, found in zip(stamps_ms, maps, strict=True)
    )


def heat(
    kept: KeptModel, found: LiquidationMap, window: str, selection: Selection, wanted: Sequence[float]
) -> HeatHistory:
    return heat_of(unpacked(kept), found, window, selection, wanted)


def dated(kept: KeptModel, found: LiquidationMap, spans_ms: Sequence[int]) -> LiquidationMap:
    """The map with the shares of it that were opened within these spans."""
    return with_ages(unpacked(kept), found, spans_ms)


def origin(kept: KeptModel, zone: Zone, found: LiquidationMap) -> Origin:
    return origin_of(unpacked(kept), zone, found)


def beliefs(kept: KeptModel, venues: Sequence[str]) -> tuple[Beliefs, ...]:
    inventories = unpacked(kept).inventories
    return tuple(inventories[venue].beliefs() for venue in venues)


def landmarks(kept: KeptModel, venue: str, now_ms: int) -> tuple[Landmark, ...]:
    """Extremes of the past as this venue's prices had them."""
    return past_landmarks(unpacked(kept).inventories[venue].ranges(), now_ms)


def impact(kept: KeptModel, venue: str, payloads: Sequence[bytes]) -> Impact:
    """How far price went after it entered zones, from stored readings and this venue's prices."""
    told = [reading_of(unpacked_json(payload)) for payload in payloads]
    readings = [one for one in told if one is not None]
    return learned_impact(readings, unpacked(kept).inventories[venue].ranges())


def price_path(kept: KeptModel, begin_ms: int) -> PricePath:
    """Where price went since then, by candle for a day and by the hour for 35 days; the venues' median."""
    return median_path([one.prices_from(begin_ms) for one in unpacked(kept).inventories.values()])


def previewed(kept: KeptModel, past: Sequence[Reading], rules: RuleSet, zone: str) -> Preview:
    """What the rules would have told since the first of the readings."""
    return preview(rules, past, price_path(kept, past[0].as_of_ms), zone)


def threshold(kept: KeptModel, past: Sequence[Reading], rules: RuleSet, zone: str) -> float | None:
    return least_percentile(rules, past, price_path(kept, past[0].as_of_ms), zone)


def draw(shown: Snapshot, drawing: Drawing, handle: str) -> bytes:
    from bot.charts.bar_map.picture import render_map

    return render_map(shown, drawing, handle)


def draw_replay(day: Replay, look: Look, handle: str) -> bytes:
    from bot.charts.replay.drawn import replay_drawn
    from bot.charts.replay.picture import render_replay

    return render_replay(replay_drawn(day, handle), look)


def draw_comparison(pair: Comparison, drawing: Drawing, handle: str) -> bytes:
    from bot.charts.stacked_maps.compare_picture import render_comparison

    return render_comparison(pair, drawing, handle)


def draw_evolution(found: Evolution, drawing: Drawing, handle: str) -> bytes:
    from bot.charts.stacked_maps.evolution_picture import render_evolution

    return render_evolution(found, drawing, handle)


def draw_heat(
    shown: Snapshot, history: HeatHistory, reported: ReportedOrders, drawing: Drawing, handle: str
) -> bytes:
    from bot.charts.heatmap.picture import render_heat

    return render_heat(shown, history, reported, drawing, handle)


def warm_up_pictures() -> None:
    """What costs seconds the first time: imports, and the first picture."""


def warm_up_model() -> None:
    """Imports, and compiling the kernel (then cached on disk)."""
    inventory = Inventory.empty(Contract("binance", "X", "X/USDT:USDT", 0.1, (Tier(1e9, 100.0, 0.004),)))
    inventory.advance(_two_candles())
    inventory.read_out(floor=True)
    inventory.window(60_000)
    recalled(inventory, Frame(np.array([120_000]), 0, 1, inventory.tiers.band, len(LEVERAGE_BANDS)))


def _two_candles() -> History:
    price = np.array([100.0, 100.1])
    start = np.array([0, 60_000], dtype=np.int64)
    return History(60_000, start, price, price, price, price, np.ones(2), np.array([10.0, 11.0]))
