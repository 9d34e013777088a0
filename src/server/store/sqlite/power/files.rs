//! SQLite's way to files (a VFS) with a recorder in it. It stands on the one that SQLite has for this system: what it does
//! not record it hands on. All unsafe code of the tests is here, because SQLite's interface is one of C.
//!
//! Why it is sound: SQLite gives each open file `szOsFile` bytes, aligned for any type. They begin with a `Shim`, behind
//! which the real file stands; both live from `open` to `close`, and SQLite calls no method of a file outside of that, nor
//! two at once. The tables of functions are never freed, nor changed.

use std::{
    collections::HashMap,
    ffi::{CStr, OsStr, c_char, c_int, c_void},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    ptr,
    sync::{
        Arc, LazyLock, Mutex, Once, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_int64, sqlite3_vfs};

use super::{disk::File, recorder::Recorder};

/// By this name connections ask for it.
pub const NAME: &str = "power";
const C_NAME: &CStr = c"power";

/// Whose folder is whose. A file outside of them goes unrecorded.
static RECORDERS: LazyLock<Mutex<HashMap<PathBuf, Weak<Recorder>>>> = LazyLock::new(Mutex::default);

/// Records what happens in a folder from now on, as long as the recorder is kept. No file in it is open.
pub fn record(folder: &Path, recorder: &Arc<Recorder>) {
    static ONCE: Once = Once::new();
    ONCE.call_once(register);
    let folder = folder.canonicalize().expect("the folder is there");
    let mut recorders = RECORDERS.lock().unwrap_or_else(PoisonError::into_inner);
    recorders.retain(|_, recorder| recorder.strong_count() > 0);
    recorders.insert(folder, Arc::downgrade(recorder));
}

/// An open file, as SQLite sees it; the real one follows it in memory.
#[repr(C)]
struct Shim {
    base: sqlite3_file,
    /// Null where nobody records it.
    recorded: *mut Recorded,
}

struct Recorded {
    recorder: Arc<Recorder>,
    file: File,
    /// As SQLite's own does: the first flush of a log or journal that this handle might have made flushes its folder too.
    flushes_folder: AtomicBool,
}

fn register() {
    // SAFETY: SQLite starts itself at the first call and keeps its own VFS for ever. Ours is leaked, so it lives as long.
    unsafe {
        let real = ffi::sqlite3_vfs_find(ptr::null());
        let ours = Box::leak(Box::new(*real));
        ours.iVersion = 2;
        ours.szOsFile = size_of::<Shim>() as c_int + (*real).szOsFile;
        ours.pNext = ptr::null_mut();
        ours.zName = C_NAME.as_ptr();
        ours.pAppData = real.cast();
        ours.xOpen = Some(open);
        ours.xDelete = Some(delete);
        ours.xAccess = Some(access);
        ours.xFullPathname = Some(full_path_name);
        assert_eq!(ffi::sqlite3_vfs_register(ours, 0), ffi::SQLITE_OK);
    }
}

// SAFETY of what follows: see the head of this file.

unsafe fn real_vfs(vfs: *mut sqlite3_vfs) -> *mut sqlite3_vfs {
    unsafe { (*vfs).pAppData.cast() }
}

unsafe fn real_file(file: *mut sqlite3_file) -> *mut sqlite3_file {
    unsafe { file.cast::<Shim>().add(1).cast() }
}

unsafe fn recorded<'a>(file: *mut sqlite3_file) -> Option<&'a Recorded> {
    unsafe { (*file.cast::<Shim>()).recorded.as_ref() }
}

/// The recorder of a file's folder, and the name in it.
unsafe fn place(path: *const c_char) -> Option<(Arc<Recorder>, String)> {
    if path.is_null() {
        return None;
    }
    let path = Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(path) }.to_bytes()));
    let recorders = RECORDERS.lock().unwrap_or_else(PoisonError::into_inner);
    Some((recorders.get(path.parent()?)?.upgrade()?, path.file_name()?.to_str()?.to_owned()))
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    path: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    unsafe {
        let shim = file.cast::<Shim>();
        (*shim).base.pMethods = ptr::null();
        (*shim).recorded = ptr::null_mut();
        let real =
            || (*real_vfs(vfs)).xOpen.expect("it opens files")(real_vfs(vfs), path, real_file(file), flags, out_flags);
        let Some((recorder, name)) = place(path) else {
            let code = real();
            if code == ffi::SQLITE_OK {
                (*shim).base.pMethods = &METHODS;
            }
            return code;
        };
        let is_log = flags & (ffi::SQLITE_OPEN_WAL | ffi::SQLITE_OPEN_MAIN_JOURNAL) != 0;
        let flushes_folder = AtomicBool::new(is_log && flags & ffi::SQLITE_OPEN_CREATE != 0);
        let mut opened = None;
        let code = recorder.operate(real, |disk| opened = Some(disk.open(&name)));
        if let Some(opened) = opened {
            (*shim).base.pMethods = &METHODS;
            (*shim).recorded = Box::into_raw(Box::new(Recorded { recorder, file: opened, flushes_folder }));
        }
        code
    }
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, path: *const c_char, flushes_folder: c_int) -> c_int {
    unsafe {
        let real = || (*real_vfs(vfs)).xDelete.expect("it deletes files")(real_vfs(vfs), path, flushes_folder);
        let Some((recorder, name)) = place(path) else { return real() };
        recorder.operate(real, |disk| {
            disk.delete(&name);
            if flushes_folder != 0 {
                disk.flush_folder();
            }
        })
    }
}

