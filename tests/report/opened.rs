//! A page that is open in Chromium.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::protocol::cdp::{Emulation, Network, Page};
use headless_chrome::{Browser, LaunchOptions, Tab};
use serde_json::Value as Json;

/// The browser; `None` where there is none, which CI does not take.
pub fn chromium() -> Option<PathBuf> {
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
pub struct Opened {
    pub tab: Arc<Tab>,
    problems: Arc<Mutex<Vec<String>>>,
    requests: Arc<Mutex<Vec<String>>>,
    _browser: Browser,
}

impl Opened {
    /// Opens a page at a hash, in a window of this width.
    pub fn new(chromium: &Path, page: &Path, hash: &str, width: u32, scheme: &str) -> Self {
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
    pub fn value(&self, expression: &str) -> Json {
        let whole = format!("JSON.stringify({expression})");
        let evaluated = self.tab.evaluate(&whole, false);
        let value = evaluated.unwrap_or_else(|error| panic!("{expression}: {error}"));
        let text = value.value.expect("a value");
        serde_json::from_str(text.as_str().expect("JSON")).expect("JSON")
    }

    pub fn text(&self, selector: &str) -> String {
        let value = self.value(&format!("document.querySelector('{selector}').textContent"));
        value.as_str().expect("a text").to_owned()
    }

    pub fn click(&self, selector: &str) {
        let element = self.tab.find_element(selector).expect(selector);
        element.click().expect(selector);
    }

    pub fn press(&self, key: &str) {
        self.tab.press_key(key).expect(key);
    }

    /// The names of the tasks that are shown, in their order.
    pub fn shown(&self) -> Vec<String> {
        let names = self.value(
            "[...document.querySelectorAll('.card:not([hidden])')].map(card => card.dataset.task)",
        );
        serde_json::from_value(names).expect("names")
    }

    /// A picture of all of the page.
    pub fn screenshot(&self, path: &Path) {
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
    pub fn assert_calm(&self) {
        assert_eq!(self.value("typeof window.hacked"), "undefined");
        assert_eq!(*self.problems.lock().expect("a list"), [""; 0]);
        let requests = self.requests.lock().expect("a list");
        assert_eq!(requests.len(), 1, "{requests:?}");
        assert!(requests[0].starts_with("file:///"), "{requests:?}");
    }
}
