//! `POST /api/mentions`: takes pushed mentions and answers after they are on
//! disk with what became of each.
//!
//! NDJSON is read line by line as it arrives: a body may be long, one line may
//! not. A token belongs to one source; which one it is decides the source.

use std::io::Write as _;
use std::pin::Pin;
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::write::MultiGzDecoder;
use serde_json::json;
use subtle::ConstantTimeEq;

use super::metrics::Metrics;
use crate::config::Secret;
use crate::domain::mention::{Mention, Platform};
use crate::engine::{Delivered, Handle, NotDone};
use crate::source::body::{Body as Form, read_all};
use crate::source::lines::LineSplitter;
use crate::source::wire::{Reject, read_mention};

/// Mentions handed to the engine at once; a longer body is several batches.
const BATCH: usize = 5_000;

/// The largest JSON array or object, which is read whole; unpacked.
const MAX_WHOLE: usize = 32 << 20;

/// The largest body on the wire, and unpacked: beyond it somebody is flooding.
const MAX_BODY: u64 = 1 << 30;

/// So much of a packed body is unpacked at a time: gzip packs a thousandfold
/// at most, so a bomb is seen after some megabytes.
const MOST_UNPACKED: usize = 4 << 10;

/// Reasons that are told; the rest is only counted.
const MOST_PROBLEMS: usize = 20;

/// One source that may push.
#[derive(Debug)]
pub struct Pusher {
    pub source: String,
    pub token: Secret,
    /// Empty: every platform.
    pub platforms: Vec<Platform>,
}

/// What taking mentions needs.
#[derive(Debug)]
pub struct Door {
    pub pushers: Vec<Pusher>,
    pub engine: Handle,
    pub metrics: Arc<Metrics>,
}

/// What became of a body so far.
#[derive(Debug, Default)]
struct Tally {
    received: u64,
    new: u64,
    known: u64,
    unmatched: u64,
    rejected: u64,
    problems: Vec<Reject>,
}

impl Tally {
    fn refuse(&mut self, reject: Reject) {
        self.rejected += 1;
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(reject);
        }
    }

    fn answer(&self) -> serde_json::Value {
        let problems: Vec<_> = self
            .problems
            .iter()
            .map(|one| json!({ "line": one.line, "reason": one.reason }))
            .collect();
        json!({
            "received": self.received,
            "new": self.new,
            "known": self.known,
            "matched": self.new + self.known,
            "unmatched": self.unmatched,
            "rejected": self.rejected,
            "problems": problems,
        })
    }
}

/// Why a body was not taken further. What was counted before is on disk.
enum Stopped {
    Engine(NotDone),
    Body(StatusCode, String),
}

/// The handler.
pub async fn take(State(door): State<Arc<Door>>, headers: HeaderMap, body: Body) -> Response {
    let Some(pusher) = door.pusher(&headers) else {
        let hint = "send the source's token as `Authorization: Bearer TOKEN`";
        return refusal(StatusCode::UNAUTHORIZED, hint, &Tally::default());
    };
    let mut tally = Tally::default();
    let taken = door.read(pusher, &headers, body, &mut tally).await;
    let fates = [
        ("new", tally.new),
        ("known", tally.known),
        ("unmatched", tally.unmatched),
        ("rejected", tally.rejected),
    ];
    for (fate, n) in fates {
        door.metrics.count(&pusher.source, fate, n);
    }
    match taken {
        Ok(()) if tally.received == 0 && tally.rejected > 0 => refusal(
            StatusCode::UNPROCESSABLE_ENTITY,
            "nothing in this body is a mention",
            &tally,
        ),
        Ok(()) => Json(tally.answer()).into_response(),
        Err(Stopped::Body(status, why)) => refusal(status, &why, &tally),
        Err(Stopped::Engine(why)) => {
            let mut response = refusal(
                StatusCode::SERVICE_UNAVAILABLE,
                &format!("{why}; send it again"),
                &tally,
            );
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
            response
        }
    }
}

fn refusal(status: StatusCode, why: &str, tally: &Tally) -> Response {
    let mut answer = tally.answer();
    answer["error"] = json!(why);
    (status, Json(answer)).into_response()
}

