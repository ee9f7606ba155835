//! The page as a reader has it, and as one who wrote hostile data would like to.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::common::Workplace;
use super::opened::{Opened, chromium};
use super::{Done as _, searched};

/// What would run, if it were taken for markup.
const HOSTILE: &str = "</script><img src=x onerror=\"window.hacked=1\"><b>&amp;\u{2028}";

/// The widths of a telephone and of a desk.
const WIDTHS: [u32; 2] = [400, 1280];

/// The page of a workplace, as it opens on a desk.
fn on_a_desk(chromium: &Path, workplace: &Workplace) -> Opened {
    Opened::new(
        chromium,
        &workplace.path("page.html"),
        "",
        WIDTHS[1],
        "light",
    )
}

#[test]
fn the_page_works_in_a_browser() {
    let Some(chromium) = chromium() else { return };
    let workplace = searched("store");
    workplace
        .run(&["report", "--out", "store", "-o", "page.html"])
        .assert_done();
    let stats = workplace.run(&["stats", "--out", "store", "--format", "json"]);
    let stats: Json = serde_json::from_str(&stats.stdout).expect("JSON");
    let page = on_a_desk(&chromium, &workplace);

    // What is read is what the statistics say.
    for (id, member) in [("solved", "solved"), ("tasks", "tasks"), ("total", "total")] {
        let shown = page.text(&format!("#count-{id}")).replace('\u{202f}', "");
        assert_eq!(shown, stats[member].to_string(), "{id}");
    }
    let all = page.shown();
    assert_eq!(all.len(), stats["best"].as_array().expect("tasks").len());
    assert_eq!(
        page.value("document.querySelectorAll('svg.plot title').length > 3"),
        true
    );
    // Each plot has a table beside it.
    assert_eq!(
        page.value("document.querySelectorAll('.view details table').length"),
        2
    );
    assert_eq!(
        page.value("document.querySelectorAll('img, iframe, link, [src]').length"),
        0
    );

    // A filter filters, by a click and by a name.
    page.click("input[value=solved] + span");
    let solved = page.shown();
    assert_eq!(
        solved.len() as u64,
        stats["solved"].as_u64().expect("a count")
    );
    assert_eq!(
        page.text("#shown"),
        format!("{} of {} tasks", solved.len(), all.len())
    );
    page.click("input[value=all] + span");
    page.press("Escape");
    page.press("/");
    page.tab.type_str(&all[2][..5]).expect("a text");
    assert_eq!(page.shown(), [all[2].clone()]);
    page.value("(document.querySelector('#search').value = '', document.querySelector('#search').dispatchEvent(new Event('input', {bubbles: true})))");

    // Sorting sorts, both ways.
    page.value("(document.querySelector('#sort').value = 'share', document.querySelector('#sort').dispatchEvent(new Event('input', {bubbles: true})))");
    let shares = || -> Vec<f64> {
        let shares = page.value(
            "[...document.querySelectorAll('.card')].map(card => Number(card.dataset.share))",
        );
        serde_json::from_value(shares).expect("numbers")
    };
    assert!(
        shares().is_sorted_by(|one, other| one >= other),
        "{:?}",
        shares()
    );
    page.click("#direction");
    assert!(shares().is_sorted(), "{:?}", shares());
    page.click("#direction");

    // A click opens a task, the keys go on and close it.
    let best = page.shown();
    page.click(".card .name");
    assert_eq!(page.value("document.querySelector('dialog').open"), true);
    assert_eq!(page.text("#task-name"), best[0]);
    assert!(
        page.value("document.querySelectorAll('dialog .sample svg').length")
            .as_u64()
            > Some(2)
    );
    assert!(page.text("dialog pre").contains("def solve(S, I, C):"));
    page.press("ArrowRight");
    assert_eq!(page.text("#task-name"), best[1]);
    page.press("ArrowLeft");
    page.press("ArrowLeft");
    assert_eq!(page.text("#task-name"), *best.last().expect("tasks"));
    page.press("Escape");
    assert_eq!(page.value("document.querySelector('dialog').open"), false);
    // From the card that has the focus now.
    page.press("k");
    let focused = "document.activeElement.closest('.card').dataset.task";
    assert_eq!(page.value(focused), best[best.len() - 2].as_str());
    page.press("Enter");
    assert_eq!(page.text("#task-name"), best[best.len() - 2]);
    page.press("Escape");

    // Light and dark, by the system and by the button.
    let ground = "getComputedStyle(document.body).backgroundColor";
    let light = page.value(ground);
    page.click("#theme");
    let dark = page.value(ground);
    assert_ne!(light, dark);
    page.click("#theme");
    assert_eq!(page.value(ground), light);

    let pictures = std::env::var_os("REPORT_PICTURES").map(PathBuf::from);
    let pictures = pictures.unwrap_or_else(|| workplace.path("pictures"));
    fs::create_dir_all(&pictures).expect("a folder");
    for width in WIDTHS {
        for scheme in ["light", "dark"] {
            for hash in ["", "#task-3"] {
                let page =
                    Opened::new(&chromium, &workplace.path("page.html"), hash, width, scheme);
                let widest = page.value("document.documentElement.scrollWidth");
                assert_eq!(widest, width, "{scheme}");
                assert_eq!(page.value(ground) == light, scheme == "light");
                assert_eq!(
                    page.value("document.querySelector('dialog').open"),
                    !hash.is_empty()
                );
                let name = format!(
                    "{width}-{scheme}{}.png",
                    if hash.is_empty() { "" } else { "-task" }
                );
                page.screenshot(&pictures.join(name));
                page.assert_calm();
            }
        }
    }
    page.assert_calm();
}

