"""What happened to a pair's zones, and how its maps read, goes into the store with its model."""

from __future__ import annotations

from bot.jobs.tasks import StoredAnnals
from bot.store import readings, zone_events
from bot.store.database import Transaction


async def store_annals(tx: Transaction, symbol: str, annals: StoredAnnals) -> None:
    """In the transaction of the checkpoint: a model that is gone on with has told no more and no less."""
    if annals.retold:
        await zone_events.forget(tx, symbol, annals.retold, annals.retold_until_ms)
    await zone_events.add(tx, symbol, annals.events)
    await readings.save_past(tx, symbol, annals.readings)
