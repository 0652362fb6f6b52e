"""Writes an invented market as a recording, with the truth that no exchange tells."""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bot.sandbox.market.candles import Floats, Ints
from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.sandbox.market.invented.habits import USUAL, habits_named
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.liquidations import LONG, Liquidations, latest_of_each_second
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.opening import invented_market
from bot.sandbox.market.options import MarketOptions
from bot.sandbox.market.tape import Stamped, Tape

SNAPSHOT_MS = 6 * HOUR_MS
INTEREST_STEP_MS = 5 * MINUTE_MS
DEFAULT_CONTRACT = ("binance", "BTCUSDT")
WITHIN = 0.3  # open positions are told this far from the price
NOTES = (
    "An invented market: every trader, order and price is simulated, only the file format is an exchange's. "
    "truth/open_positions: the quantity that would be liquidated at each price, every 6 hours, within 30 % "
    "of it; truth/liquidations: every liquidation. Where several markets are recorded, truth/ is that of "
    "the first; each market's own lies in truth/<exchange>/<id>/."
)

Snapshot = tuple[int, str, float, float]
Cell = int | float | str
TELL_ALL = ("bybit", "gate")  # venues that publish every liquidation; the others are cut to one a second


def export_invented(
    options: MarketOptions, folder: Path, days: float, habits: str, only: tuple[str, str] | None = None
) -> None:
    """Write so many days of the market of a seed; `only` names one (venue, id).

    The usual market is written whole without it. Other habits have one contract, by default Binance's
    bitcoin. ValueError names the known habits, or the contract that is not traded.
    """
    family = habits_named(habits)
    if family is USUAL:  # its contracts share their chances, so it is lived whole even for one of them
        source = invented_market(options)
    else:
        only = only or DEFAULT_CONTRACT
        source = invented_market(options, family, only)
    export_recording(source, folder, source.first_ms + round(days * DAY_MS), only)


def export_recording(
    source: InventedSource, folder: Path, until_ms: int, only: tuple[str, str] | None = None
) -> None:
    """Live a market from the beginning of its history until a moment, and write it."""
    places = [n for n, one in enumerate(source.listings) if only in (None, (one.venue, one.id))]
    if only is not None and not places:
        raise ValueError(f"no {only[1]} is traded on {only[0]}")
    snapshots = _live(source, places, until_ms)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recording.json").write_text(json.dumps(_head(folder.name, source, places), indent=1))
    for place in places:
        listing = source.listings[place]
        _write_market(folder / listing.venue / listing.id, source, listing, until_ms)
        for truth in _truth_folders(folder, listing, first=place == places[0], alone=len(places) == 1):
            _write_truth(truth, source, listing, snapshots[place], until_ms)


