//! The report, as a command and in a browser.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Finished, Workplace};
use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::protocol::cdp::{Emulation, Network, Page};
use headless_chrome::{Browser, LaunchOptions, Tab};
use serde_json::Value as Json;

/// What would run, if it were taken for markup.
const HOSTILE: &str = "</script><img src=x onerror=\"window.hacked=1\"><b>&amp;\u{2028}";

/// The widths of a telephone and of a desk.
const WIDTHS: [u32; 2] = [400, 1280];

/// The browser; `None` where there is none, which CI does not take.
fn chromium() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = std::env::split_paths(&paths)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.is_file());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI installs chromium");
        eprintln!("skipped: there is no chromium on the path");
    }
    found
}

/// A page that is open in a browser, and what it said and asked for.
struct Opened {
    tab: Arc<Tab>,
    problems: Arc<Mutex<Vec<String>>>,
    requests: Arc<Mutex<Vec<String>>>,
    _browser: Browser,
}

impl Opened {
    /// Opens a page at a hash, in a window of this width.
    fn new(chromium: &Path, page: &Path, hash: &str, width: u32, scheme: &str) -> Self {
        let options = LaunchOptions {
            path: Some(chromium.to_owned()),
            // It refuses to be sandboxed as root.
            sandbox: false,
            idle_browser_timeout: Duration::from_secs(300),
            args: vec![OsStr::new("--hide-scrollbars")],
            ..LaunchOptions::default()
        };
        let browser = Browser::new(options).expect("a browser");
        let tab = browser.new_tab().expect("a tab");
        tab.set_default_timeout(Duration::from_secs(120));
        let problems = Arc::new(Mutex::new(Vec::new()));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (told, asked) = (Arc::clone(&problems), Arc::clone(&requests));
        tab.add_event_listener(Arc::new(move |event: &Event| match event {
            Event::LogEntryAdded(entry) => told.lock().expect("a list").push(format!("{entry:?}")),
            Event::RuntimeExceptionThrown(thrown) => {
                told.lock().expect("a list").push(format!("{thrown:?}"));
            }
            Event::RuntimeConsoleAPICalled(called) => {
                told.lock().expect("a list").push(format!("{called:?}"));
            }
            Event::NetworkRequestWillBeSent(sent) => {
                asked
                    .lock()
                    .expect("a list")
                    .push(sent.params.request.url.clone());
            }
            _ => {}
        }))
        .expect("a listener");
        tab.enable_log().expect("a log");
        tab.enable_runtime().expect("a console");
        tab.call_method(Network::Enable {
            max_total_buffer_size: None,
            max_resource_buffer_size: None,
            max_post_data_size: None,
            report_direct_socket_traffic: None,
            enable_durable_messages: None,
        })
        .expect("the network");
        let opened = Self {
            tab,
            problems,
            requests,
            _browser: browser,
        };
        opened.resize(width, 900, scheme);
        let url = format!("file://{}{hash}", page.display());
        opened.tab.navigate_to(&url).expect("a page");
        opened.tab.wait_until_navigated().expect("a page");
        opened
    }

    fn resize(&self, width: u32, height: u32, scheme: &str) {
        self.tab
            .call_method(Emulation::SetDeviceMetricsOverride {
                width,
                height,
                device_scale_factor: 1.0,
                mobile: false,
                scale: None,
                screen_width: None,
                screen_height: None,
                position_x: None,
                position_y: None,
                dont_set_visible_size: None,
                screen_orientation: None,
                viewport: None,
                display_feature: None,
                device_posture: None,
            })
            .expect("a size");
        self.tab
            .call_method(Emulation::SetEmulatedMedia {
                media: None,
                features: Some(vec![Emulation::MediaFeature {
                    name: "prefers-color-scheme".to_owned(),
                    value: scheme.to_owned(),
                }]),
            })
            .expect("a scheme");
    }

    /// The value of an expression of the page's script.
    fn value(&self, expression: &str) -> Json {
        let whole = format!("JSON.stringify({expression})");
        let evaluated = self.tab.evaluate(&whole, false);
        let value = evaluated.unwrap_or_else(|error| panic!("{expression}: {error}"));
        let text = value.value.expect("a value");
        serde_json::from_str(text.as_str().expect("JSON")).expect("JSON")
    }

    fn text(&self, selector: &str) -> String {
        let value = self.value(&format!("document.querySelector('{selector}').textContent"));
        value.as_str().expect("a text").to_owned()
    }

    fn click(&self, selector: &str) {
        let element = self.tab.find_element(selector).expect(selector);
        element.click().expect(selector);
    }

    fn press(&self, key: &str) {
        self.tab.press_key(key).expect(key);
    }

