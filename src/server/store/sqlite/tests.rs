//! What only this adapter promises: bytes that are gone, one server a folder, sentences for the host, and what the
//! writer does where the disk does not take writes. The rest is in `contract`.

use std::{fs, path::Path, sync::Arc, time::Duration};

use futures_util::FutureExt;
use rusqlite::Connection;

use super::{DATABASE, OpenError, Sqlite, open, open::Ground, readers::Readers, schema, writer::Writer};
use crate::server::store::{
    Error, Page, SharedStore, Store,
    contract::{Subject, Talk, deletion, draft, edit, message, name, newcomer},
};

const LOG: &str = "duologue.db-wal";

/// A store in a folder that ends with it.
pub struct InFolder {
    store: Arc<Sqlite>,
    folder: tempfile::TempDir,
}

impl Subject for InFolder {
    async fn fresh() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Sqlite::open(folder.path()).unwrap());
        Self { store, folder }
    }

    fn store(&self) -> SharedStore {
        Arc::clone(&self.store) as SharedStore
    }

    async fn reopen(self) -> Self {
        let Self { store, folder } = self;
        drop(Arc::into_inner(store).unwrap());
        let store = Arc::new(Sqlite::open(folder.path()).unwrap());
        Self { store, folder }
    }
}

fn holds(folder: &Path, file: &str, words: &str) -> bool {
    let bytes = fs::read(folder.join(file)).unwrap_or_default();
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

/// Words of very different lengths, some longer than a page of the file.
fn words(count: usize) -> String {
    let length = match count % 7 {
        0 => 6_000,
        1 => 900,
        rest => rest * 20,
    };
    format!("words{count:05}").repeat(length.div_ceil(10))
}

#[tokio::test]
async fn deleted_words_are_in_no_byte_of_the_folder() {
    const MESSAGES: usize = 300;
    let talk = Talk::<InFolder>::between(&["ann", "bob"]).await;
    for count in 0..MESSAGES {
        let attempt = format!("m{count}");
        talk.says("ann", "bob", &attempt, &words(count)).await.unwrap();
    }
    let attempt = edit(1, &words(MESSAGES));
    talk.does("ann", "bob", "edited", attempt).await.unwrap();
    // In an order that empties and joins pages here and there.
    for step in 0..MESSAGES {
        let count = step * 7 % MESSAGES;
        let attempt = format!("d{count}");
        let of = count as u64 + 1;
        talk.does("ann", "bob", &attempt, deletion(of)).await.unwrap();
    }
    let Talk { subject, store } = talk;
    drop(store);
    let InFolder { store, folder } = subject;
    // With somebody else at the database its log is not simply removed when the store closes.
    let beside = open::writing(&folder.path().join(DATABASE), Ground::default()).unwrap();
    drop(Arc::into_inner(store).unwrap());
    for file in [DATABASE, LOG] {
        let left: Vec<_> =
            (0..=MESSAGES).filter(|count| holds(folder.path(), file, &format!("words{count:05}"))).collect();
        assert_eq!(left, [0; 0], "{file}");
    }
    drop(beside);
}

/// Waits until a folder's log is empty.
async fn emptied(folder: &Path) {
    let log = folder.join(LOG);
    let emptied = async {
        let mut look = tokio::time::interval(Duration::from_millis(10));
        while fs::metadata(&log).unwrap().len() > 0 {
            look.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), emptied).await.unwrap();
}

#[tokio::test]
async fn the_log_is_emptied_soon_after_a_deletion() {
    let talk = Talk::<InFolder>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "words").await.unwrap();
    assert!(holds(talk.subject.folder.path(), LOG, "words"));
    talk.does("ann", "bob", "d1", deletion(1)).await.unwrap();
    emptied(talk.subject.folder.path()).await;
    assert!(!holds(talk.subject.folder.path(), DATABASE, "words"));
}

#[tokio::test]
async fn notes_and_password_of_a_closed_account_are_in_no_byte_soon() {
    let talk = Talk::<InFolder>::between(&["ann"]).await;
    talk.says("ann", "ann", "m1", "notes to myself").await.unwrap();
    assert!(holds(talk.subject.folder.path(), LOG, "notes to myself"));
    talk.closes("ann").await;
    emptied(talk.subject.folder.path()).await;
    for words in ["notes to myself", "password of ann"] {
        assert!(!holds(talk.subject.folder.path(), DATABASE, words), "{words}");
    }
}

