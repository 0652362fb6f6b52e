"""One symbol over all its venues: an inventory each, their common map and its zones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from bot.liquidation.annals import Annals, renamed_event, renamed_reading
from bot.liquidation.checkpoint import CheckpointError, pack, unpack
from bot.liquidation.contract import Contract
from bot.liquidation.data_quality import KEPT_MS
from bot.liquidation.history import History
from bot.liquidation.inventory import Inventory, NoOpenInterest
from bot.liquidation.liquidation_map import DISTANCE_BIN, LiquidationMap, VenueMap
from bot.liquidation.narrow_range import narrow_range_of
from bot.liquidation.read_off import read_off, to_remember
from bot.liquidation.reading import NarrowRange, Reading
from bot.liquidation.zone import Zone
from bot.liquidation.zone_book import ZoneBook
from bot.liquidation.zone_event import ZoneEvent

VERSION = 1
ZONE_BOOK = "zone book"  # among the stored venues
HOUR_MS = 3_600_000
WARM_UP_MS = 24 * HOUR_MS  # zones of a colder inventory would only spoil the percentiles
STALE_MS = 15 * 60_000  # a venue this far behind the newest does not vote on the reference price


class PairModel:
    def __init__(self, symbol: str) -> None:
        self.symbol = symbol
        self.inventories: dict[str, Inventory] = {}
        self.zone_book = ZoneBook()
        self.unusable: dict[str, str] = {}  # venue -> why its stored inventory was given up
        self._readings: list[Reading] = []  # of the hours tracked since the annals were taken
        self._events: list[ZoneEvent] = []  # of a past that was taken over since then
        self._retold: tuple[frozenset[str], int] = (frozenset(), 0)
        self._waiting: dict[str, bytes] = {}  # stored inventories of venues whose contract is not known yet

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Zones of the reference map: all venues, everything open, no floor."""
        return self.zone_book.zones

    @property
    def as_of_ms(self) -> int:
        """End of the newest candle of any venue, 0 before the first."""
        return max((inventory.as_of_ms for inventory in self.inventories.values()), default=0)

    def advance(self, contracts: Mapping[str, Contract], histories: Mapping[str, Sequence[History]]) -> None:
        """Take in what is new of each venue, oldest first; both mappings are by venue name.

        Long histories go hour by hour through all venues together, tracking zones at each hour, so that the
        result is the same as if the pair had been watched all along. Raises HistoryError for malformed
        candles and KeyError for a venue that is new and has no contract. A contract whose margin tiers are
        others than so far is taken over: what is open stays where it is.
        """
        for venue in histories:
            if venue in self.inventories:
                self._with_tiers_of(contracts.get(venue))
            elif not self.adopt(contracts[venue]):
                self.inventories[venue] = Inventory.empty(contracts[venue])
        histories = {venue: self._news(venue, parts) for venue, parts in histories.items()}
        for stamp in self._hours(histories):
            self._advance_to(histories, stamp)
            if stamp > self.zone_book.as_of_ms and self._is_warm(stamp):
                self._track()
        self._advance_to(histories, None)
        self._track()

    def map(
        self,
        venues: Iterable[str] | None = None,
        window_ms: int | None = None,
        window: str = "all",
        prices: Mapping[str, float] | None = None,
        floor: bool = False,
    ) -> LiquidationMap:
        """The sum of the venues' maps, each outward from its own mark price (default: its last close).

        `window_ms` None means everything open; `window` is only its name. `missing` are the venues asked for
        that have no open interest here. Raises NoOpenInterest if that is all of them.
        """
        asked = tuple(self.inventories) if venues is None else tuple(venues)
        usable = {name: self.inventories[name] for name in asked if self._usable(name)}
        if not usable:
            raise NoOpenInterest(f"{self.symbol}: no open interest on {', '.join(asked) or 'any venue'}")
        marks = self._marks(usable, prices or {})
        shares = [_share(inventory, window_ms, marks[name], floor) for name, inventory in usable.items()]
        return LiquidationMap(
            symbol=self.symbol,
            price=float(np.median(list(marks.values()))),
            window=window,
            venues=tuple(shares),
            missing=tuple(name for name in asked if name not in usable),
        )

    def take_over(self, whole: PairModel) -> None:
        """Inventories that know more of the past take the place of those here, up to the same candle.

        A zone keeps its name where it overlaps what it was, and takes the past over that `whole` knows of it.
        """
        self.inventories |= whole.inventories
        here = {zone.id for zone in self.zones}
        names = self.zone_book.take_over(whole.zone_book)
        past = whole.take_annals()
        if past.readings:
            self._readings = [renamed_reading(one, names) for one in past.readings]
            self._events = [renamed_event(one, names) for one in past.events]
            self._retold = (frozenset(here & set(names.values())), past.readings[-1].as_of_ms)
        self.zone_book.forget_sizes()
        self._track()

    def read_off(self, found: LiquidationMap) -> Reading:
        """Everything that is read off a map of venues known here, with its zones' names and ranks."""
        return read_off(found, self.zones, self.zone_book.hourly, self._narrow_range(found))

    def take_annals(self) -> Annals:
        """What happened since this was asked last; whoever stores the model stores this with it."""
        events = (*self._events, *self.zone_book.take_events())
        annals = Annals(events, tuple(self._readings), *self._retold)
        self._readings, self._events, self._retold = [], [], (frozenset(), 0)
        return annals

    def adopt(self, contract: Contract) -> bool:
        """Bring a venue's stored inventory back now that its contract is known; False if none is usable.

        Ask before fetching history: an adopted venue needs only what is newer than its inventory.
        """
        blob = self._waiting.pop(contract.venue, None)
        if blob is None:
            return False
        try:
            self.inventories[contract.venue] = Inventory.from_bytes(contract, blob)
        except CheckpointError as error:
            self.unusable[contract.venue] = str(error)
            return False
        return True

    def to_bytes(self) -> bytes:
        blobs = {name: inventory.to_bytes() for name, inventory in self.inventories.items()}
        blobs = {**self._waiting, **blobs, ZONE_BOOK: self.zone_book.to_bytes()}
        arrays = {name: np.frombuffer(blob, np.uint8) for name, blob in blobs.items()}
        return pack("pair", VERSION, {"symbol": self.symbol}, arrays)

    @classmethod
    def from_bytes(cls, contracts: Mapping[str, Contract], blob: bytes) -> PairModel:
        """Goes on where the stored one stood.

        A venue without a contract now is kept as stored until `adopt` or `advance` brings one; where the
        stored inventory is damaged it is left out and named in `unusable`. Zones keep their names.
        Raises CheckpointError where the whole or the zone book is damaged or of another version.
        """
        facts, arrays = unpack("pair", VERSION, blob)
        if ZONE_BOOK not in arrays or "symbol" not in facts:
            raise CheckpointError("the stored pair is damaged")
        model = cls(facts["symbol"])
        model.zone_book = ZoneBook.from_bytes(arrays.pop(ZONE_BOOK).tobytes())
        model._waiting = {name: array.tobytes() for name, array in arrays.items()}
        for name in arrays:
            if name in contracts:
                model.adopt(contracts[name])
        return model

    def _with_tiers_of(self, contract: Contract | None) -> None:
        if contract is None:
            return
        known = self.inventories[contract.venue]
        if contract.tiers != known.contract.tiers:
            self.inventories[contract.venue] = Inventory.from_bytes(contract, known.to_bytes())

    def _news(self, venue: str, parts: Sequence[History]) -> list[History]:
        """Without candles that began earlier: one just adopted may be given more than what is new."""
        return [part.after(self.inventories[venue].as_of_ms) for part in parts]

    def _hours(self, histories: Mapping[str, Sequence[History]]) -> Iterator[int]:
        """Full hours that lie inside what is new."""
        stretches = [
            (max(int(history.start_ms[0]), self.inventories[venue].as_of_ms), int(history.end_ms[-1]))
            for venue, parts in histories.items()
            for history in parts
            if len(history)
        ]
        if not stretches:
            return iter(())
        first = min(begin for begin, _ in stretches) // HOUR_MS + 1
        last = max(end for _, end in stretches) // HOUR_MS
        return iter(range(first * HOUR_MS, (last + 1) * HOUR_MS, HOUR_MS))

    def _advance_to(self, histories: Mapping[str, Sequence[History]], stamp: int | None) -> None:
        for venue, parts in histories.items():
            inventory = self.inventories[venue]
            for history in parts:
                fresh = history if stamp is None else history.until(stamp)
                if len(fresh) and fresh.end_ms[-1] > inventory.as_of_ms:
                    inventory.advance(fresh)

    def _is_warm(self, stamp: int) -> bool:
        begun = [one.covers_from_ms for one in self.inventories.values() if one.has_open_interest]
        return bool(begun) and stamp - min(begun) >= WARM_UP_MS

    def _track(self) -> None:
        """Zones of the venues whose candles go on; one silent for hours would name what is long gone."""
        heard = [
            name
            for name, inventory in self.inventories.items()
            if self._usable(name) and self.as_of_ms - inventory.as_of_ms <= KEPT_MS
        ]
        if heard:
            found = self.map(heard)
            self.zone_book.track(found, *self._went(found))
            self._remember(found)

    def _remember(self, found: LiquidationMap) -> None:
        """The first map of an hour stands for it."""
        hourly = self.zone_book.hourly
        if hourly.is_due(found.as_of_ms):
            reading = self.read_off(found)
            hourly.sample(found.as_of_ms, to_remember(reading))
            self._readings.append(reading)

    def _went(self, found: LiquidationMap) -> tuple[float, float]:
        """The lowest and highest reference price since zones were tracked last: the median of what each
        venue's candles say of its own price, so that one venue's spike sweeps nothing."""
        since_ms, news = self.zone_book.as_of_ms, []
        for share in found.venues:
            rows = self.inventories[share.venue].ranges_after(since_ms)
            if since_ms and len(rows):
                position = np.log(share.price) / DISTANCE_BIN
                news.append((rows[:, 2].min() - position, rows[:, 3].max() - position))
        low, high = np.median(news, axis=0) if news else (0.0, 0.0)
        return float(found.price * np.exp(low * DISTANCE_BIN)), float(
            found.price * np.exp(high * DISTANCE_BIN)
        )

    def _narrow_range(self, found: LiquidationMap) -> NarrowRange | None:
        """As the venue of the largest share saw prices."""
        share = max(found.venues, key=lambda one: one.open_interest_base)
        inventory = self.inventories[share.venue]
        return narrow_range_of(inventory.ranges(), inventory.as_of_ms, found.price / share.price)

    def _usable(self, venue: str) -> bool:
        return venue in self.inventories and self.inventories[venue].has_open_interest

    def _marks(self, usable: Mapping[str, Inventory], prices: Mapping[str, float]) -> dict[str, float]:
        """A price per venue. One that fell behind and has no mark is read at the others' price."""
        newest = max(inventory.as_of_ms for inventory in usable.values())
        marks = {
            name: prices.get(name, inventory.last_close)
            for name, inventory in usable.items()
            if name in prices or newest - inventory.as_of_ms <= STALE_MS
        }
        others = float(np.median(list(marks.values())))
        return {name: marks.get(name, others) for name in usable}


def _share(inventory: Inventory, window_ms: int | None, price: float, floor: bool) -> VenueMap:
    if window_ms is None:
        return inventory.read_out(price, floor)
    return inventory.window(window_ms, price)
