"""The command line: `python -m bot …`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.errors import CommandError
from bot.settings import SettingsRefused, has_token

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Liquidation maps for Telegram: computed from public exchange data, watched around the clock.",
)

Speed = Annotated[
    float, typer.Option(help="How many times faster than life market time runs.", min=0.1, max=3600)
]
Seed = Annotated[int, typer.Option(help="Seed of the invented market.", min=0)]
Start = Annotated[
    str | None, typer.Option(help="Market time to begin at: UTC milliseconds or ISO, e.g. 2026-02-05.")
]
HistoryDays = Annotated[
    float | None, typer.Option("--history", help="Days of past that exist at the start.", min=0.5)
]
Recorded = Annotated[Path | None, typer.Option(help="Play this recording instead of the invented market.")]
Read = Annotated[Path | None, typer.Option(help="Read this recording instead of the live exchanges.")]
ServedAs = Annotated[str | None, typer.Option("--as", help="Serve the recording in this venue's dialect.")]
Also = Annotated[
    list[str] | None,
    typer.Option(help="A venue that the invented market has beside Binance, OKX and Bybit: gate."),
]
Expiry = Annotated[
    float | None,
    typer.Option(help="Also list dated contracts that expire so many hours after the start.", min=0.1),
]
Port = Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)]


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def start(context: typer.Context) -> None:
    """`run` when BOT_TOKEN is set, otherwise `demo` with the options given; `make run` does this."""
    if not has_token():
        typer.echo("BOT_TOKEN is not set: starting the demo, a sandbox market and a chat page of its own.")
        app(["demo", *context.args])
    if context.args:
        raise CommandError(
            f"`run` takes no options ({' '.join(context.args)}); its settings come from the environment."
        )
    app(["run"])


@app.command()
def run() -> None:
    """The bot: Telegram and the live exchanges (public data, no exchange keys)."""
    from bot.commands.run import run as run_bot

    run_bot()


@app.command()
def demo(
    speed: Speed = 120,
    seed: Seed = 1,
    start: Start = None,
    history: HistoryDays = None,
    recording: Recorded = None,
    served_as: ServedAs = None,
    also: Also = None,
    expiry: Expiry = None,
    port: Port = 0,
) -> None:
    """The sandbox and the bot together, to try everything in a browser."""
    from bot.commands.demo import demo as run_demo
    from bot.commands.sandbox import SandboxWishes

    wishes = SandboxWishes(port, speed, seed, start, history, recording, served_as, tuple(also or ()), expiry)
    run_demo(wishes)


@app.command()
def sandbox(
    speed: Speed = 120,
    seed: Seed = 1,
    start: Start = None,
    history: HistoryDays = None,
    recording: Recorded = None,
    served_as: ServedAs = None,
    also: Also = None,
    expiry: Expiry = None,
    port: Port = 0,
    small_coins: Annotated[
        int,
        typer.Option(help="How many coins the invented market lists beside its usual ones.", min=0, max=300),
    ] = 0,
    limits: Annotated[bool, typer.Option("--limits", help="Enforce the venues' request limits.")] = False,
    export: Annotated[
        Path | None, typer.Option(help="Write the market as a recording here, and end.")
    ] = None,
    export_days: Annotated[float, typer.Option(help="Days of market to export.", min=0.1)] = 30,
    export_market: Annotated[
        str | None, typer.Option(help="Export this contract alone, e.g. binance:BTCUSDT.")
    ] = None,
    habits: Annotated[
        str, typer.Option(help="Of the traders exported: usual, patient-calm, patient-hot, crossed or brisk.")
    ] = "usual",
) -> None:
    """A loopback exchange and a loopback Telegram with a chat page, without the bot."""
    from bot.commands.sandbox import ExportWishes, SandboxWishes
    from bot.commands.sandbox import sandbox as run_sandbox

    venues = tuple(also or ())
    wishes = SandboxWishes(
        port, speed, seed, start, history, recording, served_as, venues, expiry, small_coins
    )
    run_sandbox(wishes, ExportWishes(export, export_days, habits, export_market), limits)


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables (the bot does it at its start too)."""
    from bot.commands.migrate import migrate as run_migrations

    run_migrations()


@app.command()
def estimate(
    recording: Annotated[Path, typer.Option(help="Folder of a recording.")],
    exchange: Annotated[str, typer.Option(help="The venue's name in the recording, e.g. binance.")],
    symbol: Annotated[str, typer.Option(help="Unified symbol or the venue's market id.")],
    at_file: Annotated[Path, typer.Option(help="One UTC millisecond stamp a line.")],
    out: Annotated[Path, typer.Option(help="Where to write one JSON map a line.")],
) -> None:
    """Maps of one recorded market at the stamps of a file, from what was known at each."""
    from bot.commands.estimate import estimate as write_maps

    write_maps(recording, exchange, symbol, at_file, out)


@app.command()
def score(
    recording: Annotated[Path, typer.Option(help="Folder of a recording that knows what happened.")],
    exchange: Annotated[str | None, typer.Option(help="Default: the recording's first market.")] = None,
    symbol: Annotated[str | None, typer.Option(help="Unified symbol or the venue's market id.")] = None,
    maps: Annotated[
        Path | None, typer.Option(help="Maps as `estimate` writes them; default: our own, made here.")
    ] = None,
    horizon: Annotated[int, typer.Option(help="Minutes of liquidations after each map.", min=1)] = 60,
    warm_up_days: Annotated[float, typer.Option(help="First days that are not scored.", min=0)] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
    baselines: Annotated[bool, typer.Option(help="Plain maps of the same market beside it.")] = True,
) -> None:
    """How good maps are: against open positions, liquidations or totals that a recording knows."""
    from bot.commands.score import ScoreWishes, score_recording

    score_recording(ScoreWishes(recording, exchange, symbol, maps, horizon, warm_up_days, as_json, baselines))


