//! A folder on a disk that remembers what was flushed. What was written after the last flush of its file is in flight:
//! when the power goes, each such write may be there, or not, or in part, whatever became of those around it. The same
//! holds for names: a file made, and a file deleted, since the folder was last flushed.
//!
//! Two things a real disk does not do are not done here either. Bytes that nobody wrote do not change (SQLite counts on
//! that, too: SQLITE_IOCAP_POWERSAFE_OVERWRITE). And of two writes to the same byte the earlier never replaces the later.

use std::collections::BTreeMap;

use super::chance::Chance;

/// What a disk writes as a whole.
const SECTOR: usize = 512;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct File(usize);

#[derive(Clone, Default)]
pub struct Disk {
    names: BTreeMap<String, Name>,
    contents: Vec<Content>,
}

/// To which file a name leads: once flushed, and after each change since.
#[derive(Clone, Default)]
struct Name {
    flushed: Option<File>,
    in_flight: Vec<Option<File>>,
}

#[derive(Clone, Default)]
struct Content {
    flushed: Vec<u8>,
    in_flight: Vec<Change>,
    length: usize,
}

#[derive(Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Resize { length: usize },
}

/// What is left of the changes in flight, in percent.
#[derive(Clone, Copy)]
pub struct Left(pub u64);

impl Left {
    pub fn some(chance: &mut Chance) -> Self {
        Self([0, 15, 50, 85, 100][chance.below(5) as usize])
    }
}

impl Name {
    fn now(&self) -> Option<File> {
        self.in_flight.last().copied().unwrap_or(self.flushed)
    }
}

impl Disk {
    /// One that holds these files, flushed.
    pub fn holding(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let mut disk = Self::default();
        for (name, bytes) in files {
            let file = disk.open(name);
            disk.write(file, 0, bytes);
            disk.flush(file);
        }
        disk.flush_folder();
        disk
    }

    /// The file of a name, made where there is none.
    pub fn open(&mut self, name: &str) -> File {
        let entry = self.names.entry(name.to_owned()).or_default();
        entry.now().unwrap_or_else(|| {
            let file = File(self.contents.len());
            self.contents.push(Content::default());
            entry.in_flight.push(Some(file));
            file
        })
    }

    pub fn delete(&mut self, name: &str) {
        if let Some(entry) = self.names.get_mut(name)
            && entry.now().is_some()
        {
            entry.in_flight.push(None);
        }
    }

    pub fn write(&mut self, file: File, at: usize, bytes: &[u8]) {
        let content = &mut self.contents[file.0];
        content.length = content.length.max(at + bytes.len());
        content.in_flight.push(Change::Write { at, bytes: bytes.to_owned() });
    }

    pub fn resize(&mut self, file: File, length: usize) {
        let content = &mut self.contents[file.0];
        content.length = length;
        content.in_flight.push(Change::Resize { length });
    }

    pub fn flush(&mut self, file: File) {
        let content = &mut self.contents[file.0];
        for change in std::mem::take(&mut content.in_flight) {
            change.apply(&mut content.flushed);
        }
    }

    pub fn flush_folder(&mut self) {
        for name in self.names.values_mut() {
            name.flushed = name.now();
            name.in_flight.clear();
        }
    }

    /// How long a file is, as the running process sees it.
    pub fn length(&self, name: &str) -> usize {
        self.names.get(name).and_then(Name::now).map_or(0, |file| self.contents[file.0].length)
    }

    /// Whether something was written to a file that is not flushed.
    pub fn is_writing(&self, name: &str) -> bool {
        let file = self.names.get(name).and_then(Name::now);
        file.is_some_and(|file| !self.contents[file.0].in_flight.is_empty())
    }

    /// What is found when the power is back.
    pub fn after_a_cut(&self, left: Left, chance: &mut Chance) -> BTreeMap<String, Vec<u8>> {
        let contents: Vec<Vec<u8>> = self.contents.iter().map(|content| content.after_a_cut(left, chance)).collect();
        let file_of = |name: &Name, chance: &mut Chance| {
            let done = name.in_flight.iter().take_while(|_| chance.happens(left.0)).last();
            done.copied().unwrap_or(name.flushed)
        };
        let found = self.names.iter().filter_map(|(name, entry)| Some((name.clone(), file_of(entry, chance)?)));
        found.map(|(name, file)| (name, contents[file.0].clone())).collect()
    }
}

