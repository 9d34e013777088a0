//! The tables, as the list of steps that made them. Steps are only ever added at the end: a database in the field has
//! taken the ones before. The columns are explained where they are made, in `migrations/`.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

const STEPS: &[M<'static>] = &[
    M::up(include_str!("migrations/0001_accounts_and_log.sql")),
    M::up(include_str!("migrations/0002_invitations.sql")),
];

pub const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// For the mutant of the tests that forgets that an id is kept for ever. An index that a table was made with goes with it.
pub fn drop_unique_index(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "BEGIN;
         CREATE TABLE forgetful AS SELECT * FROM entry;
         DROP TABLE entry;
         ALTER TABLE forgetful RENAME TO entry;
         CREATE UNIQUE INDEX place_of_entry ON entry (conversation, seq);
         COMMIT;",
    )
}

#[cfg(test)]
mod tests {
    use super::MIGRATIONS;

    #[test]
    fn migrations_apply_to_an_empty_database() {
        MIGRATIONS.validate().unwrap();
    }
}
