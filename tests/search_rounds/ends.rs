//! What ends a search, what is told then, and what keeps it from beginning.

use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::common::{Finished, Workplace, send};
use crate::{contents, ended, search, start, summaries, wait_until, with};

#[test]
fn a_signal_ends_it_and_the_same_command_goes_on() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let workplace = Workplace::new();
        let child = start(&workplace, &[]);
        wait_until("two rounds", || ended(&workplace).len() >= 2);
        send(signal, child.id());
        let finished = Finished::from(child.wait_with_output().expect("a child"));
        assert_eq!(finished.code, Some(code), "{finished:?}");
        let told = summaries(&finished);
        let first = told.last().expect("a summary");
        assert_eq!(first["ending"], "signal");
        assert_eq!(workplace.names("searches"), ["0.json"]);
        // Another command is another search.
        search(&workplace, &["--rounds", "1", "--mutation", "0.06"]);
        assert_eq!(workplace.names("searches"), ["0.json"]);
        let rounds = first["rounds"].as_u64().expect("a number");
        let more = (rounds + 1).to_string();
        let told = search(&workplace, &["--rounds", &more]);
        let second = told.last().expect("a summary");
        assert_eq!(second["search_id"], first["search_id"]);
        assert_eq!(second["seed"], first["seed"]);
        assert_eq!(second["rounds_before"], first["rounds"]);
        assert_eq!(second["rounds"], 1);
        assert!(!workplace.path("searches").exists());
    }
}

#[test]
fn the_time_ends_it_and_the_same_command_goes_on() {
    let workplace = Workplace::new();
    let begun = Instant::now();
    let told = search(&workplace, &["--for", "3s"]);
    assert!(begun.elapsed() < Duration::from_secs(6));
    let first = told.last().expect("a summary");
    assert_eq!(first["ending"], "time");
    assert_eq!(workplace.names("searches"), ["0.json"]);
    let told = search(&workplace, &["--for", "3s"]);
    assert_eq!(told.last().unwrap()["search_id"], first["search_id"]);
}

#[test]
fn it_ends_when_tasks_are_solved() {
    let workplace = Workplace::new();
    // The fixtures' solver of the only task is drawn, and as good as it was.
    let frozen = ["-t", "007bbfb7", "--freeze-solvers", "--seed", "7"];
    let until = |name| [&frozen[..], &["--until-solved", name]].concat();
    for (name, rounds) in [("007bbfb7", 1), ("all", 0), ("007bbfb7", 0)] {
        let told = search(&workplace, &until(name));
        let whole = told.last().expect("a summary");
        assert_eq!(whole["ending"], "solved", "{name}");
        assert_eq!(whole["rounds"], rounds, "{name}");
        assert!(!workplace.path("searches").exists());
    }
}

#[test]
fn a_command_is_run_for_each_task_that_is_solved() {
    let workplace = Workplace::new();
    workplace.script(
        "tell",
        "#!/bin/sh\necho \"$1 $2 $SOLVED_TASK $SOLVED_PROGRAM\" >> told\ntest -f \"$2\"\n",
    );
    workplace.script("fail", "#!/bin/sh\nexit 7\n");
    let arguments = ["--rounds", "1", "--seed", "7", "--freeze-solvers"];
    let told = search(
        &workplace,
        &[&arguments[..], &["--on-solved", "./tell"]].concat(),
    );
    let solved = told.last().unwrap()["newly_solved"].as_array().unwrap();
    assert!(!solved.is_empty(), "{told:?}");
    let lines = workplace.read("told");
    assert_eq!(lines.lines().count(), solved.len(), "{lines}");
    for line in lines.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [task, program, again, path] = words.as_slice() else {
            panic!("{line}");
        };
        assert_eq!((task, program), (again, path));
        assert!(solved.contains(&Json::from(*task)));
        assert!(program.contains(&format!("solve_{task}/")), "{program}");
    }
    // A failure is told and changes nothing.
    let other = Workplace::new();
    let path = workplace.path("fail");
    let failing = ["--on-solved", path.to_str().expect("UTF-8")];
    let finished = other.run(&with(&[&arguments[..], &failing].concat()));
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let log = other.read("logs/run_batt.log");
    assert_eq!(log.matches("failed: exit status: 7").count(), solved.len());
    assert_eq!(contents(&other), contents(&workplace));
}

#[test]
fn what_makes_no_sense_is_an_error_before_work_starts() {
    let workplace = Workplace::new();
    workplace.write("notes.txt", "no program");
    let unknown = r#"{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[1]]}]}"#;
    workplace.write("unknown/007bbfb7.json", unknown);
    workplace.write("damaged/007bbfb7.json", "[");
    for (arguments, told) in [
        (&["--for", "1ms"][..], "0.001 s are too short for a round"),
        (
            &["--until-solved", "f25fbde4"],
            "no round would run it: it is none of the 4 tasks that are selected",
        ),
        (&["--until-solved", "ffffffff"], "unknown task `ffffffff`"),
        (
            &[
                "--tasks",
                "unknown",
                "--until-solved",
                "all",
                "--rounds",
                "1",
            ],
            "no round can show that it is: the output of one of its samples is not known",
        ),
        (
            &[
                "--tasks",
                "damaged",
                "--until-solved",
                "all",
                "--rounds",
                "1",
            ],
            "damaged/007bbfb7.json: line 1, column 1",
        ),
        (
            &["--on-solved", "no-such-command"],
            "found no program of this name on $PATH",
        ),
        (&["--on-solved", "./missing"], "found no such program"),
        (&["--on-solved", "./notes.txt"], "check `chmod +x`"),
    ] {
        let finished = workplace.run(&with(arguments));
        assert_eq!(finished.code, Some(1), "{arguments:?}: {finished:?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
        assert!(finished.stderr.contains(told), "{finished:?}");
        assert!(!workplace.path("searches").exists(), "{arguments:?}");
        assert!(ended(&workplace).is_empty(), "{arguments:?}");
    }
    // The last rounds took longer than this.
    let child = start(&workplace, &[]);
    wait_until("two rounds", || ended(&workplace).len() >= 2);
    send("TERM", child.id());
    child.wait_with_output().expect("a child");
    let journal = workplace.read("searches/0.json");
    let body = journal.lines().nth(1).expect("two lines");
    let body: Json = serde_json::from_str(body).expect("JSON");
    let longest = body["round_milliseconds"].as_array().unwrap().iter();
    let longest = longest.filter_map(Json::as_u64).max().expect("a round");
    let finished = workplace.run(&with(&["--for", &format!("{longest}ms")]));
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert!(
        finished.stderr.contains("too short for a round"),
        "{finished:?}"
    );
    assert_eq!(workplace.read("searches/0.json"), journal, "it can go on");
}