impl Content {
    fn after_a_cut(&self, left: Left, chance: &mut Chance) -> Vec<u8> {
        let mut bytes = self.flushed.clone();
        for change in &self.in_flight {
            if chance.happens(left.0) {
                match change {
                    Change::Write { at, bytes: written } if chance.is_one_in(4) => {
                        tear(&mut bytes, *at, written, chance);
                    }
                    whole => whole.apply(&mut bytes),
                }
            }
        }
        bytes
    }
}

impl Change {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Write { at, bytes } => put(to, *at, bytes),
            Self::Resize { length } => to.resize(*length, 0),
        }
    }
}

fn put(to: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if to.len() < end {
        to.resize(end, 0);
    }
    to[at..end].copy_from_slice(bytes);
}

/// Writes some sectors of it.
fn tear(to: &mut Vec<u8>, at: usize, bytes: &[u8], chance: &mut Chance) {
    let mut start = 0;
    while start < bytes.len() {
        let end = bytes.len().min((at + start) / SECTOR * SECTOR + SECTOR - at);
        if chance.happens(50) {
            put(to, at + start, &bytes[start..end]);
        }
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use super::{Chance, Disk, Left, SECTOR};

    const NOTHING: Left = Left(0);
    const ALL: Left = Left(100);

    fn found(disk: &Disk, left: Left, name: &str) -> Option<Vec<u8>> {
        disk.after_a_cut(left, &mut Chance::new(1, 1)).remove(name)
    }

    #[test]
    fn what_was_not_flushed_may_be_lost_and_what_was_is_kept() {
        let mut disk = Disk::default();
        let file = disk.open("log");
        disk.flush_folder();
        disk.write(file, 0, b"kept");
        disk.flush(file);
        disk.write(file, 2, b"gone");
        disk.resize(file, 3);
        assert_eq!(found(&disk, NOTHING, "log").unwrap(), b"kept");
        assert_eq!(disk.length("log"), 3);
        assert_eq!(found(&disk, ALL, "log").unwrap(), b"keg");
    }

    #[test]
    fn a_name_is_kept_once_its_folder_was_flushed() {
        let mut disk = Disk::default();
        let file = disk.open("log");
        disk.write(file, 0, b"words");
        disk.flush(file);
        assert_eq!(found(&disk, NOTHING, "log"), None, "its content alone was flushed");
        disk.flush_folder();
        disk.delete("log");
        let other = disk.open("log");
        assert_ne!(file, other, "a name that is used again leads to another file");
        assert_eq!(found(&disk, NOTHING, "log").unwrap(), b"words");
        assert_eq!(found(&disk, ALL, "log").unwrap(), b"");
    }

    #[test]
    fn some_writes_are_there_and_some_are_not_and_some_are_torn_between_sectors() {
        let mut disk = Disk::default();
        let file = disk.open("log");
        disk.flush_folder();
        // Begins and ends within a sector.
        let at = SECTOR / 2;
        disk.write(file, at, &[1; 4 * SECTOR]);
        disk.write(file, 8 * SECTOR, &[2; SECTOR]);
        let (mut torn, mut late) = (0, 0);
        for seed in 0..200 {
            let bytes = disk.after_a_cut(Left(50), &mut Chance::new(seed, 1)).remove("log").unwrap();
            let first: Vec<bool> = (at..at + 4 * SECTOR).map(|place| bytes.get(place) == Some(&1)).collect();
            let is_there = first.iter().filter(|is_there| **is_there).count();
            let changes = (1..first.len()).filter(|place| first[*place] != first[place - 1]);
            assert!(changes.clone().all(|place| (at + place).is_multiple_of(SECTOR)), "torn within a sector");
            torn += usize::from(changes.count() > 0);
            late += usize::from(is_there == 0 && bytes.len() == 9 * SECTOR);
        }
        assert!(torn > 5 && late > 5, "{torn} torn, {late} times the later one alone");
    }
}
