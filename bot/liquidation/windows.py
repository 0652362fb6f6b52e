"""The windows a map may be asked for."""

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

WINDOWS = {"12h": 12 * HOUR_MS, "24h": DAY_MS, "3d": 3 * DAY_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS}
ALL = "all"
