use super::*;
use crate::fingerprint::Ingredients;
use crate::search::ending::RoundTimes;

fn command(name: &str) -> Fingerprint {
    let mut ingredients = Ingredients::default();
    ingredients.text(name);
    ingredients.fingerprint()
}

fn entry(command: Fingerprint) -> Entry {
    Entry {
        command: command.to_string(),
        search_id: "search".to_owned(),
        seed: 7,
        rounds_done: 1,
        times: RoundTimes::default(),
        told_solved: Default::default(),
        in_hand: None,
    }
}

fn take(out: &Path, name: &str) -> Taken {
    Journal::take(out, command(name)).unwrap()
}

fn names(out: &Path) -> Vec<u64> {
    numbers(&out.join(FOLDER)).unwrap()
}

/// Takes a journal, writes it, and is killed.
fn leave(out: &Path, name: &str) {
    take(out, name)
        .journal
        .write(&entry(command(name)))
        .unwrap();
}

#[test]
fn each_finds_one_of_its_command_that_nobody_has() {
    let out = tempfile::tempdir().unwrap();
    let out = out.path();
    leave(out, "one");
    let mut other = take(out, "other");
    assert!(other.entry.is_none());
    let one = take(out, "one");
    assert_eq!(one.entry, Some(entry(command("one"))));
    // While it is held, also after it was written.
    let mut second = take(out, "one");
    assert!(second.entry.is_none());
    second.journal.write(&entry(command("one"))).unwrap();
    other.journal.write(&entry(command("other"))).unwrap();
    assert!(take(out, "other").entry.is_none());
    assert_eq!(names(out), [0, 1, 2]);
    drop(second);
    assert!(take(out, "one").entry.is_some());
    one.journal.remove().unwrap();
    assert_eq!(names(out), [1, 2]);
    clear(out).unwrap();
    assert!(!out.join(FOLDER).exists());
}

/// Who is on another machine holds the same journal by its lease alone.
#[test]
fn where_locks_are_of_one_machine_a_lease_keeps_those_of_others_out() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    leave(out, "one");
    let place = out.join(FOLDER);
    let taken = |reach| {
        let command = command("one").to_string();
        Journal::take_in(&place, &command, reach).unwrap()
    };
    let elsewhere = place.join("0.1");
    fs::write(&elsewhere, "held elsewhere 7 9").unwrap();
    for reach in [Reach::OneMachine, Reach::All] {
        let other = taken(reach);
        assert_eq!((other.entry, names(out)), (None, vec![0, 1]), "{reach:?}");
        let has_lease = fs::exists(place.join("1.1")).unwrap();
        assert_eq!(has_lease, reach == Reach::OneMachine);
    }
    // It died, ten minutes ago.
    let file = fs::File::open(&elsewhere).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    let own = taken(Reach::OneMachine);
    assert_eq!(own.entry, Some(entry(command("one"))));
    assert!(fs::exists(place.join("0.2")).unwrap());
    own.journal.remove().unwrap();
    assert!(!place.exists());
}

#[test]
fn what_is_had_by_a_lease_alone_is_passed_over_and_no_file_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join(FOLDER);
    fs::create_dir(&place).unwrap();
    // Who has it has just removed the file, or is about to make it.
    fs::write(place.join("0.1"), "held elsewhere 7 9").unwrap();
    for reach in [Reach::OneMachine, Reach::All] {
        let taken = Journal::take_in(&place, "one", reach).unwrap();
        assert_eq!(names(folder.path()), [1], "{reach:?}");
        drop(taken);
    }
}

#[test]
fn each_finds_its_own_while_others_look_for_theirs() {
    let out = tempfile::tempdir().unwrap();
    let out = out.path();
    let commands = ["one", "two", "three"];
    for name in commands {
        leave(out, name);
    }
    std::thread::scope(|scope| {
        for name in commands {
            scope.spawn(move || {
                for _ in 0..100 {
                    assert_eq!(take(out, name).entry, Some(entry(command(name))));
                }
            });
        }
    });
    assert_eq!(names(out), [0, 1, 2]);
}

#[test]
fn one_that_could_not_begin_leaves_nothing() {
    let out = tempfile::tempdir().unwrap();
    drop(take(out.path(), "one"));
    assert!(!out.path().join(FOLDER).exists());
}

#[test]
fn there_are_never_more_than_the_bound() {
    let out = tempfile::tempdir().unwrap();
    let out = out.path();
    let old = |number: u64| {
        let file = fs::File::open(path_of(&out.join(FOLDER), number)).unwrap();
        let long_ago = SystemTime::now() - std::time::Duration::from_secs(1000 - number);
        file.set_modified(long_ago).unwrap();
    };
    for number in 0..MOST as u64 {
        leave(out, &number.to_string());
        old(number);
    }
    assert_eq!(names(out).len(), MOST);
    for number in 0..3 {
        let name = format!("more {number}");
        let taken = take(out, &name);
        assert_eq!(taken.notices.len(), 1, "{:?}", taken.notices);
        drop(taken);
        leave(out, &name);
        assert!(names(out).len() <= MOST);
    }
    assert!(take(out, "0").entry.is_none(), "it was left longest");
    assert!(take(out, "20").entry.is_some());
}

#[test]
fn what_is_no_file_is_left_alone_and_a_link_is_not_followed() {
    let out = tempfile::tempdir().unwrap();
    let out = out.path();
    let place = out.join(FOLDER);
    fs::create_dir(&place).unwrap();
    fs::create_dir(place.join("0.json")).unwrap();
    let elsewhere = out.join("elsewhere");
    std::os::unix::fs::symlink(&elsewhere, place.join("1.json")).unwrap();
    leave(out, "one");
    assert!(!elsewhere.exists());
    assert_eq!(names(out), [2]);
    fs::create_dir(&elsewhere).unwrap();
    let linked = out.join("linked");
    fs::create_dir(&linked).unwrap();
    std::os::unix::fs::symlink(&elsewhere, linked.join(FOLDER)).unwrap();
    assert!(Journal::take(&linked, command("one")).is_err());
}

/// Who leaves last removes the folder, at any moment of another's beginning.
#[test]
fn who_begins_while_others_leave_has_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for searcher in 0..8 {
            let out = folder.path();
            scope.spawn(move || {
                for round in 0..300 {
                    let command = command(&format!("{searcher} {round}"));
                    let taken = Journal::take(out, command).unwrap();
                    taken.journal.remove().unwrap();
                }
            });
        }
    });
    assert!(!folder.path().join(FOLDER).exists());
}
