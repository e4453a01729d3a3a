"""Search by name and mobile: a folded name beside each request and one trigram index over it, fed by triggers.

The index holds ``"  " + name`` with two spaces between words: any three letters of a name are in it, and so are the
first one ("  م") and two (" مح") of each word. It keeps no text and no positions (a third of the size, and a sale
pays for each page it touches); what is found is compared with the row.
"""

from alembic import op

from protocol.values.arabic import search_key

revision = "0002"
down_revision = "0001"

INDEXES = (
    "CREATE INDEX ix_request_mobile ON request (mobile)",
    """
    CREATE VIRTUAL TABLE fts_name USING fts5(
        parts, content='', columnsize=0, detail='none', tokenize='trigram case_sensitive 1'
    )
    """,
    "INSERT INTO fts_name(fts_name, rank) VALUES ('secure-delete', 1)",
    "INSERT INTO fts_name(rowid, parts) SELECT id, '  ' || replace(name_key, ' ', '  ') FROM request ORDER BY id",
)
FEEDS = (
    """
    CREATE TRIGGER request_found AFTER INSERT ON request BEGIN
        INSERT INTO fts_name(rowid, parts) VALUES (new.id, '  ' || replace(new.name_key, ' ', '  '));
    END
    """,
    """
    CREATE TRIGGER request_forgotten AFTER DELETE ON request BEGIN
        INSERT INTO fts_name(fts_name, rowid, parts)
        VALUES ('delete', old.id, '  ' || replace(old.name_key, ' ', '  '));
    END
    """,
    """
    CREATE TRIGGER request_renamed AFTER UPDATE OF name_key ON request BEGIN
        INSERT INTO fts_name(fts_name, rowid, parts)
        VALUES ('delete', old.id, '  ' || replace(old.name_key, ' ', '  '));
        INSERT INTO fts_name(rowid, parts) VALUES (new.id, '  ' || replace(new.name_key, ' ', '  '));
    END
    """,
)


def upgrade() -> None:
    op.execute("ALTER TABLE request ADD COLUMN name_key VARCHAR DEFAULT '' NOT NULL")
    driver = op.get_bind().connection.driver_connection
    driver.create_function("search_key", 1, search_key, deterministic=True)
    op.execute("UPDATE request SET name_key = search_key(name)")
    for statement in INDEXES + FEEDS:
        op.execute(statement)
