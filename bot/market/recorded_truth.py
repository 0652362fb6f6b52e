"""What a recording knows of one market beyond what an estimator may read: for scoring maps only."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from bot.liquidation.contract import Contract
from bot.liquidation.scoring.truth import BucketTotals, PricedQuantities, ScoredMarket, Truth
from bot.liquidation.side import Side
from bot.market.recorded_liquidations import read_priced
from bot.market.recorded_table import RecordingError, check_positive, finest, name_of, read_table
from bot.market.recording import Recording

DOLLARS = tuple(f"{side.word}_liquidated_usd" for side in Side)


def read_truth(recording: Recording, contract: Contract) -> Truth:
    """Whatever of it is there; raises RecordingError for a malformed file.

    A market's own truth lies in truth/<exchange>/<id>/; what lies in truth/ itself is the first market's.
    Where no truth holds liquidations, the market's published ones stand for it.
    """
    own = _truth_folder(recording, contract)
    published = recording.folder / contract.venue / contract.market_id / "liquidations.csv.gz"
    known = [path for path in (own and own / "liquidations.csv.gz", published) if path and path.exists()]
    positions = own / "open_positions.csv.gz" if own else None
    totals = sorted((recording.folder / "truth").glob(f"{contract.base}_liquidated_*.csv.gz"))
    return Truth(
        open_positions=_priced(positions, contract) if positions and positions.exists() else None,
        liquidations=_priced(known[0], contract) if known else None,
        totals=tuple(_totals(path) for path in totals),
    )


def read_scored_market(recording: Recording, contract: Contract) -> ScoredMarket:
    """Candles with taker buys (half the volume where they are unknown) and open interest as published."""
    folder = recording.folder / contract.venue / contract.market_id
    candles = recording.history(contract.venue, contract.market_id)
    taker_buy = candles.volume_base / 2
    stamps, values = np.zeros(0, dtype=np.int64), np.zeros(0)
    if path := finest(folder, "candles"):
        taker_buy = read_table(path, ("timestamp_ms",), ("taker_buy_base",)).get("taker_buy_base", taker_buy)
    if path := finest(folder, "open_interest"):
        table = read_table(path, ("timestamp_ms", "open_interest_base"))
        stamps, values = table["timestamp_ms"].astype(np.int64), table["open_interest_base"]
    return ScoredMarket(candles, taker_buy, stamps, values)


def _truth_folder(recording: Recording, contract: Contract) -> Path | None:
    folder = recording.folder / "truth"
    own = folder / contract.venue / contract.market_id
    if own.is_dir():
        return own
    return folder if recording.markets[0].contract == contract else None


def _priced(path: Path, contract: Contract) -> PricedQuantities:
    return PricedQuantities(*read_priced(path, contract, zero=True))


def _totals(path: Path) -> BucketTotals:
    table = read_table(path, ("timestamp_ms", *DOLLARS))
    check_positive(path, table, DOLLARS, zero=True)
    stamps = table["timestamp_ms"].astype(np.int64)
    named = re.fullmatch(r".+_liquidated_(\w+)\.csv\.gz", path.name)
    if named is None or len(stamps) < 2:
        raise RecordingError(f"{name_of(path)} does not tell how long its buckets are.")
    span = int(np.median(np.diff(stamps)))
    return BucketTotals(named[1], span, stamps, np.column_stack([table[name] for name in DOLLARS]))