def _live(source: InventedSource, places: list[int], until_ms: int) -> dict[int, list[Snapshot]]:
    """Live on until then, and look into every trader's hands at each snapshot."""
    snapshots: dict[int, list[Snapshot]] = {place: [] for place in places}
    stamp = -(-(source.first_ms + 1) // SNAPSHOT_MS) * SNAPSHOT_MS
    while stamp <= until_ms:
        source.live_until(stamp - 1)
        for place in places:
            snapshots[place].extend(_open_positions(source, place, stamp))
        stamp += SNAPSHOT_MS
    source.live_until(until_ms - 1)
    return snapshots


def _open_positions(source: InventedSource, place: int, stamp: int) -> Iterator[Snapshot]:
    listing = source.listings[place]
    close = float(source.tape(listing, stamp - 1).minutes.close[-1])
    for side, row in (("long", 2 * place), ("short", 2 * place + 1)):
        price = np.abs(source.simulation.positions.key[row])
        lots = source.simulation.positions.lots[row]
        near = (lots > 0) & (np.abs(price / close - 1) <= WITHIN)
        order = np.argsort(price[near])
        counted = lots[near][order] * listing.lot_size
        for at, amount in zip(price[near][order].tolist(), counted.tolist(), strict=True):
            yield stamp, side, at, listing.coins(amount, at)


def _truth_folders(folder: Path, listing: Listing, first: bool, alone: bool) -> list[Path]:
    top = [folder / "truth"] if first else []
    return top if alone else [*top, folder / "truth" / listing.venue / listing.id]


def _head(name: str, source: InventedSource, places: list[int]) -> dict[str, Any]:
    notes = NOTES if source.habits is USUAL else f"{NOTES} The traders' habits: {source.habits.name}."
    return {"name": name, "notes": notes, "markets": [_entry(source.listings[place]) for place in places]}


def _entry(listing: Listing) -> dict[str, Any]:
    counted = {"caps_in_base": True} if listing.caps_in_base else {}
    return counted | {
        "exchange": listing.venue,
        "id": listing.id,
        "symbol": listing.symbol,
        "contract_size": listing.contract_size,
        "tick_size": listing.tick_size,
        "tiers": [[t.notional_cap, t.max_leverage, t.maintenance_rate] for t in listing.tiers],
    }


def _write_market(folder: Path, source: InventedSource, listing: Listing, until_ms: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tape = source.tape(listing, until_ms - 1)
    _write_candles(folder, tape, until_ms)
    interest = _coins_open(listing, tape).on_grid(INTEREST_STEP_MS).between(0, until_ms)
    _series(folder / "open_interest_5m.csv.gz", "open_interest_base", interest.stamp_ms, interest.value)
    if listing.is_perpetual:
        funding = tape.funding.between(0, until_ms)
        _series(folder / "funding.csv.gz", "funding_rate", funding.stamp_ms, funding.value)
    share = tape.long_share.on_grid(INTEREST_STEP_MS).between(0, until_ms)
    _series(folder / "long_short.csv.gz", "long_share", share.stamp_ms, share.value)
    orders = source.liquidations(listing, source.first_ms, until_ms)
    feed = orders if listing.venue in TELL_ALL else latest_of_each_second(orders)
    kind = "fill" if listing.venue == "binance" else "bankruptcy"
    price = feed.fill if kind == "fill" else feed.bankruptcy
    header = "timestamp_ms,side,price,quantity_base,price_kind"
    _rows(folder / "liquidations.csv.gz", header, ((*row, kind) for row in _told(feed, price)))


def _coins_open(listing: Listing, tape: Tape) -> Stamped:
    """Open interest in coins, at the close of the minute after which it was known."""
    if not listing.inverse:
        return tape.open_interest
    ends = tape.minutes.start_ms + MINUTE_MS
    price = tape.minutes.close[np.searchsorted(ends, tape.open_interest.stamp_ms)]
    return Stamped(tape.open_interest.stamp_ms, tape.open_interest.value / price)


def _write_candles(folder: Path, tape: Tape, until_ms: int) -> None:
    minutes = tape.minutes.between(0, until_ms - MINUTE_MS + 1)
    columns = (minutes.open, minutes.high, minutes.low, minutes.close, minutes.volume, minutes.taker_buy)
    header = "timestamp_ms,open,high,low,close,volume_base,taker_buy_base"
    rows = zip(minutes.start_ms.tolist(), *(column.tolist() for column in columns), strict=True)
    _rows(folder / "candles_1m.csv.gz", header, rows)


def _write_truth(
    folder: Path, source: InventedSource, listing: Listing, snapshots: list[Snapshot], until_ms: int
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    header = "timestamp_ms,side,price,quantity_base"
    _rows(folder / "open_positions.csv.gz", header, snapshots)
    orders = source.liquidations(listing, source.first_ms, until_ms)
    _rows(folder / "liquidations.csv.gz", header, _told(orders, orders.trigger))


def _told(orders: Liquidations, price: Floats) -> Iterator[tuple[int, str, float, float]]:
    sides = ["long" if side == LONG else "short" for side in orders.side.tolist()]
    return zip(orders.stamp_ms.tolist(), sides, price.tolist(), orders.quantity.tolist(), strict=True)


def _series(path: Path, name: str, stamps: Ints, values: Floats) -> None:
    _rows(path, f"timestamp_ms,{name}", zip(stamps.tolist(), values.tolist(), strict=True))


def _rows(path: Path, header: str, rows: Iterable[Iterable[Cell]]) -> None:
    text = "\n".join([header, *(",".join(_cell(value) for value in row) for row in rows)]) + "\n"
    with path.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(text.encode())


def _cell(value: Cell) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)
