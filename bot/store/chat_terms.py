"""How each chat wants to be told: its clock, quiet hours, budget, snooze, event and session digests; how its
pictures look, and the language of captions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, and_, cast, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.language import Language
from bot.look import Look, PaletteName, Theme
from bot.rules.quiet_hours import QuietHours, local_day_begin_ms
from bot.rules.sessions import Session
from bot.rules.telling import Terms
from bot.store.chats import lock
from bot.store.destination import Destination
from bot.store.statements import in_parts, insert_into
from bot.store.tables import chat_terms, chats

_table = chat_terms.c


@dataclass(frozen=True)
class ChatTerms:
    """Times are market time."""

    destination: Destination
    time_zone: str = "UTC"  # an IANA name
    quiet: QuietHours | None = None
    budget: int | None = None  # alerts a local day; None: as the rules of each subscription say
    snoozed_until_ms: int = 0
    event_until_ms: int = 0
    sessions: tuple[Session, ...] = ()  # that open with a digest
    recapped_ms: int = 0  # up to when alerts were recapped
    palette: PaletteName = PaletteName.SEED
    theme: Theme = Theme.DARK
    language: Language = Language.ENGLISH  # of captions

    @property
    def look(self) -> Look:
        return Look(self.palette, self.theme)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def is_quiet(self, now_ms: int) -> bool:
        return self.quiet is not None and self.quiet.cover(now_ms, self.zone)

    def held_until_ms(self, now_ms: int) -> int:
        """When the quiet hours or the snooze that hold now are over; now or earlier where none does."""
        quiet_ms = 0 if self.quiet is None else self.quiet.end_ms(now_ms, self.zone)
        return max(quiet_ms, self.snoozed_until_ms)

    def day_begin_ms(self, now_ms: int) -> int:
        """When the chat's present day began: what a budget counts from."""
        return local_day_begin_ms(now_ms, self.zone)

    def terms_at(self, now_ms: int, spent: int, snoozed_until_ms: int = 0) -> Terms:
        """`spent`: alert messages since `day_begin_ms`; `snoozed_until_ms`: of the subscription alone."""
        return Terms(
            is_quiet=self.is_quiet(now_ms),
            snoozed_until_ms=max(self.snoozed_until_ms, snoozed_until_ms),
            event_until_ms=self.event_until_ms,
            spent=spent,
            budget=self.budget,
        )


async def get(tx: AsyncConnection, destination: Destination) -> ChatTerms:
    """What was set, or what holds where nothing was."""
    row = (await tx.execute(select(chat_terms).where(_is_at(destination)))).mappings().one_or_none()
    return ChatTerms(destination) if row is None else _terms(row)


async def of_all(tx: AsyncConnection, destinations: Collection[Destination]) -> dict[Destination, ChatTerms]:
    """Of each, in few statements."""
    found = {one: ChatTerms(one) for one in destinations}
    stored: dict[Destination, ChatTerms] = {}
    for chat_ids in in_parts({one.chat_id for one in found}):
        rows = (await tx.execute(select(chat_terms).where(_table.chat_id.in_(chat_ids)))).mappings()
        stored |= {terms.destination: terms for terms in map(_terms, rows)}
    return {one: stored.get(one, terms) for one, terms in found.items()}


async def events_on(tx: AsyncConnection, now_ms: int) -> dict[Destination, int]:
    """Places that watch more densely at present, and until when."""
    wanted = select(_table.chat_id, _table.thread_id, _table.event_until_ms)
    rows = await tx.execute(wanted.where(_table.event_until_ms > now_ms))
    return {Destination(row[0], row[1]): int(row[2]) for row in rows}


async def with_sessions(tx: AsyncConnection) -> tuple[ChatTerms, ...]:
    """Of chats that are on and wish for digests."""
    of_chats = select(chat_terms).join(chats, chats.c.chat_id == _table.chat_id)
    wishing = of_chats.where(chats.c.active, cast(_table.sessions, Text) != "[]")
    rows = await tx.execute(wishing.order_by(_table.chat_id, _table.thread_id))
    return tuple(map(_terms, rows.mappings()))


async def change(
    tx: AsyncConnection, destination: Destination, *, now_ms: int, **changed: object
) -> ChatTerms:
    """Set fields of a place's terms, the others stay; `now_ms` is wall time. The terms as they are now."""
    await lock(tx, destination.chat_id, now_ms)
    fresh = replace(await get(tx, destination), **changed)  # type: ignore[arg-type]
    place: dict[str, object] = {"chat_id": destination.chat_id, "thread_id": destination.thread_id}
    told = _columns(fresh)
    stored = insert_into(tx, chat_terms).values({**place, **told})
    await tx.execute(stored.on_conflict_do_update(index_elements=list(place), set_=told))
    return fresh


def _is_at(destination: Destination) -> ColumnElement[bool]:
    return and_(_table.chat_id == destination.chat_id, _table.thread_id == destination.thread_id)


def _columns(terms: ChatTerms) -> dict[str, object]:
    return {
        "time_zone": terms.time_zone,
        "quiet_from_minute": None if terms.quiet is None else terms.quiet.begin,
        "quiet_until_minute": None if terms.quiet is None else terms.quiet.end,
        "budget": terms.budget,
        "snoozed_until_ms": terms.snoozed_until_ms,
        "event_until_ms": terms.event_until_ms,
        "sessions": [session.value for session in terms.sessions],
        "recapped_ms": terms.recapped_ms,
        "palette": terms.palette.value,
        "theme": terms.theme.value,
        "language": terms.language.value,
    }


def _terms(row: RowMapping) -> ChatTerms:
    begin, end = row["quiet_from_minute"], row["quiet_until_minute"]
    return ChatTerms(
        destination=Destination(row["chat_id"], row["thread_id"]),
        time_zone=row["time_zone"],
        quiet=None if begin is None or end is None else QuietHours(begin, end),
        budget=row["budget"],
        snoozed_until_ms=row["snoozed_until_ms"],
        event_until_ms=row["event_until_ms"],
        sessions=tuple(Session(name) for name in row["sessions"]),
        recapped_ms=row["recapped_ms"],
        palette=PaletteName(row["palette"]),
        theme=Theme(row["theme"]),
        language=Language(row["language"]),
    )