    /// The names of the tasks that are shown, in their order.
    fn shown(&self) -> Vec<String> {
        let names = self.value(
            "[...document.querySelectorAll('.card:not([hidden])')].map(card => card.dataset.task)",
        );
        serde_json::from_value(names).expect("names")
    }

    /// A picture of all of the page.
    fn screenshot(&self, path: &Path) {
        let height = self.value("Math.min(document.documentElement.scrollHeight, 6000)");
        let width = self.value("innerWidth").as_u64().expect("a width") as u32;
        let scheme = match self.value("matchMedia('(prefers-color-scheme: dark)').matches") {
            Json::Bool(true) => "dark",
            _ => "light",
        };
        self.resize(width, height.as_u64().expect("a height") as u32, scheme);
        let format = Page::CaptureScreenshotFormatOption::Png;
        let picture = self.tab.capture_screenshot(format, None, None, true);
        fs::write(path, picture.expect("a picture")).expect("a file");
    }

    /// Fails where the page said something was wrong, or asked for anything but itself.
    fn assert_calm(&self) {
        assert_eq!(self.value("typeof window.hacked"), "undefined");
        assert_eq!(*self.problems.lock().expect("a list"), [""; 0]);
        let requests = self.requests.lock().expect("a list");
        assert_eq!(requests.len(), 1, "{requests:?}");
        assert!(requests[0].starts_with("file:///"), "{requests:?}");
    }
}

trait Done {
    fn assert_done(&self);
}

impl Done for Finished {
    fn assert_done(&self) {
        assert_eq!(self.code, Some(0), "{self:?}");
    }
}

/// A workplace whose store under `out` has solved tasks and others.
fn searched(out: &str) -> Workplace {
    let workplace = Workplace::new();
    let of_tasks = ["-c", "8", "-q", "--out", out];
    workplace.run(&of_tasks).assert_done();
    // Cards of few solvers, so that tasks are open.
    let drawn = ["-c", "24", "--draw", "4", "--seed", "5", "-q", "--out", out];
    workplace.run(&drawn).assert_done();
    workplace
}

/// The data that the page's script reads.
fn data(page: &str) -> Json {
    let (_, rest) = page
        .split_once("<script type=\"application/json\"")
        .expect("data");
    let (_, rest) = rest.split_once('>').expect("data");
    let (data, _) = rest.split_once("</script>").expect("data");
    serde_json::from_str(data).expect("JSON")
}

#[test]
fn the_counts_are_those_of_the_statistics() {
    let workplace = searched("store");
    let written = workplace.run(&["report", "--out", "store", "-o", "page.html"]);
    written.assert_done();
    let stats = workplace.run(&["stats", "--out", "store", "--format", "json"]);
    let stats: Json = serde_json::from_str(&stats.stdout).expect("JSON");
    let page = workplace.read("page.html");
    let data = data(&page);
    assert_eq!(data["stats"], stats);
    let solved = stats["solved"].as_u64().expect("a count");
    assert!(
        solved > 0 && stats["tasks"].as_u64() > Some(solved),
        "{stats}"
    );
    let line = format!(
        "page.html: {solved} of {} tasks solved, 2 rounds, ",
        stats["tasks"]
    );
    assert!(written.stdout.starts_with(&line), "{}", written.stdout);
    // The line of solved tasks ends where the search is.
    let timeline = data["timeline"]["by_time"].as_array().expect("a line");
    assert_eq!(timeline.last().expect("a point")["solved"], solved);
    assert_eq!(timeline.last().expect("a point")["total"], stats["total"]);
    for (member, expected) in [("tasks", 32), ("refused_threads", 0), ("failed", 0)] {
        assert_eq!(data["pace"][member], expected, "{member}");
    }
    assert!(data["news"]["new_to_store"].as_u64() > Some(0));
    // Only rounds of a search say how many programs were new to it.
    assert!(data["pace"]["new_programs"].is_null());
    assert!(data["pace"]["peak_memory_bytes"].as_u64() > Some(1 << 20));
    // All of it to standard output is the same page, made a moment later.
    let piped = workplace.run(&["report", "--out", "store", "-o", "-"]);
    assert_eq!(self::data(&piped.stdout)["stats"], stats);
    assert!(piped.stderr.starts_with("run_batt: "), "{}", piped.stderr);
}