unsafe extern "C" fn access(vfs: *mut sqlite3_vfs, path: *const c_char, flags: c_int, out: *mut c_int) -> c_int {
    unsafe { (*real_vfs(vfs)).xAccess.expect("it sees files")(real_vfs(vfs), path, flags, out) }
}

unsafe extern "C" fn full_path_name(
    vfs: *mut sqlite3_vfs,
    path: *const c_char,
    size: c_int,
    out: *mut c_char,
) -> c_int {
    unsafe { (*real_vfs(vfs)).xFullPathname.expect("it knows paths")(real_vfs(vfs), path, size, out) }
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    unsafe {
        let code = (*(*real_file(file)).pMethods).xClose.expect("it closes files")(real_file(file));
        let recorded = (*file.cast::<Shim>()).recorded;
        if !recorded.is_null() {
            drop(Box::from_raw(recorded));
        }
        code
    }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, bytes: *const c_void, count: c_int, at: sqlite3_int64) -> c_int {
    unsafe {
        let real = || (*(*real_file(file)).pMethods).xWrite.expect("it writes")(real_file(file), bytes, count, at);
        let Some(recorded) = recorded(file) else { return real() };
        recorded.recorder.operate(real, |disk| {
            let bytes = std::slice::from_raw_parts(bytes.cast::<u8>(), count as usize);
            disk.write(recorded.file, at as usize, bytes);
        })
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, length: sqlite3_int64) -> c_int {
    unsafe {
        let real = || (*(*real_file(file)).pMethods).xTruncate.expect("it truncates")(real_file(file), length);
        let Some(recorded) = recorded(file) else { return real() };
        recorded.recorder.operate(real, |disk| disk.resize(recorded.file, length as usize))
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    unsafe {
        let real = || (*(*real_file(file)).pMethods).xSync.expect("it flushes")(real_file(file), flags);
        let Some(recorded) = recorded(file) else { return real() };
        recorded.recorder.operate(real, |disk| {
            disk.flush(recorded.file);
            if recorded.flushes_folder.swap(false, Ordering::Relaxed) {
                disk.flush_folder();
            }
        })
    }
}

/// Methods that are handed on.
macro_rules! hand_on {
    ($($name:ident = $method:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)+) => {$(
        unsafe extern "C" fn $name(file: *mut sqlite3_file, $($argument: $kind),*) -> $answer {
            unsafe { (*(*real_file(file)).pMethods).$method.expect("it has all methods")(real_file(file), $($argument),*) }
        }
    )+};
}

hand_on! {
    read = xRead(to: *mut c_void, count: c_int, at: sqlite3_int64) -> c_int;
    file_size = xFileSize(size: *mut sqlite3_int64) -> c_int;
    lock = xLock(level: c_int) -> c_int;
    unlock = xUnlock(level: c_int) -> c_int;
    check_reserved_lock = xCheckReservedLock(out: *mut c_int) -> c_int;
    file_control = xFileControl(operation: c_int, argument: *mut c_void) -> c_int;
    sector_size = xSectorSize() -> c_int;
    device_characteristics = xDeviceCharacteristics() -> c_int;
    shm_map = xShmMap(page: c_int, size: c_int, extends: c_int, out: *mut *mut c_void) -> c_int;
    shm_lock = xShmLock(offset: c_int, count: c_int, flags: c_int) -> c_int;
    shm_barrier = xShmBarrier() -> ();
    shm_unmap = xShmUnmap(deletes: c_int) -> c_int;
}

/// Of version 2: memory that all processes share, but no file in memory, which would change without a write.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};
