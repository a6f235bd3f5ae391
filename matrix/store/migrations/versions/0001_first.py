"""The first tables: those of a dataset, its history, files and texts, and its members."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# As they were then: what the schema gains later is a step of its own.
TABLES = {
    "sides": "name name_zh main counted colour note",
    "stances": "name name_zh score conditional glyph colour definition",
    "risk_areas": "name name_zh parent definition mit_ai_risk_repository ai_safety_report mapping_note",
    "sources": "title author publisher kind date date_note url archived_url accessed language sha256 note",
    "actors": "name name_native role institution parent_institution side kind authority track note",
    "proposals": ("title title_zh definition theme parent kind risk_areas ladder rung date coverage coverage_note"),
    "statements": (
        "actor proposal stance source condition condition_quote quote start summary attribution "
        "date_start date_end date_note confidence superseded_by coder note"
    ),
    "searches": "actor proposal where by date source note",
    "links": "proposal other kind why",
    "events": (
        "title date_start date_end date_note kind sides proposals source quote start status conflicts_with note"
    ),
}


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def upgrade() -> None:
    """Make every table."""
    for name, columns in TABLES.items():
        op.create_table(
            name,
            sa.Column("layer", sa.Text, primary_key=True),
            sa.Column("id", sa.Text, primary_key=True),
            sa.Column("position", sa.Integer, nullable=False),
            *map(_text, columns.split()),
            _text("extra"),
        )
    op.create_table(
        "table_columns",
        sa.Column("layer", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        _text("columns"),
        _text("sha256"),
    )
    op.create_table(
        "history",
        sa.Column("layer", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("line", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "files", sa.Column("name", sa.Text, primary_key=True), sa.Column("content", sa.LargeBinary, nullable=False)
    )
    op.create_table(
        "texts",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_texts_sha256", "texts", ["sha256"])
    op.create_table(
        "revisions", sa.Column("layer", sa.Text, primary_key=True), sa.Column("revision", sa.Integer, nullable=False)
    )
    op.create_table(
        "members",
        sa.Column("email", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        *map(_text, ("issuer", "subject", "name", "since", "seen")),
    )
    op.create_index(
        "one_member_a_person",
        "members",
        ["issuer", "subject"],
        unique=True,
        sqlite_where=sa.text("issuer != ''"),
        postgresql_where=sa.text("issuer != ''"),
    )
    op.create_table(
        "layer_owners",
        sa.Column("layer", sa.Text, primary_key=True),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
    )