#[test]
fn what_is_new_is_new_since_a_date() {
    let workplace = searched("store");
    let news = |since: &str| {
        let report = workplace.run(&["report", "--out", "store", "-o", "-", "--since", since]);
        data(&report.stdout)["news"].clone()
    };
    let all = news("8h");
    assert_eq!(all["rounds"], 2);
    assert_eq!(all["tasks"][0]["kind"], "solved");
    assert_eq!(news("1999-12-31")["tasks"], all["tasks"]);
    let none = news("2999-01-01T12:00");
    assert_eq!(none["since"], "2999-01-01T12:00:00.000000");
    assert_eq!(
        (&none["rounds"], &none["tasks"]),
        (&0.into(), &Json::Array(vec![]))
    );
    let wrong = workplace.run(&["report", "--since", "yesterday"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("expected a date such as 2026-11-20"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn of_what_is_missing_the_rest_is_told() {
    let workplace = searched("store");
    let report = |workplace: &Workplace, arguments: &[&str]| -> (Finished, Json) {
        let all = [&["report", "-o", "page.html"], arguments].concat();
        let finished = workplace.run(&all);
        finished.assert_done();
        let data = data(&workplace.read("page.html"));
        (finished, data)
    };
    // A task that the data lack.
    let first = workplace.path("tasks/007bbfb7.json");
    workplace.write(
        "tasks/007bbfb7.json",
        fs::read(common::fixture("tasks/007bbfb7.json")).expect("a task"),
    );
    let (finished, told) = report(&workplace, &["--out", "store", "--tasks", "tasks"]);
    let lines: Vec<&str> = finished.stderr.lines().collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("the data lack "), "{lines:?}");
    assert!(first.is_file());
    let drawn = |told: &Json| {
        let tasks = told["tasks"].as_array().expect("tasks").clone();
        let has_samples = |own: &&Json| own["samples"] != Json::Array(vec![]);
        tasks.iter().filter(has_samples).count()
    };
    assert_eq!(drawn(&told), 1);
    assert!(workplace.read("page.html").contains("not in the data"));

    // A store without records.
    let stats = told["stats"].clone();
    fs::rename(
        workplace.path("store/logs"),
        workplace.path("logs-of-store"),
    )
    .expect("a folder");
    let (finished, told) = report(&workplace, &["--out", "store"]);
    assert!(
        finished
            .stderr
            .contains("there are no records of this store in store/logs"),
        "{finished:?}"
    );
    assert_eq!(told["stats"]["solved"], stats["solved"]);
    assert!(drawn(&told) > 1 && told["stats"]["rounds"] == Json::Array(vec![]));

    // Records without a store.
    for folder in ["solver_dir", "solver_md5", "differ_dir", "differ_md5"] {
        fs::remove_dir_all(workplace.path("store").join(folder)).expect("a folder");
    }
    fs::rename(
        workplace.path("logs-of-store"),
        workplace.path("store/logs"),
    )
    .expect("a folder");
    let (finished, told) = report(&workplace, &["--out", "store"]);
    assert!(
        finished.stderr.contains("there is no store under store"),
        "{finished:?}"
    );
    assert_eq!(told["stats"]["rounds"], stats["rounds"]);
    assert!(told["tasks"].as_array().expect("tasks").len() > 8);

    // Neither.
    let nothing = Workplace::new();
    let finished = nothing.run(&["report", "--out", "store"]);
    assert_eq!(finished.code, Some(1));
    assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
    assert!(finished.stderr.contains("found no store"), "{finished:?}");
    assert_eq!(nothing.names("."), [""; 0]);
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let workplace = searched("store");
    workplace.write("folder/inside", "");
    for (output, reason) in [
        ("missing/page.html", "cannot be written"),
        ("folder", "cannot be written"),
    ] {
        let before = workplace.names("folder");
        let finished = workplace.run(&["report", "--out", "store", "-o", output]);
        assert_eq!(finished.code, Some(1), "{finished:?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
        assert!(finished.stderr.contains(reason), "{finished:?}");
        assert_eq!(workplace.names("folder"), before);
        assert_eq!(workplace.names("."), ["folder", "store"]);
    }
}

#[test]
fn the_data_of_a_run_are_remembered() {
    let workplace = Workplace::new();
    let task = fs::read(common::fixture("tasks/3c9b0459.json")).expect("a task");
    workplace.write("data/3c9b0459.json", task);
    let run = ["-q", "--tasks", "data", "--out", "store"];
    workplace.run(&run).assert_done();
    // From another folder too.
    let report = workplace
        .command(&["report", "--out", "../store", "-o", "-"])
        .current_dir(workplace.path("data"))
        .output()
        .expect("a report");
    let data = data(&String::from_utf8(report.stdout).expect("UTF-8"));
    let path = workplace.path("data").canonicalize().expect("a folder");
    assert_eq!(data["data"][0], path.to_str().expect("UTF-8"));
    assert_eq!(data["tasks"][0]["samples"][0]["output"], "expected");
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
    let page = Opened::new(
        &chromium,
        &workplace.path("page.html"),
        "",
        WIDTHS[1],
        "light",
    );

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
    let page = Opened::new(
        &chromium,
        &workplace.path("page.html"),
        "",
        WIDTHS[1],
        "light",
    );
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
