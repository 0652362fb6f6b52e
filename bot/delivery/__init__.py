"""The outbox goes out: claims, pacing, the Telegram call, and what its answer means."""

import os

# The library hands out waiting times as timedelta only if asked; its numbers are deprecated and warn.
os.environ.setdefault("PTB_TIMEDELTA", "true")