#[test]
fn a_second_server_is_refused_with_its_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let first = Sqlite::open(folder.path()).unwrap();
    let sentence = Sqlite::open(folder.path()).err().unwrap().to_string();
    assert!(sentence.contains("another duologue server is using"), "{sentence}");
    drop(first);
    Sqlite::open(folder.path()).unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let sentence = Sqlite::open(&file.join("data")).err().unwrap().to_string();
    assert!(sentence.contains("cannot be written to"), "{sentence}");
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(Sqlite::open(folder.path()).unwrap());
    let database = Connection::open(folder.path().join(DATABASE)).unwrap();
    database.pragma_update(None, "user_version", 999).unwrap();
    drop(database);
    let refused = Sqlite::open(folder.path()).err().unwrap();
    assert!(matches!(refused, OpenError::Newer { .. }), "{refused}");
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(DATABASE), "no database ".repeat(1_000)).unwrap();
    let refused = Sqlite::open(folder.path()).err().unwrap();
    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused}");
}

#[tokio::test]
async fn what_a_command_writes_beside_is_seen_by_the_server() {
    let talk = Talk::<InFolder>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    let beside = Sqlite::open_beside(talk.subject.folder.path()).unwrap();
    beside.register(newcomer("cy")).await.unwrap();
    talk.says("ann", "cy", "m2", "hi").await.unwrap();
    for (store, attempt, seq) in
        [(&beside as &dyn Store, "m3", 2), (&*talk.store, "m4", 3), (&beside, "m5", 4), (&*talk.store, "m6", 5)]
    {
        let draft = draft("bob", "ann", attempt, message("hi"));
        assert_eq!(store.append(draft).await.unwrap().seq.0, seq);
    }
    let since = talk.inbox("bob", None, 10).await.since;
    beside.append(draft("ann", "bob", "m7", message("hi"))).await.unwrap();
    assert_eq!(talk.inbox("bob", Some(&since), 10).await.rows.len(), 1);
    assert_eq!(talk.row("bob", "ann").await.unread, 2);
}

#[tokio::test]
async fn a_server_hears_that_a_command_has_written() {
    let talk = Talk::<InFolder>::between(&["ann"]).await;
    let beside = Sqlite::open_beside(talk.subject.folder.path()).unwrap();
    // The second write would find that the first was somebody else's.
    talk.store.register(newcomer("bob")).await.unwrap();
    talk.store.rename(&name("bob"), "Bob").await.unwrap();
    assert!(talk.store.written_elsewhere().now_or_never().is_none(), "one's own writes are no news");
    beside.register(newcomer("cem")).await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), talk.store.written_elsewhere()).await.unwrap();
}

#[test]
fn a_command_does_not_change_the_tables_of_an_older_server() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(DATABASE);
    let mut connection = Connection::open(&file).unwrap();
    schema::MIGRATIONS.to_version(&mut connection, 1).unwrap();
    drop(connection);
    let server = open::lock(folder.path()).unwrap();
    let refused = Sqlite::open_beside(folder.path()).err().unwrap();
    assert!(matches!(refused, OpenError::Older { .. }), "{refused}");
    drop(server);
    drop(Sqlite::open_beside(folder.path()).unwrap());
    assert!(!open::is_behind(&file).unwrap());
}

#[tokio::test]
async fn a_full_disk_is_unavailable_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join(DATABASE);
    let connection = open::writing(&database, Ground::default()).unwrap();
    connection.pragma_update(None, "max_page_count", 40).unwrap();
    let store = Sqlite {
        readers: Readers::new(database, open::epoch(&connection).unwrap(), Ground::default()).unwrap(),
        writer: Writer::start(connection).unwrap(),
        _lock: None,
    };
    for person in ["ann", "bob"] {
        store.register(newcomer(person)).await.unwrap();
    }
    let long = "long ".repeat(400);
    let mut written = 0;
    let refusal = loop {
        let attempt = format!("m{written}");
        match store.append(draft("ann", "bob", &attempt, message(&long))).await {
            Ok(appended) => written = appended.seq.0,
            Err(refusal) => break refusal,
        }
    };
    assert_eq!(refusal, Error::Unavailable);
    assert!(!store.writer.is_well());
    let history = store.history(&name("ann"), &name("bob"), Page::Newest, 1).await;
    assert_eq!(history.unwrap().head.0, written);
    // What needs no room can be written, and then the store is well again.
    assert_eq!(store.ready().await, Ok(()));
    assert!(store.writer.is_well());
    let small = store.append(draft("ann", "bob", "small", message("hi"))).await;
    assert_eq!(small.unwrap().seq.0, written + 1);
}
