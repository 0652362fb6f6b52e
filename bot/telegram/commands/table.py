"""Which command is answered by what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.telegram.asking import Answer, Asking
from bot.telegram.commands import (
    about,
    alerts,
    cascade,
    compare,
    evolution,
    explaining,
    heatmap,
    history,
    impact,
    kinds,
    liquidations,
    looks,
    maps,
    near,
    positions,
    readings,
    replay,
    schedule,
    score,
    settings,
    terms,
)
from bot.telegram.room import Room

Command = Callable[[Room, Asking], Awaitable[Answer]]
Tap = Callable[[Room, Asking], Awaitable[str]]

COMMANDS: dict[str, Command] = {
    "start": about.answer_start,
    "help": about.answer_help,
    "settings": settings.answer_settings,
    "map": maps.answer_map,
    "heatmap": heatmap.answer_heatmap,
    "compare": compare.answer_compare,
    "evolution": evolution.answer_evolution,
    "zones": maps.answer_zones,
    "replay": replay.answer_replay,
    "subscribe": alerts.answer_subscribe,
    "unsubscribe": alerts.answer_unsubscribe,
    "alerts": alerts.answer_alerts,
    "kinds": kinds.answer_kinds,
    "snooze": terms.answer_snooze,
    "hours": terms.answer_hours,
    "timezone": terms.answer_timezone,
    "budget": terms.answer_budget,
    "event": terms.answer_event,
    "digest": terms.answer_digest,
    "palette": looks.answer_palette,
    "theme": looks.answer_theme,
    "language": looks.answer_language,
    "schedule": schedule.answer_schedule,
    "unschedule": schedule.answer_unschedule,
    "channel": about.answer_channel,
    "why": explaining.answer_why,
    "history": history.answer_history,
    "gradient": readings.answer_gradient,
    "quiet": readings.answer_quiet,
    "model": explaining.answer_model,
    "liquidations": liquidations.answer_liquidations,
    "cascade": cascade.answer_cascade,
    "impact": impact.answer_impact,
    "near": near.answer_near,
    "liq": positions.answer_liq,
    "stop": positions.answer_stop,
    "sl": positions.answer_stop,  # what buttons carry: "stop" there ends a schedule
    "target": positions.answer_target,
    "score": score.answer_score,
    "status": about.answer_status,
}

# Buttons that change something and answer with a toast.
TAPS: dict[str, Tap] = {"off": alerts.tap_off, "stop": alerts.tap_stop, "hush": terms.tap_hush}

# Buttons that change something and redraw their message in place.
PANELS: dict[str, Command] = {"set": settings.turn_setting, "kind": kinds.turn_kind}