impl Door {
    /// The source whose token this is. Every token is compared, so that the
    /// time it takes tells nothing.
    fn pusher(&self, headers: &HeaderMap) -> Option<&Pusher> {
        let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = given.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let token = token.trim().as_bytes();
        let fits = |pusher: &&Pusher| bool::from(pusher.token.reveal().as_bytes().ct_eq(token));
        // Not the first that fits: that would stop comparing.
        self.pushers
            .iter()
            .filter(fits)
            .fold(None, |_, pusher| Some(pusher))
    }

    async fn read(
        &self,
        pusher: &Pusher,
        headers: &HeaderMap,
        mut body: Body,
        tally: &mut Tally,
    ) -> Result<(), Stopped> {
        let is_packed = match headers
            .get(header::CONTENT_ENCODING)
            .map(|value| value.to_str())
        {
            None | Some(Ok("identity")) => false,
            Some(Ok("gzip" | "x-gzip")) => true,
            Some(other) => {
                let why = format!(
                    "Content-Encoding {:?} is not taken; send it plain or as gzip",
                    other.unwrap_or("?")
                );
                return Err(Stopped::Body(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
            }
        };
        let mut pieces = Pieces::new(is_packed);
        let mut reading = Reading {
            door: self,
            pusher,
            tally,
            splitter: LineSplitter::default(),
            form: None,
            whole: Vec::new(),
            batch: Vec::new(),
            n_rejected: 0,
        };
        let broken = |why: &dyn std::fmt::Display| {
            Stopped::Body(
                StatusCode::BAD_REQUEST,
                format!("the body broke off: {why}"),
            )
        };
        while let Some(chunk) = next_chunk(&mut body).await {
            let chunk = chunk.map_err(|error| broken(&error))?;
            for piece in pieces.steps(&chunk) {
                let unpacked = pieces.unpack(piece).map_err(|error| broken(&error))?;
                if pieces.n_bytes > MAX_BODY {
                    return Err(Stopped::Body(
                        StatusCode::PAYLOAD_TOO_LARGE,
                        "the body is larger than 1 GiB".to_owned(),
                    ));
                }
                reading.feed(&unpacked)?;
                reading.hand_over(false).await?;
            }
        }
        let rest = pieces.finish().map_err(|error| broken(&error))?;
        reading.feed(&rest)?;
        reading.finish();
        reading.hand_over(true).await
    }
}

/// The next piece of the body; trailers are nobody's business here.
async fn next_chunk(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    loop {
        let frame =
            std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
        match frame.map(|frame| frame.into_data()) {
            Ok(Ok(bytes)) => return Some(Ok(bytes)),
            Ok(Err(_)) => {}
            Err(error) => return Some(Err(error)),
        }
    }
}

/// Bytes as they arrive, unpacked.
struct Pieces {
    decoder: Option<MultiGzDecoder<Vec<u8>>>,
    n_bytes: u64,
}

impl Pieces {
    fn new(is_packed: bool) -> Self {
        Self {
            decoder: is_packed.then(|| MultiGzDecoder::new(Vec::new())),
            n_bytes: 0,
        }
    }

    /// Small steps, so that a bomb is seen before it has unfolded.
    fn steps<'a>(&self, chunk: &'a [u8]) -> std::slice::Chunks<'a, u8> {
        let is_packed = self.decoder.is_some();
        chunk.chunks(if is_packed { MOST_UNPACKED } else { usize::MAX })
    }

    fn unpack(&mut self, chunk: &[u8]) -> std::io::Result<Vec<u8>> {
        let Some(decoder) = &mut self.decoder else {
            self.n_bytes += chunk.len() as u64;
            return Ok(chunk.to_vec());
        };
        decoder.write_all(chunk)?;
        let unpacked = std::mem::take(decoder.get_mut());
        self.n_bytes += unpacked.len() as u64;
        Ok(unpacked)
    }

    fn finish(&mut self) -> std::io::Result<Vec<u8>> {
        self.decoder
            .take()
            .map_or_else(|| Ok(Vec::new()), MultiGzDecoder::finish)
    }
}

/// A body under way: what it is, and the mentions not handed over yet.
struct Reading<'a> {
    door: &'a Door,
    pusher: &'a Pusher,
    tally: &'a mut Tally,
    splitter: LineSplitter,
    form: Option<Form>,
    /// All of an array or an object, or the beginning of a body.
    whole: Vec<u8>,
    /// With the line each came from, for the one that says it is too old.
    batch: Vec<(usize, Mention)>,
    /// Lines since the last batch that were no mentions.
    n_rejected: u64,
}

