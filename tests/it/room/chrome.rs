//! A real browser: headless Chromium, driven by `chromedriver` over the WebDriver
//! protocol, which is plain HTTP and JSON. What it looks for it waits for.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::world::{Folder, PATIENCE, until};

/// How an element is named in WebDriver.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Nothing of it reaches outside this machine.
const SWITCHES: [&str; 14] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

/// Ends the driver, and so its browser, also when the tests are killed: then the
/// pipe it reads from ends.
const WITH_US: &str = r#"chromedriver --port=0 --log-level=SEVERE <&- & driver=$!
read -r _; kill $driver; wait $driver"#;

/// One browser with a profile of its own. Dropping it ends it.
pub(crate) struct Chrome {
    driver: Child,
    address: String,
    /// `/session/ID`.
    session: String,
    profile: Folder,
}

impl Chrome {
    /// A wide window of somebody who reads Dutch.
    pub(crate) fn start() -> Self {
        let profile = Folder::new("chrome");
        let mut driver = Command::new("sh")
            .args(["-c", WITH_US])
            .env("TMPDIR", profile.path(""))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let port = port_of(&mut driver);
        let mut chrome = Self {
            driver,
            address: format!("127.0.0.1:{port}"),
            session: String::new(),
            profile,
        };
        chrome.session = chrome.new_session();
        chrome.look_like("light", 1280, 900);
        chrome
    }

