"""Maps of a recorded market at given moments, each from what was known by then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.commands.errors import CommandError
from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.history_check import HistoryError
from bot.liquidation.inventory import Inventory, NoOpenInterest
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.listened import Stretches, listened


def recorded_maps(
    contract: Contract, history: History, stretches: Stretches, stamps: Sequence[int]
) -> Iterator[LiquidationMap]:
    """One map with floor for each stamp (UTC ms, ascending); it carries the moment asked for.

    `stretches` are those in which its liquidations were listened to; none where the recording does not say.

    Raises CommandError for a market without open interest, for a moment before the first candle ended or
    before the first open interest, and for a history that cannot be processed.
    """
    name = f"{contract.venue} {contract.market_id}"
    if not history.has_open_interest:
        raise CommandError(f"{name} has no open interest in this recording, so there is no map of it.")
    first = int(history.end_ms[0])
    if stamps[0] < first:
        raise CommandError(f"{stamps[0]} is before the first candle ended ({first}).")
    try:
        parts = listened(history, history.liquidations, stretches) if stretches else (history,)
        yield from _advanced(Inventory.empty(contract), parts, stamps)
    except HistoryError as error:
        raise CommandError(f"{name}: {error}.") from error


def _advanced(
    inventory: Inventory, parts: Sequence[History], stamps: Sequence[int]
) -> Iterator[LiquidationMap]:
    for stamp in stamps:
        for part in parts:
            inventory.advance(part.after(inventory.as_of_ms).until(stamp))
        yield _read_out(inventory, stamp)


def _read_out(inventory: Inventory, stamp: int) -> LiquidationMap:
    try:
        share = replace(inventory.read_out(floor=True), as_of_ms=stamp)
    except NoOpenInterest as error:
        raise CommandError(
            f"{stamp} is before the first open interest of {inventory.contract.market_id}."
        ) from error
    return LiquidationMap(inventory.contract.symbol, share.price, "all", (share,))