#[test]
fn markup_in_data_is_text() {
    let Some(chromium) = chromium() else { return };
    // Folders' names cannot have a slash.
    let folder = HOSTILE.replace('/', "");
    let workplace = searched(&folder);
    let store = workplace.path(&folder);
    let escaped = serde_json::to_string(HOSTILE).expect("JSON");
    // Records of any task, run, time and message.
    let timing = store.join("logs/run_batt_timing_stats.jsonl");
    let mut records = fs::read_to_string(&timing).expect("records");
    for (success, message) in [("true", "null"), ("false", escaped.as_str())] {
        records.push_str(&format!(
            "{{\"timestamp\": {escaped}, \"run_id\": {escaped}, \"task_id\": {escaped}, \"success\": {success}, \"error_msg\": {message}, \"best_score\": 9, \"full_score\": 9, \"data\": {escaped}}}\n"
        ));
    }
    fs::write(&timing, records).expect("records");
    // A line of the log.
    let log = store.join("logs/run_batt.log");
    let mut lines = fs::read_to_string(&log).expect("a log");
    lines.push_str(&format!("then run {HOSTILE}\n"));
    fs::write(&log, lines).expect("a log");
    // Programs, all of them.
    for (programs, head) in [("solver_md5", "solve"), ("differ_md5", "differ")] {
        for entry in fs::read_dir(store.join(programs)).expect("programs") {
            let path = entry.expect("a program").path();
            let text =
                format!("# {HOSTILE}\ndef {head}(S, I, C):\n    return identity(I) '{HOSTILE}'\n");
            fs::write(path, text).expect("a program");
        }
    }
    let finished = workplace.run(&["report", "--out", &folder, "-o", "page.html"]);
    finished.assert_done();
    let text = workplace.read("page.html");
    assert!(!text.contains("<img"));
    let page = on_a_desk(&chromium, &workplace);
    assert_eq!(page.text("h1"), folder);
    assert_eq!(
        page.value("document.querySelectorAll('img, b[onclick], iframe').length"),
        0
    );
    let shown = page.shown();
    assert!(shown.iter().any(|task| task == HOSTILE), "{shown:?}");
    assert!(page.text(".log").contains(HOSTILE));
    assert!(page.text(".notices").contains(&folder));
    for place in 0..shown.len() {
        page.value(&format!("(location.hash = '#task-{place}', 0)"));
        page.value("dispatchEvent(new Event('hashchange'))");
        assert!(page.text("#task-name").len() > 3);
        page.press("Escape");
    }
    page.value("(location.hash = '#task-0', dispatchEvent(new Event('hashchange')))");
    page.assert_calm();
}
