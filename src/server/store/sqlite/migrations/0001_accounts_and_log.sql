-- Facts about this database itself.
CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Names this life of the database. A `since` from another life counts as none.
INSERT INTO meta (key, value) VALUES ('epoch', lower(hex(randomblob(8))));
-- Written by nothing but the probe that asks whether the disk takes writes again.
INSERT INTO meta (key, value) VALUES ('probe', '0');

CREATE TABLE account (
    id        INTEGER PRIMARY KEY,
    -- Canonical: folded before it comes here, so that bytes may be compared.
    username  TEXT    NOT NULL UNIQUE,
    -- UTS 39 skeleton: no two names look alike.
    skeleton  TEXT    NOT NULL UNIQUE,
    -- As shown.
    name      TEXT    NOT NULL,
    -- A PHC string.
    password  TEXT    NOT NULL,
    -- Unix milliseconds, like every time here.
    created   INTEGER NOT NULL,
    -- When the account was closed; null while it is open.
    closed    INTEGER,
    -- When its last connection closed; null while none has.
    last_seen INTEGER
) STRICT;

CREATE TABLE session (
    -- SHA-256 of the secret; the secret itself is never here.
    key     BLOB    NOT NULL PRIMARY KEY,
    -- Its name in lists and forms.
    public  TEXT    NOT NULL,
    account INTEGER NOT NULL REFERENCES account (id),
    -- 0 a browser with a cookie, 1 a program with a token.
    kind    INTEGER NOT NULL,
    label   TEXT    NOT NULL,
    created INTEGER NOT NULL,
    used    INTEGER NOT NULL,
    UNIQUE (account, public)
) STRICT, WITHOUT ROWID;

-- One row a pair, whichever of the two asks. `low` is the smaller account id; both are the same in notes to oneself,
-- and there the low side is the one in use. A row is written at most once a commit, however many entries it brought.
CREATE TABLE conversation (
    id             INTEGER PRIMARY KEY,
    low            INTEGER NOT NULL REFERENCES account (id),
    high           INTEGER NOT NULL REFERENCES account (id),
    -- The seq and the time of the newest entry.
    head           INTEGER NOT NULL,
    head_at        INTEGER NOT NULL,
    -- The seq of the newest entry of kind message; 0 where there is none.
    last_message   INTEGER NOT NULL,
    -- How many messages each has written, deleted ones included.
    low_messages   INTEGER NOT NULL,
    high_messages  INTEGER NOT NULL,
    low_delivered  INTEGER NOT NULL,
    low_read       INTEGER NOT NULL,
    high_delivered INTEGER NOT NULL,
    high_read      INTEGER NOT NULL,
    -- A number that rises over all conversations with each change: an entry or a mark.
    touched        INTEGER NOT NULL,
    UNIQUE (low, high),
    CHECK (low <= high)
) STRICT;

CREATE INDEX conversation_of_low ON conversation (low, touched);
CREATE INDEX conversation_of_high ON conversation (high, touched);

-- The log. Rows are only ever appended; a deletion empties `text` and touches nothing else. There are no foreign keys
-- here: they would be two more look-ups an append, and the one writer takes both numbers from rows it has read.
CREATE TABLE entry (
    conversation  INTEGER NOT NULL,
    seq           INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    author        INTEGER NOT NULL,
    -- What the author's client called this attempt.
    id            TEXT    NOT NULL,
    -- 0 message, 1 edit, 2 deletion, 3 reaction.
    kind          INTEGER NOT NULL,
    -- The seq that an edit, a deletion or a reaction is about, or that a message replies to.
    target        INTEGER,
    -- The body of a message or an edit, null once erased; the emoji of a reaction, null where it was taken back.
    text          TEXT,
    -- How many messages each of the two had written up to and including this entry. Never changed, so that the number of
    -- messages between two places is one subtraction and unread is computed without counting rows.
    low_messages  INTEGER NOT NULL,
    high_messages INTEGER NOT NULL,
    UNIQUE (conversation, seq),
    -- The id first: ids rise with time, so this index grows at its end as the table does. The other way round an append
    -- costs twice as much.
    UNIQUE (id, author)
) STRICT;

-- The edits of a message, the newest last. Partial, so that a message pays nothing for it.
CREATE INDEX entry_edit ON entry (conversation, target, seq) WHERE kind = 1;
-- Which messages somebody deleted above a place: what unread leaves out.
CREATE INDEX entry_deletion ON entry (conversation, author, target) WHERE kind = 2;