impl Reading<'_> {
    fn feed(&mut self, bytes: &[u8]) -> Result<(), Stopped> {
        if self.form.is_none() {
            self.whole.extend_from_slice(bytes);
            // The first line decides; a long first line is a line.
            if !self.whole.contains(&b'\n')
                && self.whole.len() < MAX_WHOLE
                && self.whole.trim_ascii_start().first() != Some(&b'[')
            {
                return Ok(());
            }
            let form = Form::of(&self.whole);
            let is_lines = matches!(form, Form::Lines);
            self.form = Some(form);
            if is_lines {
                let start = std::mem::take(&mut self.whole);
                self.split(&start);
            }
            return Ok(());
        }
        if matches!(self.form, Some(Form::Lines)) {
            self.split(bytes);
            return Ok(());
        }
        self.whole.extend_from_slice(bytes);
        if self.whole.len() > MAX_WHOLE {
            let why =
                "a JSON array this large is not taken; send one mention a line (NDJSON)".to_owned();
            return Err(Stopped::Body(StatusCode::PAYLOAD_TOO_LARGE, why));
        }
        Ok(())
    }

    fn split(&mut self, bytes: &[u8]) {
        let mut splitter = std::mem::take(&mut self.splitter);
        splitter.feed(bytes, |number, line| self.line(number, line));
        self.splitter = splitter;
    }

    fn finish(&mut self) {
        if matches!(self.form, Some(Form::Lines)) {
            let mut splitter = std::mem::take(&mut self.splitter);
            splitter.finish(|number, line| self.line(number, line));
        } else {
            let whole = std::mem::take(&mut self.whole);
            let mut mentions = read_all(&whole);
            while let Some(mention) = mentions.next() {
                match mention {
                    Ok(mention) => self.take(mentions.began_on(), mention),
                    Err(reject) => self.refuse(reject),
                }
            }
        }
    }

    fn line(&mut self, number: usize, line: Result<&[u8], Reject>) {
        match line {
            Ok(line) if line.trim_ascii().is_empty() => {}
            Ok(line) => match read_mention(line) {
                Ok(mention) => self.take(number, mention),
                Err(reason) => self.refuse(Reject {
                    line: number,
                    reason,
                }),
            },
            Err(reject) => self.refuse(reject),
        }
    }

    fn refuse(&mut self, reject: Reject) {
        self.n_rejected += 1;
        self.tally.refuse(reject);
    }

    fn take(&mut self, line: usize, mention: Mention) {
        let allowed = &self.pusher.platforms;
        if !allowed.is_empty() && !allowed.contains(&mention.platform) {
            let reason = format!(
                "this source may not push from platform {}",
                mention.platform.name()
            );
            return self.refuse(Reject { line, reason });
        }
        self.batch.push((line, mention));
    }

    /// Gives full batches to the engine, and at the end the rest; also when all
    /// of it was rejected, so that the source's numbers say so.
    async fn hand_over(&mut self, is_last: bool) -> Result<(), Stopped> {
        let has_rest = |reading: &Self| !reading.batch.is_empty() || reading.n_rejected > 0;
        while self.batch.len() >= BATCH || (is_last && has_rest(self)) {
            let rest = self.batch.split_off(self.batch.len().min(BATCH));
            let batch = std::mem::replace(&mut self.batch, rest);
            let (lines, mentions): (Vec<usize>, Vec<Mention>) = batch.into_iter().unzip();
            let delivered = Delivered {
                source: self.pusher.source.clone(),
                mentions,
                rejected: std::mem::take(&mut self.n_rejected),
                position: None,
            };
            let receipt = self
                .door
                .engine
                .deliver(delivered)
                .await
                .map_err(Stopped::Engine)?;
            self.tally.received += receipt.matched + receipt.unmatched;
            self.tally.new += receipt.new;
            self.tally.known += receipt.known;
            self.tally.unmatched += receipt.unmatched;
            for mut reject in receipt.rejected {
                reject.line = lines[reject.line - 1];
                self.tally.refuse(reject);
            }
        }
        Ok(())
    }
}
