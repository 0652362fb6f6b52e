"""The terms that hold for subscriptions at this moment."""

from __future__ import annotations

from collections.abc import Iterable

from bot.rules.telling import Terms
from bot.store import alerts, chat_terms
from bot.store.chat_terms import ChatTerms
from bot.store.database import Transaction
from bot.store.gathering import is_waiting
from bot.store.subscriptions import Subscription


async def terms_now(tx: Transaction, subscriptions: Iterable[Subscription], now_ms: int) -> dict[int, Terms]:
    """By subscription id."""
    wanted = tuple(subscriptions)
    of_places = await chat_terms.of_all(tx, {one.destination for one in wanted})
    spent = {place: await _spent(tx, terms, now_ms) for place, terms in of_places.items()}
    return {
        one.id: of_places[one.destination].terms_at(now_ms, spent[one.destination], one.snoozed_until_ms)
        for one in wanted
    }


async def _spent(tx: Transaction, terms: ChatTerms, now_ms: int) -> int:
    """Messages of this local day; one that still waits takes more alerts in without costing another."""
    count = await alerts.messages_since(tx, terms.destination, terms.day_begin_ms(now_ms))
    return count - (await is_waiting(tx, terms.destination)) if count else 0