    fn new_session(&self) -> String {
        let profile = self.profile.path("profile");
        let mut switches: Vec<String> = SWITCHES.iter().map(|&one| one.to_owned()).collect();
        switches.push(format!("--user-data-dir={}", profile.display()));
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": switches, "prefs": { "intl.accept_languages": "nl" } },
            "goog:loggingPrefs": { "browser": "ALL" },
            // A page that asks whether to leave it is told so by the tests.
            "unhandledPromptBehavior": "ignore",
            "timeouts": { "pageLoad": 30_000, "script": 60_000 },
        } } });
        let made = self.call("POST", "/session", &wanted).unwrap();
        format!("/session/{}", made["sessionId"].as_str().unwrap())
    }

    /// What the driver answers; what went wrong otherwise.
    fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let mut stream = TcpStream::connect(&self.address).map_err(|why| why.to_string())?;
        // A driver waits itself, for a page or a script.
        stream.set_read_timeout(Some(PATIENCE * 4)).unwrap();
        let body = match method {
            "POST" => body.to_string(),
            _ => String::new(),
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let sent = stream.write_all(request.as_bytes());
        sent.map_err(|why| why.to_string())?;
        let answer = read_body(stream).map_err(|why| why.to_string())?;
        let answer: Value = serde_json::from_str(&answer).map_err(|why| why.to_string())?;
        match answer["value"]["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", answer["value"]["message"])),
            None => Ok(answer["value"].clone()),
        }
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.call("POST", &format!("{}{path}", self.session), body)
    }

    /// A command of the browser's own.
    pub(crate) fn command(&self, name: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": name, "params": parameters });
        self.post("/goog/cdp/execute", &body).unwrap()
    }

    /// `light` or `dark`, on a screen of this size; below 500 wide it is a phone.
    pub(crate) fn look_like(&self, colours: &str, width: u32, height: u32) {
        let is_phone = width < 500;
        let screen = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone,
        });
        self.command("Emulation.setDeviceMetricsOverride", screen);
        let feature = json!([{ "name": "prefers-color-scheme", "value": colours }]);
        self.command("Emulation.setEmulatedMedia", json!({ "features": feature }));
    }

    /// A thumb on a screen, 390 wide.
    pub(crate) fn be_a_phone(&self) {
        self.look_like("light", 390, 844);
        self.command(
            "Emulation.setTouchEmulationEnabled",
            json!({ "enabled": true }),
        );
    }

    /// No script of a page runs from the next page on.
    pub(crate) fn without_script(&self) {
        let off = json!({ "value": true });
        self.command("Emulation.setScriptExecutionDisabled", off);
    }

    pub(crate) fn goes(&self, url: &str) {
        self.post("/url", &json!({ "url": url }))
            .unwrap_or_else(|why| panic!("{url}: {why}"));
    }

    pub(crate) fn url(&self) -> String {
        let url = self.call("GET", &format!("{}/url", self.session), &Value::Null);
        url.unwrap().as_str().unwrap().to_owned()
    }

    /// What a script returns; a promise is waited for.
    pub(crate) fn script(&self, script: &str, arguments: Value) -> Value {
        let body = json!({ "script": script, "args": arguments });
        self.post("/execute/sync", &body)
            .unwrap_or_else(|why| panic!("{why} in {script}"))
    }

    /// What a person reads on the page.
    pub(crate) fn text(&self) -> String {
        let text = self.script("return document.body.innerText", json!([]));
        let text = text.as_str().unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Waits until the page says this.
    pub(crate) fn until_says(&self, wanted: &str) -> String {
        until(wanted, || {
            let text = self.text();
            match text.contains(wanted) {
                true => Ok(text),
                false => Err(format!("{}: {text}", self.url())),
            }
        })
    }

    fn find(&self, way: &str, what: &str) -> Result<String, String> {
        let found = self.post("/element", &json!({ "using": way, "value": what }))?;
        let id = found[ELEMENT].as_str();
        id.map(str::to_owned).ok_or_else(|| found.to_string())
    }

    /// Does something to an element as soon as that can be done: a page may be on its
    /// way, or just renewing itself.
    fn with(&self, way: &str, what: &str, act: impl Fn(&str) -> Result<Value, String>) -> Value {
        until(what, || {
            let done = self.find(way, what).and_then(|id| act(&id));
            done.map_err(|why| format!("{}: {why}", self.url()))
        })
    }

    /// Clicks on what a CSS selector finds.
    pub(crate) fn clicks(&self, selector: &str) {
        self.with("css selector", selector, |id| {
            self.post(&format!("/element/{id}/click"), &json!({}))
        });
    }

    /// Presses the button, or follows the link, that says this.
    pub(crate) fn presses(&self, label: &str) {
        let path = format!(
            "//*[self::button or self::a or self::summary][contains(normalize-space(.), \"{label}\")]"
        );
        self.with("xpath", &path, |id| {
            self.post(&format!("/element/{id}/click"), &json!({}))
        });
    }

    /// Types into a field, key by key, behind what stands there.
    pub(crate) fn types(&self, selector: &str, text: &str) {
        self.with("css selector", selector, |id| {
            let keys = json!({ "text": text });
            self.post(&format!("/element/{id}/value"), &keys)
        });
    }

    /// What stands in a field.
    pub(crate) fn value(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0]).value";
        let value = self.script(script, json!([selector]));
        value.as_str().unwrap_or_default().to_owned()
    }

    /// The whole page as PNG.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let whole = json!({ "captureBeyondViewport": true });
        let taken = self.command("Page.captureScreenshot", whole);
        STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()
    }

    /// Who was in is not any more.
    pub(crate) fn forgets_who(&self) {
        let cookies = format!("{}/cookie", self.session);
        self.call("DELETE", &cookies, &Value::Null).unwrap();
    }

    /// What the browser itself complained of: a policy that was broken, a script
    /// that failed.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let log = self.post("/se/log", &json!({ "type": "browser" })).unwrap();
        let lines = log.as_array().into_iter().flatten();
        lines
            .filter(|line| line["level"] == "SEVERE")
            .map(|line| line["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            // It closes its window and removes what it wrote.
            let _ = self.call("DELETE", &self.session, &Value::Null);
        }
        drop(self.driver.stdin.take());
        let _ = self.driver.wait();
    }
}

/// The port that the driver says it listens on.
fn port_of(driver: &mut Child) -> u16 {
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let said = lines.find_map(|line| {
        let line = line.ok()?;
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    // Its words are read to the end, so that it never waits for us.
    std::thread::spawn(move || lines.for_each(drop));
    said.expect("chromedriver does not start: `bash tests/run` installs chromium-driver")
}

/// The body of an answer with its length.
fn read_body(stream: TcpStream) -> std::io::Result<String> {
    let mut stream = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while stream.read_line(&mut line)? > 0 && !line.trim().is_empty() {
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}
