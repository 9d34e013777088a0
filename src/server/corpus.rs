//! Every file of `fuzz/corpus` through what must hold of it, as the fuzz targets do: what was found once stays mended.

use std::{fs, path::Path};

use super::properties;

fn hold(folder: &str, property: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(folder);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut tried = 0;
    for file in files {
        let path = file.expect("a folder can be listed").path();
        let bytes = fs::read(&path).expect("a file of the corpus can be read");
        // The name of the file stands in front of what failed.
        let held = std::panic::catch_unwind(|| property(&bytes));
        assert!(held.is_ok(), "{}: {:?}", path.display(), String::from_utf8_lossy(&bytes));
        tried += 1;
    }
    assert!(tried >= 10, "{} holds only {tried} files", folder.display());
}

#[test]
fn frames_are_read_as_they_are_written() {
    hold("frame", properties::frame);
}

#[test]
fn frames_of_the_server_are_read_as_they_are_written() {
    hold("server_frame", properties::server_frame);
}

#[test]
fn names_stay_as_they_are_folded() {
    hold("name", properties::name);
}

#[test]
fn frames_of_a_dialect_have_their_fields_or_not() {
    hold("dialect", properties::dialect);
}

#[test]
fn places_in_the_inbox_are_read_or_the_beginning() {
    hold("since", properties::since);
}

#[test]
fn addresses_are_believed_of_proxies_alone() {
    hold("forwarded", properties::forwarded);
}

#[test]
fn cookies_are_parts_of_what_was_sent() {
    hold("cookie", properties::cookie);
}
