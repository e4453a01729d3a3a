"""A draft knows the visit it belongs to: one citizen, several services."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("ALTER TABLE draft ADD COLUMN visit VARCHAR DEFAULT '' NOT NULL")
