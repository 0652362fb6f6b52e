"""Zones are looked for by their names alone."""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_zone_events_zone_id", "zone_events", ["zone_id"])


def downgrade() -> None:
    op.drop_index("ix_zone_events_zone_id", "zone_events")
