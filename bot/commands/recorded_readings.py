"""Readings of a recorded market at an even pace, each from what was known by then."""

from __future__ import annotations

from collections.abc import Iterator

from bot.commands.errors import CommandError
from bot.liquidation.contract import Contract
from bot.liquidation.history import History
from bot.liquidation.history_check import HistoryError
from bot.liquidation.listened import Stretches, listened
from bot.liquidation.pair_model import PairModel
from bot.liquidation.reading import Reading


def recorded_readings(
    contract: Contract, history: History, stretches: Stretches, from_ms: int, step_ms: int
) -> Iterator[Reading]:
    """One reading for each `step_ms` of market time from the first full step after `from_ms` on.

    `stretches` are those in which its liquidations were listened to; none where the recording does not say.
    Raises CommandError for a market without open interest and for a history that cannot be processed.
    """
    name = f"{contract.venue} {contract.market_id}"
    if not history.has_open_interest:
        raise CommandError(f"{name} has no open interest in this recording, so there is no map of it.")
    parts = listened(history, history.liquidations, stretches) if stretches else (history,)
    model = PairModel(contract.symbol)
    first_ms = -(-from_ms // step_ms) * step_ms
    try:
        for stamp in range(first_ms, int(history.end_ms[-1]) + 1, step_ms):
            news = [part.after(model.as_of_ms).until(stamp) for part in parts]
            if not any(len(part) for part in news):
                continue
            model.advance({contract.venue: contract}, {contract.venue: news})
            yield model.read_off(model.map())
    except HistoryError as error:
        raise CommandError(f"{name}: {error}.") from error
