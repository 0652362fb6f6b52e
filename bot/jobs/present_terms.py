"""The terms that hold for subscriptions at this moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.rules.telling import Terms
from bot.store import alerts, chat_terms
from bot.store.alerts import InLetter
from bot.store.chat_terms import ChatTerms
from bot.store.database import Transaction
from bot.store.destination import Destination
from bot.store.gathering import waiting_at
from bot.store.subscriptions import Subscription

LONGEST_DAY_MS = 26 * 3_600_000  # a local day in which clocks are put back, and a little more


async def terms_now(tx: Transaction, subscriptions: Iterable[Subscription], now_ms: int) -> dict[int, Terms]:
    """By subscription id, for any number of places in a few statements."""
    wanted = tuple(subscriptions)
    places = {one.destination for one in wanted}
    of_places = await chat_terms.of_all(tx, places)
    told = await alerts.in_letters(tx, places, now_ms - LONGEST_DAY_MS)
    waiting = frozenset((await waiting_at(tx, places)).values())
    sent: dict[Destination, list[InLetter]] = defaultdict(list)
    for one in told:
        if one.letter_id not in waiting:  # what waits costs nothing more
            sent[one.destination].append(one)
    return {one.id: _terms(one, of_places[one.destination], sent[one.destination], now_ms) for one in wanted}


def _terms(subscription: Subscription, chat: ChatTerms, sent: Sequence[InLetter], now_ms: int) -> Terms:
    """A budget of the chat counts all its messages, that of a subscription only those it is part of."""
    begin_ms = chat.day_begin_ms(now_ms)
    if chat.event_until_ms <= now_ms:  # what an event brought is not counted against the rest of the day
        begin_ms = max(begin_ms, chat.event_until_ms)
    counted = {
        one.letter_id
        for one in sent
        if one.fired_ms >= begin_ms and (chat.budget is not None or one.subscription_id == subscription.id)
    }
    return chat.terms_at(now_ms, len(counted), subscription.snoozed_until_ms)
