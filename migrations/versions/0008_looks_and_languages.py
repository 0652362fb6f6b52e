"""A place has its own palette and theme of pictures, and its own language of captions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

DEFAULTS = {"palette": "seed", "theme": "dark", "language": "en"}


def upgrade() -> None:
    for name, usual in DEFAULTS.items():
        chosen: sa.Column[str] = sa.Column(name, sa.Text(), nullable=False, server_default=usual)
        op.add_column("chat_terms", chosen)


def downgrade() -> None:
    for name in DEFAULTS:
        op.drop_column("chat_terms", name)
