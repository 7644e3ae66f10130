//! A small browser without a screen: one cookie, pages, and the forms on them.
#![allow(dead_code, reason = "each page's tests use some of it")]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use crate::world::{PATIENCE, World};

/// Lets somebody of the team in with a link of `draaiboek account link`.
pub(crate) fn enter(world: &World, person: &str) -> Browser {
    let mut browser = Browser::at(&world.address());
    let link = world.json(&["account", "link", person]);
    let path = path_of(link["url"].as_str().unwrap());
    let answer = browser.post_plain(&path, &[]);
    assert_eq!(answer.status, 303, "{answer:?}");
    assert!(browser.is_in(), "{answer:?}");
    browser
}

/// `/runs/1` of `http://127.0.0.1:7300/runs/1`.
pub(crate) fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let start = rest.find('/').unwrap_or(rest.len());
    rest[start..].to_owned()
}

/// What a page was answered with.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) status: u16,
    /// Names in lower case, in order.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The same as it came in: files are no text.
    pub(crate) bytes: Vec<u8>,
}

impl Page {
    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(known, _)| known == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// Where a redirect leads.
    pub(crate) fn leads_to(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    /// What every form on the page sends along.
    pub(crate) fn token(&self) -> Option<&str> {
        let after = self.body.split_once(r#"name="token" value=""#)?.1;
        Some(after.split_once('"')?.0)
    }

    /// What a reader sees: no tags, entities undone, no runs of spaces.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut is_in_tag = false;
        for letter in self.body.chars() {
            match letter {
                '<' => is_in_tag = true,
                '>' => {
                    is_in_tag = false;
                    text.push(' ');
                }
                letter if !is_in_tag => text.push(letter),
                _ => {}
            }
        }
        let entities = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#x27;", "'"),
            ("&#x3D;", "="),
            ("&#x60;", "`"),
            ("&amp;", "&"),
        ];
        for (entity, letter) in entities {
            text = text.replace(entity, letter);
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// See the module. Follows no redirect by itself.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    address: String,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Sent with every request, as `Name: value`.
    pub(crate) headers: Vec<String>,
}

impl Browser {
    /// Not in.
    pub(crate) fn at(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    pub(crate) fn is_in(&self) -> bool {
        self.cookies.contains_key("draaiboek_session")
    }

    pub(crate) fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, None, b"")
    }

    /// A page that must be there.
    pub(crate) fn opens(&mut self, path: &str) -> Page {
        let page = self.get(path);
        assert_eq!(page.status, 200, "{path}: {page:?}");
        page
    }

    /// Sends a form without what only our own pages know.
    pub(crate) fn post_plain(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let kind = "application/x-www-form-urlencoded";
        self.send("POST", path, Some(kind), body.finish().as_bytes())
    }

    /// Sends a form of one of our pages: fetches the token that stands on `/`.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let home = self.get("/");
        let token = home.token().unwrap_or_else(|| panic!("no token: {home:?}"));
        let mut fields = fields.to_vec();
        fields.push(("token", token));
        self.post_plain(path, &fields)
    }

    /// Does something to a run, which must work.
    pub(crate) fn does(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post(path, fields);
        assert_eq!(page.status, 303, "{path} {fields:?}: {}", page.text());
        page
    }

    /// A request whose answer is read as it comes, such as `/live`.
    pub(crate) fn open(&self, path: &str) -> TcpStream {
        let mut stream = self.connect();
        let head = self.head("GET", path, None, 0, "keep-alive");
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        kind: Option<&str>,
        body: &[u8],
    ) -> Page {
        let mut stream = self.connect();
        let head = self.head(method, path, kind, body.len(), "close");
        stream.write_all(head.as_bytes()).unwrap();
        // A server that has heard enough answers before the end of the body.
        let _ = stream.write_all(body);
        let mut raw = Vec::new();
        let _ = stream.read_to_end(&mut raw);
        let page = parse(&raw);
        self.keep(&page);
        page
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    fn head(
        &self,
        method: &str,
        path: &str,
        kind: Option<&str>,
        length: usize,
        connection: &str,
    ) -> String {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: {connection}\r\n\
             Content-Length: {length}\r\n",
            self.address
        );
        if let Some(kind) = kind {
            head.push_str(&format!("Content-Type: {kind}\r\n"));
        }
        for (name, value) in &self.cookies {
            head.push_str(&format!("Cookie: {name}={value}\r\n"));
        }
        for header in &self.headers {
            head.push_str(&format!("{header}\r\n"));
        }
        head + "\r\n"
    }

    /// Cookies that are set, and those that are taken away.
    fn keep(&mut self, page: &Page) {
        for (name, value) in &page.headers {
            if name == "set-cookie"
                && let Some((pair, rest)) = value.split_once(';')
                && let Some((name, value)) = pair.split_once('=')
            {
                if rest.contains("Max-Age=0") {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
        }
    }
}

fn parse(raw: &[u8]) -> Page {
    let text = String::from_utf8_lossy(raw);
    let (head, body) = text
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no answer but {text:?}"));
    let ends = raw.windows(4).position(|four| four == b"\r\n\r\n");
    let bytes = ends.map_or_else(Vec::new, |at| raw[at + 4..].to_vec());
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    Page {
        status: status.and_then(|text| text.parse().ok()).unwrap_or(0),
        headers: headers.collect(),
        body: body.to_owned(),
        bytes,
    }
}
