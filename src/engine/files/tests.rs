//! Saving over a disk in memory whose every call can fail, stop the program or lose the power.

use std::collections::BTreeMap;

use super::*;

/// What happens at the call that is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// The call fails, later ones work.
    Fail,
    /// The program ends: this call and all later ones do nothing.
    Stop,
    /// As `Stop`, and the machine forgets what it was not told to keep.
    PowerLoss,
}

#[derive(Clone, Debug, Default)]
struct Contents {
    bytes: Vec<u8>,
    durable: Vec<u8>,
}

type Names = BTreeMap<PathBuf, usize>;

/// A disk with one folder, `/d`. Names and contents become durable apart from each other, as on a real one.
#[derive(Clone, Debug, Default)]
struct Memory {
    contents: Vec<Contents>,
    names: Names,
    /// The names after each change since the folder was last synchronised, that state first.
    since_sync: Vec<Names>,
    calls: usize,
    fault: Option<(usize, Fault)>,
    stopped: bool,
}

impl Memory {
    fn with(files: &[(&str, &str)]) -> Self {
        let mut memory = Self::default();
        for (path, text) in files {
            let contents = Contents { bytes: text.as_bytes().to_vec(), durable: text.as_bytes().to_vec() };
            memory.contents.push(contents);
            memory.names.insert(PathBuf::from(path), memory.contents.len() - 1);
        }
        memory.since_sync = vec![memory.names.clone()];
        memory
    }

    /// Whether this call is to fail.
    fn fails(&mut self) -> bool {
        self.calls += 1;
        let hit = self.fault.is_some_and(|(at, _)| at == self.calls);
        self.stopped |= hit && self.fault.is_some_and(|(_, fault)| fault != Fault::Fail);
        hit || self.stopped
    }

    fn call(&mut self) -> io::Result<()> {
        if self.fails() { Err(io::Error::other("the disk is gone")) } else { Ok(()) }
    }

    fn number(&self, path: &Path) -> io::Result<usize> {
        self.names.get(path).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn named(&mut self) {
        self.since_sync.push(self.names.clone());
    }

    /// The disks that may be found after what happened.
    fn found_later(&self) -> Vec<Self> {
        let lost = matches!(self.fault, Some((_, Fault::PowerLoss))) && self.stopped;
        let durable = |contents: &Contents| Contents { bytes: contents.durable.clone(), ..contents.clone() };
        let contents = if lost { self.contents.iter().map(durable).collect() } else { self.contents.clone() };
        let names = if lost { self.since_sync.clone() } else { vec![self.names.clone()] };
        let disk = |names: Names| Self {
            contents: contents.clone(),
            since_sync: vec![names.clone()],
            names,
            ..Self::default()
        };
        names.into_iter().map(disk).collect()
    }

    fn files(&self) -> BTreeMap<String, String> {
        let text = |number: usize| String::from_utf8_lossy(&self.contents[number].bytes).into_owned();
        self.names.iter().map(|(path, number)| (path.display().to_string(), text(*number))).collect()
    }
}

impl FileLayer for Memory {
    fn look(&mut self, path: &Path) -> io::Result<Option<Entry>> {
        self.call()?;
        let size = |number: &usize| self.contents[*number].bytes.len() as u64;
        Ok(self.names.get(path).map(|number| Entry::File { size_bytes: size(number), read_only: false }))
    }

    fn resolve(&mut self, path: &Path) -> io::Result<PathBuf> {
        self.call()?;
        Ok(path.to_owned())
    }

    fn list(&mut self, folder: &Path) -> io::Result<Vec<OsString>> {
        self.call()?;
        let inside = self.names.keys().filter(|path| path.parent() == Some(folder));
        Ok(inside.filter_map(|path| path.file_name().map(OsStr::to_owned)).collect())
    }

    fn read(&mut self, path: &Path, _limit_bytes: u64) -> io::Result<Vec<u8>> {
        self.call()?;
        Ok(self.contents[self.number(path)?].bytes.clone())
    }

