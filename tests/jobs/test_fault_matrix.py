"""The matrix of faults: whatever a venue does, the bot stays up, the others go on, nothing wrong is drawn."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
import structlog
from fault_cells import CELLS, Cell, Outcome, sample
from fault_house import BTC, MINUTE, ROUND_S, RULES, VENUES, Hands, House, Truth, hurry, quicken, warm_house

from bot.liquidation.data_quality import Series, State
from bot.liquidation.liquidation_map import LiquidationMap, VenueMap
from bot.sandbox.fault_kinds import EXCHANGE_KINDS
from bot.store.alerts import Alert
from bot.store.database import Database

FAULT_ROUNDS = 5  # ten minutes: three until candles are late, three until that is told, and some more
INTEREST_ROUND_S = 240.0  # open interest is late after a quarter of an hour
CALM_ROUNDS = 2  # enough for a fault that changes nothing
MOST_RECOVERY_ROUNDS = 12  # who was refused stays away for up to ten minutes
LATENCY_S = 0.3
PRICE_WITHIN = 0.002
INTEREST_WITHIN = 0.03  # it is read every five minutes in the undisturbed model, every minute in the bot's
MASS_WITHIN = 0.1  # of a venue's mass may lie elsewhere, for the same reason
MOST_NEW_TASKS = 12  # over all cells: connections come and go

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(120, func_only=True),  # the house takes long to warm where others use the machine
]


@dataclass
class Inside:
    """The house, what it logged as an error, and how many tasks it needs."""

    house: House
    errors: list[dict[str, Any]]
    tasks: int


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def errors() -> Iterator[list[dict[str, Any]]]:
    found: list[dict[str, Any]] = []

    def keep(_: Any, level: str, event: MutableMapping[str, Any]) -> str:  # noqa: ANN401 - any logger
        if level in ("error", "exception", "critical"):
            found.append(dict(event))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[keep], cache_logger_on_first_use=False)
    yield found
    structlog.configure(**before)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def inside(
    migrated_sqlite: Path,
    tmp_path_factory: pytest.TempPathFactory,
    patch: pytest.MonkeyPatch,
    errors: list[dict[str, Any]],
) -> AsyncIterator[Inside]:
    path = tmp_path_factory.mktemp("faults") / "bot.db"
    shutil.copy(migrated_sqlite, path)
    database, hands = Database.open(f"sqlite:///{path}"), Hands()
    quicken(patch, hands)
    async with warm_house(database, hands) as house:
        for _ in range(4):
            await house.round()
        await house.look()
        await Truth.of(house).advance()
        yield Inside(house, errors, len(asyncio.all_tasks()))
    await database.close()


@pytest.mark.parametrize("cell", [pytest.param(cell, id=cell.id) for cell in sample()])
async def test_a_sample_of_the_matrix(cell: Cell, inside: Inside) -> None:
    await Trial(cell, inside).run()


@pytest.mark.faults
@pytest.mark.parametrize("cell", [pytest.param(cell, id=cell.id) for cell in CELLS])
async def test_the_whole_matrix(cell: Cell, inside: Inside) -> None:
    await Trial(cell, inside).run()


class Trial:
    """One cell: all is well, the fault is on for a while, all is well again."""

    def __init__(self, cell: Cell, inside: Inside) -> None:
        self.cell, self.inside, self.house = cell, inside, inside.house
        self.told: list[str] = []

    async def run(self) -> None:
        await self._begin_well()
        self.truth = Truth.of(self.house)
        known = {alert.id for alert in await self.house.alerts()}
        self.inside.errors.clear()
        with pytest.MonkeyPatch.context() as patch:
            if self.cell.is_waited_for:
                hurry(patch, self.house)
            await self._suffer()
        await self._recover()
        await self._check_map(everybody=True)
        for alert in await self.house.alerts():
            if alert.id not in known:
                self._check_alert(alert)
        assert self.inside.errors == []
        assert self.house.running == {}
        assert len(asyncio.all_tasks()) <= self.inside.tasks + MOST_NEW_TASKS

    async def _begin_well(self) -> None:
        """A cell before this one may have failed in the middle; that is no reason for this one to fail."""
        self.house.faults.clear()
        for _ in range(MOST_RECOVERY_ROUNDS):
            if not self._unwell() and not await self.house.owes_all_clear():
                break
            await self.house.round()
        assert self._unwell() == []
        await self.house.letters()

    async def _suffer(self) -> None:
        cell = self.cell
        seconds = INTEREST_ROUND_S if cell.touches_interest_alone else ROUND_S
        is_calm = cell.outcome is Outcome.GOES_ON and not cell.is_of_sockets
        lasting = CALM_ROUNDS if is_calm else FAULT_ROUNDS
        self._switch(lasting * seconds + 1)
        for number in range(lasting):
            await self.house.round(seconds)
            if number == 0:
                await self.house.look()
            self._check_others()
            await self._hear()
        self._check_outcome()
        if cell.outcome is not Outcome.GOES_ON:  # else the map after it says as much
            await self._check_map(everybody=False)
        self._switch(0)

    def _switch(self, seconds: float) -> None:
        cell, details = self.cell, {"delay": LATENCY_S} if self.cell.kind == "latency" else {}
        needs_symbol = EXCHANGE_KINDS[cell.kind].needs_symbol
        symbol = self.house.listing(cell.venue).id if needs_symbol else None
        self.house.faults.switch(cell.venue, cell.kind, seconds, cell.series, symbol, **details)

    async def _recover(self) -> None:
        for _ in range(MOST_RECOVERY_ROUNDS):
            await self.house.round()
            self._check_others()
            await self._hear()
            if not self._unwell() and not await self.house.owes_all_clear():
                break
        assert self._unwell() == []
        notices = [text for text in self.told if "⏸" in text]
        assert len(notices) <= 1, self.told
        assert len(self.told) == 2 * len(notices), self.told
        assert not notices or "▶" in self.told[-1]

    async def _hear(self) -> None:
        self.told += await self.house.letters()

    # --- what is checked ---

    def _states(self, venue: str) -> dict[str, State]:
        quality = self.house.watch.quality(venue, self.house.clock.now_ms())
        return {series.value: one.state for series, one in quality.series.items()}

    def _unwell(self) -> list[str]:
        """Venues and series that are not fresh, and shares that are missing."""
        ill = [
            f"{venue}: {series} {state.value}"
            for venue in VENUES
            for series, state in self._states(venue).items()
            if state is not State.FRESH
        ]
        reference = self.house.watch.reference
        return ill + [f"{venue}: missing" for venue in (reference.missing if reference else VENUES)]

    def _check_others(self) -> None:
        """Their series are fresh, their prices the market's, and the reference price too."""
        watch, now_ms = self.house.watch, self.house.clock.now_ms()
        others = [venue for venue in VENUES if venue != self.cell.venue]
        assert [one for one in self._unwell() if not one.startswith(f"{self.cell.venue}:")] == []
        for venue in others:
            assert watch.marks[venue].price == pytest.approx(self.house.price(venue), rel=PRICE_WITHIN)
        reference = watch.reference_mark(now_ms)
        assert reference is not None
        assert reference.price == pytest.approx(self.house.price(others[0]), rel=2 * PRICE_WITHIN)

    def _check_outcome(self) -> None:
        cell, states = self.cell, self._states(self.cell.venue)
        worse = {series: state for series, state in states.items() if state is not State.FRESH}
        match cell.outcome:
            case Outcome.GOES_ON:
                assert worse == {}
            case Outcome.LATE:
                assert State.LATE in worse.values()
            case Outcome.MAY_WAIT:
                assert set(worse.values()) <= {State.LATE}
            case Outcome.NOT_BELIEVED:
                assert worse == {Series.MARK.value: State.DISAGREEING}
            case Outcome.HELD:
                assert worse == {Series.OPEN_INTEREST.value: State.DISAGREEING}
        if Series.CANDLES.value in worse and cell.kind not in ("stale", "gap"):
            assert self.house.watch.troubles[cell.venue]

    async def _check_map(self, *, everybody: bool) -> None:
        """What is drawn, share by share; what is said to be late may be old."""
        true = await self.truth.advance()
        drawn = (await self.house.desk.view(BTC)).found
        left_out = {self.cell.venue} if self.cell.outcome is Outcome.NOT_BELIEVED and not everybody else set()
        assert {share.venue for share in drawn.venues} == set(VENUES) - left_out
        assert set(drawn.doubted) == left_out
        assert drawn.late <= (set() if everybody else {self.cell.venue})
        for share in drawn.venues:
            self._check_share(share, true, is_late=share.venue in drawn.late)

    def _check_share(self, share: VenueMap, true: LiquidationMap, *, is_late: bool) -> None:
        (known,) = true.only([share.venue]).venues
        there = share.moved_by(float(np.log(known.price / share.price)))
        assert elsewhere(there, known) < MASS_WITHIN, share.venue
        if not is_late:
            assert share.open_interest_base == pytest.approx(known.open_interest_base, rel=INTEREST_WITHIN)

    def _check_alert(self, alert: Alert) -> None:
        """It tells a price that the undisturbed market had then."""
        listing = self.house.listing(VENUES[0])
        minute_ms = alert.fired_ms // MINUTE * MINUTE
        marks = self.house.market.mark_candles(listing, MINUTE, minute_ms, minute_ms + MINUTE)
        assert float(marks.low[0]) * (1 - PRICE_WITHIN) <= alert.telling.price
        assert alert.telling.price <= float(marks.high[0]) * (1 + PRICE_WITHIN)
        assert abs(alert.telling.distance) <= RULES.reach.of(0.0)


def elsewhere(share: VenueMap, known: VenueMap) -> float:
    """The largest part of a side's mass that lies on the wrong side of any distance, of the true mass."""
    reached, true = (np.cumsum(one.mass.sum(axis=1), axis=1) for one in (share, known))
    return float(np.abs(reached - true).max() / true[:, -1].sum())
