"""How the invented traders behave: what they lever, how long they hold, how price moves around them."""

from dataclasses import dataclass, replace

HOUR, DAY = 60.0, 1440.0  # minutes


@dataclass(frozen=True)
class Habits:
    """One family of markets. Shares lie between 0 and 1, lengths of time are minutes.

    leverages: (setting, share of the traders who do not choose an odd one).
    odd_leverages: share of traders whose setting is any whole number.
    cross: share of positions with more behind them than their own margin: the distance to liquidation
    grows 1.2 + exp(normal(*behind)) times.
    half_lives: every trader's own, drawn log-uniformly in between; without them most are quick, some slow.
    top_ups: chance a minute that a trader near liquidation adds margin.
    crowd: how many positions of usual size a side has; without it as many people enter every minute.
    openings, slots: most new positions a minute, and room for open ones, per contract and side.
    growth, restlessness: how fast open interest follows what is wanted, and its noise, a minute.
    appetite: memory and spread of the open interest that is wanted.
    walks: price is a random walk of changing volatility instead of swinging around a centre.
    interest_noise, share_noise: errors of the published open interest (a share of it) and long share.
    instants: in how many moments of a minute liquidations happen.
    """

    name: str
    leverages: tuple[tuple[float, float], ...]
    odd_leverages: float = 0.0
    cross: float = 0.0
    behind: tuple[float, float] = (1.0, 0.9)
    half_lives: tuple[float, float] | None = None
    top_ups: float = 0.0
    crowd: int = 0
    openings: int = 2
    slots: int = 1536
    warm_up_minutes: int = 480
    growth: float = 0.006
    restlessness: float = 0.0006
    appetite: tuple[float, float] = (1440, 0.06)
    walks: bool = True
    interest_noise: float = 0.002
    share_noise: float = 0.02
    instants: int = 60


USUAL = Habits(
    name="usual",
    leverages=(
        *((125.0, 0.01), (100.0, 0.02), (75.0, 0.02), (50.0, 0.07), (25.0, 0.14), (20.0, 0.2)),
        *((10.0, 0.28), (5.0, 0.16), (3.0, 0.1)),
    ),
    cross=0.45,
    walks=False,
    interest_noise=0.0,
    share_noise=0.004,
    instants=12,
)
PATIENT_CALM = Habits(
    name="patient-calm",
    leverages=((50.0, 0.01), (25.0, 0.04), (20.0, 0.05), (10.0, 0.17), (5.0, 0.29), (3.0, 0.26), (2.0, 0.18)),
    odd_leverages=0.1,
    half_lives=(1 * DAY, 20 * DAY),
    crowd=6000,
    openings=12,
    slots=20_480,
    warm_up_minutes=round(20 * DAY),
    growth=0.001,
    restlessness=0.0001,
    appetite=(3 * DAY, 0.12),
)
PATIENT_HOT = replace(
    PATIENT_CALM,
    name="patient-hot",
    leverages=(
        *((100.0, 0.04), (75.0, 0.03), (50.0, 0.08), (25.0, 0.11), (10.0, 0.02)),
        *((5.0, 0.06), (3.0, 0.14), (2.0, 0.26), (1.0, 0.26)),
    ),
    odd_leverages=0.0,
)
CROSSED = Habits(
    name="crossed",
    leverages=USUAL.leverages,
    odd_leverages=0.6,
    cross=0.85,
    behind=(1.2, 1.0),
    top_ups=1 / 240,
    crowd=6000,
    openings=40,
    slots=16_384,
    warm_up_minutes=round(5 * DAY),
)
BRISK = Habits(
    name="brisk",
    leverages=((50.0, 0.01), (25.0, 0.04), (20.0, 0.06), (10.0, 0.3), (5.0, 0.35), (3.0, 0.24)),
    odd_leverages=0.05,
    cross=0.25,
    half_lives=(HOUR / 3, 8 * HOUR),
    crowd=6000,
    openings=80,
    slots=16_384,
    warm_up_minutes=round(2 * DAY),
)

FAMILIES = (USUAL, PATIENT_CALM, PATIENT_HOT, CROSSED, BRISK)


def habits_named(name: str) -> Habits:
    """The family of that name; ValueError names the known ones."""
    for habits in FAMILIES:
        if habits.name == name:
            return habits
    raise ValueError(
        f"no traders have the habits {name!r}: choose from {', '.join(f.name for f in FAMILIES)}"
    )