    fn create_new(&mut self, path: &Path, _like: Option<&Path>) -> io::Result<()> {
        self.call()?;
        if self.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.contents.push(Contents::default());
        self.names.insert(path.to_owned(), self.contents.len() - 1);
        self.named();
        Ok(())
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let number = self.number(path)?;
        let was_stopped = self.stopped;
        let fails = self.fails();
        if !was_stopped {
            // A write that fails has written half.
            self.contents[number].bytes = bytes[..if fails { bytes.len() / 2 } else { bytes.len() }].to_vec();
        }
        if fails { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn sync(&mut self, path: &Path) -> io::Result<()> {
        self.call()?;
        let number = self.number(path)?;
        self.contents[number].durable = self.contents[number].bytes.clone();
        Ok(())
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.call()?;
        let number = self.number(from)?;
        // Two names of one file: the call does nothing, as POSIX has it.
        if self.names.get(to) != Some(&number) {
            self.names.remove(from);
            self.names.insert(to.to_owned(), number);
            self.named();
        }
        Ok(())
    }

    fn duplicate(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.call()?;
        let number = self.number(from)?;
        self.names.insert(to.to_owned(), number);
        self.named();
        Ok(())
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        self.call()?;
        self.number(path)?;
        self.names.remove(path);
        self.named();
        Ok(())
    }

    fn sync_folder(&mut self, _folder: &Path) -> io::Result<()> {
        self.call()?;
        self.since_sync = vec![self.names.clone()];
        Ok(())
    }

    fn create_folders(&mut self, _folder: &Path) -> io::Result<()> {
        self.call()
    }
}

const TARGET: &str = "/d/orders.strato.json";
const BACKUP: &str = "/d/orders.strato.json~";

fn document(name: &str) -> String {
    file::write(&Diagram::new(name))
}

fn opened(disk: &mut Memory, path: &str) -> Option<String> {
    load(disk, Path::new(path), &Catalog::load([]).0).ok().map(|diagram| diagram.name().to_owned())
}

/// The calls that a save without faults makes.
fn calls(disk: &Memory) -> usize {
    let mut disk = disk.clone();
    save(&mut disk, Path::new(TARGET), &document("new")).expect("nothing fails");
    assert_eq!(opened(&mut disk, TARGET).as_deref(), Some("new"));
    disk.calls
}

#[test]
fn whatever_fails_the_old_or_the_new_document_is_there() {
    let (old, older) = (document("old"), document("older"));
    let left = format!("/d/{}77.saving", temporary_stem(OsStr::new("orders.strato.json")));
    let starts: [&[(&str, &str)]; 4] = [
        &[],
        &[(TARGET, &old)],
        &[(TARGET, &old), (BACKUP, &older)],
        &[(TARGET, &old), (BACKUP, &older), (&left, "half")],
    ];
    for start in starts {
        let disk = Memory::with(start);
        for fault in [Fault::Fail, Fault::Stop, Fault::PowerLoss] {
            for at in 1..=calls(&disk) {
                let mut disk = disk.clone();
                disk.fault = Some((at, fault));
                let result = save(&mut disk, Path::new(TARGET), &document("new"));
                let case = format!("{} files, {fault:?} at call {at}: {result:?}", start.len());
                for mut later in disk.found_later() {
                    if result.is_ok() && fault == Fault::Fail {
                        assert_eq!(opened(&mut later, TARGET).as_deref(), Some("new"), "{case}");
                    }
                    check_disk(&mut later, start, fault, &case);
                }
            }
        }
    }
}

/// The document is whole, little is left over, and the next save leaves nothing over.
fn check_disk(disk: &mut Memory, start: &[(&str, &str)], fault: Fault, case: &str) {
    match opened(disk, TARGET) {
        Some(name) => assert!(name == "new" || name == "old", "{case}"),
        None => assert!(start.is_empty() && !disk.names.contains_key(Path::new(TARGET)), "{case}: {:?}", disk.files()),
    }
    if disk.names.contains_key(Path::new(BACKUP)) {
        assert!(opened(disk, BACKUP).is_some(), "{case}: half a backup");
    }
    let strangers = |disk: &Memory| disk.files().keys().filter(|name| *name != TARGET && *name != BACKUP).count();
    let left_before = start.len().saturating_sub(2);
    let allowed = usize::from(fault != Fault::Fail);
    assert!(strangers(disk) <= allowed.max(left_before), "{case}: {:?}", disk.files().keys());
    save(disk, Path::new(TARGET), &document("next")).expect("nothing fails any more");
    assert_eq!(opened(disk, TARGET).as_deref(), Some("next"), "{case}");
    assert_eq!(strangers(disk), 0, "{case}: {:?}", disk.files().keys());
}

#[test]
fn the_version_before_is_kept() {
    let mut disk = Memory::default();
    for name in ["one", "two", "three"] {
        save(&mut disk, Path::new(TARGET), &document(name)).expect("nothing fails");
    }
    assert_eq!(opened(&mut disk, TARGET).as_deref(), Some("three"));
    assert_eq!(opened(&mut disk, BACKUP).as_deref(), Some("two"));
    assert_eq!(disk.names.len(), 2);
}

#[test]
fn failures_tell_whose_fault_they_are() {
    let check = |kind: io::ErrorKind, is_input: bool, part: &str| {
        let failure = Failure::system("open", Path::new("a\nb.json"), &kind.into());
        assert_eq!(matches!(failure, Failure::Input(_)), is_input, "{failure}");
        assert!(failure.to_string().contains(part) && !failure.to_string().contains('\n'), "{failure}");
    };
    check(io::ErrorKind::NotFound, true, "does not exist");
    check(io::ErrorKind::PermissionDenied, false, "permission is denied");
    check(io::ErrorKind::StorageFull, false, "the disk is full");
    let mut disk = Memory::default();
    let empty = save(&mut disk, Path::new(TARGET), "").expect_err("an empty document is a mistake of ours");
    assert!(empty.to_string().contains("nothing to write"), "{empty}");
    assert_eq!(disk.calls, 0);
}