@app.command()
def alerts(
    recording: Annotated[list[Path], typer.Option(help="Folder of a recording; several count together.")],
    exchange: Annotated[str | None, typer.Option(help="Default: every market with open interest.")] = None,
    symbol: Annotated[str | None, typer.Option(help="Unified symbol or the venue's market id.")] = None,
    step_minutes: Annotated[int, typer.Option(help="Market time between two maps.", min=1)] = 5,
    warm_up_days: Annotated[float, typer.Option(help="First days in which nothing is told.", min=0)] = 10,
    horizon_hours: Annotated[int, typer.Option(help="How long after an alert it is judged.", min=1)] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """What each kind of alert would have been worth, beside like levels where no zone was."""
    from bot.commands.alerts import AlertWishes, audit_alerts

    wishes = AlertWishes(
        tuple(recording), exchange, symbol, step_minutes, warm_up_days, horizon_hours, as_json
    )
    audit_alerts(wishes)


Moment = Annotated[
    str | None, typer.Option(help="UTC milliseconds or ISO; default: now, or a recording's end.")
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write JSON here; - is standard output.")]


@app.command("map")
def map_command(
    symbol: Annotated[list[str], typer.Argument(help="Symbol, and window or venue: BTC 7d okx")],
    recording: Read = None,
    at: Moment = None,
    png: Annotated[Path | None, typer.Option(help="Write the picture here.")] = None,
    json: JsonFile = None,
) -> None:
    """A liquidation map from the live exchanges or a recording."""
    from bot.commands.once import MapOutputs, map_once

    map_once(" ".join(symbol), recording, at, MapOutputs(png, json))


@app.command()
def heatmap(
    symbol: Annotated[
        list[str], typer.Argument(help="Symbol, and what else of it: BTC 7d okx light volume contrast 4")
    ],
    recording: Read = None,
    at: Moment = None,
    png: Annotated[Path | None, typer.Option(help="Write the picture here.")] = None,
    json: JsonFile = None,
) -> None:
    """A heatmap from the live exchanges or a recording: what was open at which price as time passed."""
    from bot.commands.heatmap import heatmap_once
    from bot.commands.once import MapOutputs

    heatmap_once(" ".join(symbol), recording, at, MapOutputs(png, json))


@app.command()
def draw(
    sheet: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `map --json` or `heatmap --json` wrote.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Write the picture here; default: beside the file.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Twice as many pixels each way.")] = False,
) -> None:
    """A picture that was written as JSON, pixel for pixel."""
    from bot.commands.draw import draw as draw_sheet

    typer.echo(str(draw_sheet(sheet, out, full)))


Picture = Annotated[Path | None, typer.Option("--png", help="Write the picture here.")]


@app.command()
def compare(
    words: Annotated[
        list[str], typer.Argument(help="As in a chat: BTC okx bybit 24h, BTC ETH, BTC perp future")
    ],
    recording: Read = None,
    at: Moment = None,
    png: Picture = None,
    json: JsonFile = None,
) -> None:
    """Two venues, contracts or coins on one percent axis."""
    from bot.commands.once import MapOutputs
    from bot.commands.several_maps import From, compare_once

    compare_once(" ".join(words), From(recording, at), MapOutputs(png, json))


@app.command()
def evolution(
    words: Annotated[list[str], typer.Argument(help="Symbol, and venue: BTC okx")],
    recording: Read = None,
    at: Moment = None,
    png: Picture = None,
    json: JsonFile = None,
) -> None:
    """A pair's 24h, 3d and 30d under each other."""
    from bot.commands.once import MapOutputs
    from bot.commands.several_maps import From, evolution_once

    evolution_once(" ".join(words), From(recording, at), MapOutputs(png, json))


@app.command()
def zones(
    symbol: Annotated[list[str], typer.Argument(help="Symbol, and venue: BTC okx")],
    recording: Read = None,
    at: Moment = None,
    json: JsonFile = None,
) -> None:
    """The zones of a symbol from the live exchanges or a recording."""
    from bot.commands.once import zones_once

    zones_once(" ".join(symbol), recording, at, json)


@app.command()
def record(
    symbols: Annotated[list[str], typer.Argument(metavar="SYMBOL...", help="Pairs in any spelling.")],
    days: Annotated[float, typer.Option(help="Of past.", min=0.01, max=365)],
    out: Annotated[Path, typer.Option(help="Folder to write, new or empty.")],
    exchange: Annotated[str | None, typer.Option(help="Default: all of EXCHANGES.")] = None,
) -> None:
    """A recording: the venues' candles and open interest, and the liquidations that this bot heard."""
    from bot.commands.record import RecordWishes
    from bot.commands.record import record as write

    write(RecordWishes(symbols, days, out, exchange))


def main() -> None:
    try:
        app()
    except (CommandError, SettingsRefused) as error:
        typer.echo(str(error), err=True)
        raise SystemExit(getattr(error, "exit_code", 2)) from None
    except OSError as error:
        logging.getLogger(__name__).debug("where it came from", exc_info=True)
        typer.echo(_sentence(error), err=True)
        raise SystemExit(2) from None


def _sentence(error: OSError) -> str:
    """`/no/where.png: No such file or directory.`; an error without a text says its kind and the command."""
    named = "" if error.filename is None else f"{error.filename}: "
    nameless = f"{' '.join(sys.argv[1:2]) or 'The command'} ended with {type(error).__name__}"
    return f"{named}{error.strerror or str(error) or nameless}."


if __name__ == "__main__":
    main()
