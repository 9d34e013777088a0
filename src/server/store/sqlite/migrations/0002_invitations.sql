-- Links by which somebody may register, once. A row goes with its use, or after its time.
CREATE TABLE invite (
    -- SHA-256 of the secret in the link; the secret itself is never here.
    key     BLOB    NOT NULL PRIMARY KEY,
    -- 0 the server itself, for its first account; 1 the host; 2 a member.
    kind    INTEGER NOT NULL,
    -- The member, and nobody else.
    account INTEGER REFERENCES account (id),
    created INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    CHECK ((kind = 2) = (account IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX invite_of_account ON invite (account, created) WHERE account IS NOT NULL;
