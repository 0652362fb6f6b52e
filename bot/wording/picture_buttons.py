"""The buttons under a picture: each asks for the same picture with one thing different, in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.liquidation.liquidation_map import LEVERAGE_BANDS
from bot.liquidation.selection import EVERYTHING, Selection
from bot.liquidation.side import Side
from bot.liquidation.windows import ALL, WINDOWS
from bot.liquidation.zone import Band
from bot.look import Overlay, Stack, Wishes
from bot.wording.buttons import (
    AGAIN,
    LONGEST_DATA,
    REDRAW,
    VERSION,
    Key,
    Keyboard,
    in_rows,
    key,
    marked,
    rows,
    why_key,
)
from bot.wording.pair import venue_name
from bot.wording.picture_line import (
    OVERLAY_WORDS,
    PictureLine,
    band_word,
    band_words,
    leverage_word,
    moment_word,
)

HEAT = f"{REDRAW} heat"
REPLAY = f"{REDRAW} replay"
STEP_MS = 3_600_000  # between a map as it was and the one before
USUAL_HEAT_WINDOW = "24h"
LONGEST_LINE = LONGEST_DATA - len(VERSION)
SIDES = {Side.LONG: "Longs", Side.SHORT: "Shorts"}
OVERLAYS = {Overlay.VOLUME: "Volume", Overlay.AVERAGE: "Average"}
DENSE = (Band.HIGH, Band.EXTREME)
SHORT_BANDS = {Band.LOW: "Low", Band.MEDIUM: "Med", Band.HIGH: "High", Band.EXTREME: "Extreme"}
MOST_VENUES = 4

Row = tuple[Key | None, ...]


def map_buttons(
    asked: PictureLine, venues: Sequence[str], zone_id: str = "", now_ms: int | None = None
) -> Keyboard:
    """Under a map. `venues` are those on it; `zone_id` is the zone it says most of, empty for none; `now_ms`
    ends how late a map as it was may be asked for."""
    asked = _without_file(asked)
    by_venue = asked.wishes.stack is Stack.VENUE
    other = replace(asked.wishes, stack=None if by_venue else Stack.VENUE)
    stack = picture_key("By tier" if by_venue else "By venue", REDRAW, replace(asked, wishes=other), "venues")
    everything = picture_key(marked("All open", asked.window == ALL), REDRAW, replace(asked, window=ALL))
    return rows(
        *_windows(REDRAW, asked, asked.window),
        _views(REDRAW, asked),
        _tiers(REDRAW, asked),
        (*_sides(REDRAW, asked), stack if len(venues) > 1 else None, everything),
        _venues(REDRAW, asked, venues),
        _actions("map", asked, zone_id) if asked.at_ms is None else _moments(asked, asked.at_ms, now_ms),
    )


def heat_buttons(asked: PictureLine, venues: Sequence[str], zone_id: str = "") -> Keyboard:
    """Under a heatmap; with no window in its line it is of the usual one."""
    asked = _without_file(asked)
    window = USUAL_HEAT_WINDOW if asked.window == ALL else asked.window
    return rows(
        *_windows(HEAT, asked, window),
        _views(HEAT, asked),
        _tiers(HEAT, asked),
        (*_sides(HEAT, asked), *_overlays(asked)),
        _venues(HEAT, asked, venues),
        _actions("heatmap", asked, zone_id),
    )


def replay_buttons(asked: PictureLine, venues: Sequence[str]) -> Keyboard:
    """Under a replay, which is always of the last day and of everything open."""
    asked = replace(_without_file(asked), window=ALL, at_ms=None)
    return rows(
        (
            picture_key("Map", REDRAW, asked),
            picture_key("Heatmap", HEAT, asked),
            picture_key("Zones", "zones", replace(asked, wishes=Wishes())),
        ),
        _tiers(REPLAY, asked),
        _sides(REPLAY, asked),
        _venues(REPLAY, asked, venues),
        (picture_key("Refresh", f"{AGAIN} replay", asked),),
    )


def everything_key(head: str, asked: PictureLine) -> Key | None:
    """The same without filters."""
    return picture_key("Without filters", head, replace(asked, selection=EVERYTHING))


def past_choice(asked: PictureLine) -> Keyboard:
    """Instead of a heatmap of the past: the map as it was, or the heatmap up to now."""
    was = picture_key("Map as it was", "map", asked)
    return rows((was, picture_key("Heatmap up to now", "heatmap", replace(asked, at_ms=None))))


def _without_file(asked: PictureLine) -> PictureLine:
    return replace(asked, wishes=replace(asked.wishes, full=False))


def picture_key(text: str, head: str, asked: PictureLine, keep: str = "") -> Key | None:
    """A button that asks for this; with as many words as it has room for, `keep` being what it is for."""
    return key(text, asked.fitted(head, LONGEST_LINE, keep))


def _windows(head: str, asked: PictureLine, shown: str) -> list[Row]:
    keys = [
        picture_key(marked(name, name == shown), head, replace(asked, window=name), name) for name in WINDOWS
    ]
    return in_rows(keys, 4)


def _views(head: str, asked: PictureLine) -> Row:
    picked = asked.selection
    dense = (picked.band, picked.top_band) != (EVERYTHING.band, EVERYTHING.top_band)
    text = _bands_text(picked.band, picked.top_band) if dense else _bands_text(*DENSE)
    band, top = (EVERYTHING.band, EVERYTHING.top_band) if dense else DENSE
    others = replace(asked, selection=replace(picked, band=band, top_band=top))
    return (
        picture_key(marked("Map", head == REDRAW), REDRAW, asked),
        picture_key(marked("Heatmap", head == HEAT), HEAT, asked) if asked.at_ms is None else None,
        picture_key("Zones", "zones", replace(asked, window=ALL, wishes=Wishes())),
        picture_key(marked(text, dense), head, others, band_word(*DENSE)),
    )


def _bands_text(band: Band, top: Band) -> str:
    """ "High+", "Med–High", "Extreme"."""
    if band is top:
        return SHORT_BANDS[band]
    return f"{SHORT_BANDS[band]}+" if top is Band.EXTREME else f"{SHORT_BANDS[band]}–{SHORT_BANDS[top]}"


def _tiers(head: str, asked: PictureLine) -> Row:
    """Nothing is marked where everything is shown; the first tap leaves one tier alone."""
    return tuple(_tier(head, asked, band) for band in range(len(LEVERAGE_BANDS)))


def _tier(head: str, asked: PictureLine, band: int) -> Key | None:
    shown = frozenset() if asked.selection.leverage == EVERYTHING.leverage else asked.selection.leverage
    tapped = (shown ^ {band}) or EVERYTHING.leverage
    picked = replace(asked.selection, leverage=tapped)
    keep = "" if tapped == EVERYTHING.leverage else leverage_word(tapped)
    text = marked(LEVERAGE_BANDS[band], band in shown)
    return picture_key(text, head, replace(asked, selection=picked), keep)


def _sides(head: str, asked: PictureLine) -> Row:
    return tuple(_side(head, asked, side) for side in Side)


def _side(head: str, asked: PictureLine, side: Side) -> Key | None:
    shown = asked.selection.side is side
    picked = replace(asked.selection, side=None if shown else side)
    return picture_key(marked(SIDES[side], shown), head, replace(asked, selection=picked), side.word)


def _overlays(asked: PictureLine) -> Row:
    return tuple(_overlay(asked, overlay) for overlay in Overlay)


def _overlay(asked: PictureLine, overlay: Overlay) -> Key | None:
    shown = overlay in asked.wishes.overlays
    tapped = replace(asked, wishes=replace(asked.wishes, overlays=asked.wishes.overlays ^ {overlay}))
    return picture_key(marked(OVERLAYS[overlay], shown), HEAT, tapped, OVERLAY_WORDS[overlay])


def _venues(head: str, asked: PictureLine, venues: Sequence[str]) -> Row:
    """Those on the map; the one that is alone on it leads back to all."""
    if asked.venue is not None:
        return (picture_key(marked(venue_name(asked.venue), True), head, replace(asked, venue=None)),)
    if len(venues) < 2:
        return ()
    return tuple(
        picture_key(venue_name(name), head, replace(asked, venue=name), name) for name in venues[:MOST_VENUES]
    )


def _moments(asked: PictureLine, at_ms: int, now_ms: int | None) -> Row:
    """Of a map as it was: an hour earlier, now, and an hour later unless that is to come."""
    before, after = at_ms - STEP_MS, at_ms + STEP_MS
    is_over = now_ms is None or after <= now_ms
    later = picture_key("+1 h ▶", REDRAW, replace(asked, at_ms=after), moment_word(after))
    return (
        picture_key("◀ −1 h", REDRAW, replace(asked, at_ms=before), moment_word(before)),
        picture_key("Now", REDRAW, replace(asked, at_ms=None)),
        later if is_over else None,
        _full("map", asked),
    )


def _actions(command: str, asked: PictureLine, zone_id: str) -> Row:
    heat = command == "heatmap"
    again = picture_key("Refresh", f"{AGAIN} heat" if heat else AGAIN, asked)
    return (
        again,
        key("🔔 Alert", _alert_line(asked.symbol, asked.selection)),
        why_key(asked.symbol, zone_id) if zone_id else None,
        _full(command, asked),
    )


def _full(command: str, asked: PictureLine) -> Key | None:
    whole = replace(asked, wishes=replace(asked.wishes, full=True))
    return picture_key("Full size", command, whole, "full")


def _alert_line(symbol: str, picked: Selection) -> str:
    """An alert has bands, and leverage only from a tier up; it has no side."""
    top_tiers = frozenset(range(min(picked.leverage), len(LEVERAGE_BANDS)))
    from_a_tier = picked.leverage == top_tiers != EVERYTHING.leverage
    leverage = [leverage_word(picked.leverage)] if from_a_tier else []
    return " ".join(["subscribe", symbol, *leverage, *band_words(picked.band, picked.top_band)])
