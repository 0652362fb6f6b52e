"""How a model takes in more past than its zones are named from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory
from bot.liquidation.pair_model import PairModel
from bot.liquidation.windows import FINE_HISTORY_MS, HOUR_MS


def take_in(
    model: PairModel, contracts: Mapping[str, Contract], histories: Mapping[str, Sequence[History]]
) -> None:
    """As `PairModel.advance`, but what is older than 30 days goes into the inventories in one go.

    Zones rank themselves among those of the last 30 days, so walking a year hour by hour would name zones
    that nobody sees. Raises what `PairModel.advance` raises.
    """
    end_ms = max(
        (int(part.end_ms[-1]) for parts in histories.values() for part in parts if len(part)), default=0
    )
    cut_ms = (end_ms - FINE_HISTORY_MS) // HOUR_MS * HOUR_MS
    for venue, parts in histories.items():
        if any(len(part.until(cut_ms)) for part in parts):
            _advance_to(cut_ms, _inventory(model, venue, contracts), parts)
    model.advance(contracts, histories)


def _inventory(model: PairModel, venue: str, contracts: Mapping[str, Contract]) -> Inventory:
    if venue not in model.inventories and not model.adopt(contracts[venue]):
        model.inventories[venue] = Inventory.empty(contracts[venue])
    return model.inventories[venue]


def _advance_to(cut_ms: int, inventory: Inventory, parts: Sequence[History]) -> None:
    for part in parts:
        inventory.advance(part.after(inventory.as_of_ms).until(cut_ms))
