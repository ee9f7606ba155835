//! The journals by which searches are gone on with: damaged, of several instances, cleared.

use std::collections::BTreeSet;

use crate::common::{Finished, Workplace, send};
use crate::{beginnings, ended, search, start, wait_until, with};

#[test]
fn a_journal_that_is_damaged_is_told_once_and_made_anew() {
    let workplace = Workplace::new();
    let child = start(&workplace, &["--seed", "7"]);
    wait_until("a round", || !ended(&workplace).is_empty());
    send("KILL", child.id());
    child.wait_with_output().expect("a child");
    let whole = workplace.read("searches/0.json");
    let cut = whole[..whole.len() / 2].to_owned();
    let later = whole.replacen("journal 1 ", "journal 2 ", 1);
    let turned = whole.replacen("\"seed\":7", "\"seed\":8", 1);
    for (text, told) in [
        (cut, "cut off or damaged"),
        (later, "found version 2, expected 1"),
        (turned, "its MD5 is another"),
        (
            "\u{1b}[2Jnothing".to_owned(),
            "found no journal of a search",
        ),
    ] {
        workplace.write("searches/0.json", text);
        let mut arguments = with(&["--seed", "7", "--rounds", "1"]);
        arguments.retain(|argument| *argument != "-q");
        let finished = workplace.run(&arguments);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        assert_eq!(finished.stderr.matches(told).count(), 1, "{finished:?}");
        assert!(finished.stderr.contains("searches/0.json"), "{finished:?}");
        assert!(!finished.stderr.contains("goes on"), "{finished:?}");
        assert!(!workplace.path("searches").exists());
    }
    // What it says is gone on with where it is whole.
    workplace.write("searches/0.json", whole);
    search(&workplace, &["--seed", "7", "--rounds", "2"]);
    assert!(beginnings(&workplace).last().unwrap().contains(" goes on "));
}

#[test]
fn instances_of_one_command_have_a_journal_each() {
    let workplace = Workplace::new();
    let mut children = [(); 3].map(|()| start(&workplace, &["--seed", "7"]));
    let is_written = |name: &String| {
        let path = workplace.path(&format!("searches/{name}"));
        std::fs::metadata(path).is_ok_and(|file| file.len() > 0)
    };
    let journals = || {
        let names = workplace.names("searches").into_iter();
        names
            .filter(|name| !name.starts_with('.'))
            .filter(is_written)
            .count()
    };
    wait_until("three journals", || journals() == 3);
    for child in &mut children {
        child.kill().expect("a process");
        child.wait().expect("a child");
    }
    let id = |line: &String| line.split(' ').nth(1).expect("an ID").to_owned();
    let begun: BTreeSet<String> = beginnings(&workplace).iter().map(id).collect();
    assert_eq!(begun.len(), 3, "{begun:?}");
    let children = [(); 3].map(|()| start(&workplace, &["--seed", "7", "--rounds", "3"]));
    for child in children {
        let finished = Finished::from(child.wait_with_output().expect("a child"));
        assert!(matches!(finished.code, Some(0 | 3)), "{finished:?}");
    }
    let all = beginnings(&workplace);
    let gone_on = all.iter().filter(|line| line.contains(" goes on "));
    let gone_on: BTreeSet<String> = gone_on.map(id).collect();
    assert_eq!(gone_on, begun, "each is gone on with, and once: {all:#?}");
    assert!(!workplace.path("searches").exists());
    let diagnosis = workplace.run(&["doctor"]);
    let damage = diagnosis.stdout.contains("damaged") || diagnosis.stdout.contains("nowhere");
    assert!(!damage, "{diagnosis:?}");
}

#[test]
fn clearing_a_store_removes_its_journals() {
    let workplace = Workplace::new();
    let mut child = start(&workplace, &[]);
    wait_until("a round", || !ended(&workplace).is_empty());
    child.kill().expect("a process");
    child.wait().expect("a child");
    let mine = workplace.write("searches/notes.txt", "mine");
    let cleared = workplace.run(&["clear", "--yes"]);
    assert_eq!(cleared.code, Some(0), "{cleared:?}");
    assert_eq!(workplace.names("searches"), ["notes.txt"]);
    assert!(mine.exists());
}
