//! Tells another program by an HTTP request: a text message gateway, a chat
//! tool, a telephone that calls, or one that hears of what happens in runs.
//!
//! The URL is a secret, because for most receivers who knows it may use it:
//! what is said of a webhook is its name and its host.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url};

use super::body::Body;
use super::sign::Signer;
use super::{Errand, Event, Failure, Sending, Way, defang};
use crate::domain::organisation;
use crate::domain::parse::WebhookTemplate;
use crate::domain::time::Timestamp;
use crate::guard::{Guard, NoClient, Refused};

/// From connecting to the end of the answer.
const WHOLE_REQUEST: Duration = Duration::from_secs(10);

/// What is read of an answer: enough for the connection to be used again.
const LONGEST_ANSWER: usize = 16 << 10;

/// One webhook, ready to be used.
pub struct Webhook {
    key: String,
    url: Url,
    /// Host and port, for people.
    host: String,
    login: Option<(String, Option<String>)>,
    body: Body,
    signer: Option<Signer>,
    guard: Guard,
    client: Client,
}

/// What is posted, of whatever it tells.
struct Request<'a> {
    id: &'a str,
    now: Timestamp,
    /// Name of the drill that it belongs to.
    scenario: Option<&'a str>,
    body: String,
}

impl Webhook {
    /// `url` comes from the environment; the user in it becomes a login.
    /// `Err` says what is wrong with the setting, without showing the URL.
    pub fn new(
        setting: &organisation::Webhook,
        url: &str,
        templates: &[WebhookTemplate],
        signer: Option<Signer>,
        guard: &Guard,
    ) -> Result<Self, String> {
        let key = setting.key.clone();
        let wrong = |why: &str| format!("webhook `{key}`: {}: {why}", setting.url_env);
        let mut url = Url::parse(url).map_err(|error| wrong(&format!("no URL: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("the URL does not begin with http:// or https://"));
        }
        guard
            .check(&url)
            .map_err(|refused| wrong(&refused.to_string()))?;
        let login = take_login(&mut url);
        let host = match (url.host_str().unwrap_or_default(), url.port()) {
            (host, Some(port)) => format!("{host}:{port}"),
            (host, None) => host.to_owned(),
        };
        let template = setting
            .template
            .as_ref()
            .and_then(|name| templates.iter().find(|template| template.name == *name));
        let client = guard
            .builder()
            .timeout(WHOLE_REQUEST)
            .build()
            .map_err(|error| wrong(&NoClient::from(error).to_string()))?;
        Ok(Self {
            body: Body::new(template)?,
            key,
            url,
            host,
            login,
            signer,
            guard: guard.clone(),
            client,
        })
    }

    /// Whether what it is told stays on this machine.
    pub fn is_here(&self) -> bool {
        let host = self.url.host_str().unwrap_or_default();
        matches!(host, "127.0.0.1" | "[::1]")
    }

    async fn notify(&self, errand: &Errand<'_>) -> Result<(), Failure> {
        let letter = &errand.mail.letter;
        let body = self
            .body
            .make(
                errand.id,
                &errand.mail.effect,
                errand.notice,
                letter,
                errand.link,
            )
            .map_err(|why| Failure::GiveUp(self.said(&format!("its template fails: {why}"))))?;
        let drill = errand.mail.drill.as_ref();
        let request = Request {
            id: errand.id,
            now: errand.now,
            scenario: drill.map(|drill| drill.scenario.as_str()),
            body,
        };
        match self.request(request).await {
            Ok(response) => self.judge(response).await,
            Err(failure) => Err(failure),
        }
    }

    /// Also after most refusals the same is tried again: an address or a key can be
    /// mended, and no other way leads to this program.
    async fn tell_of(&self, event: &Event<'_>) -> Result<(), Failure> {
        let request = Request {
            id: event.id,
            now: event.now,
            scenario: event.scenario,
            body: event.body.to_owned(),
        };
        let response = match self.request(request).await {
            Ok(response) => response,
            Err(Failure::GiveUp(because)) => return Err(Failure::Retry(because)),
            Err(failure) => return Err(failure),
        };
        let is_about_this_one = matches!(response.status().as_u16(), 400 | 413 | 415 | 422);
        match self.judge(response).await {
            Err(Failure::GiveUp(because)) if !is_about_this_one => Err(Failure::Retry(because)),
            judged => judged,
        }
    }

    async fn request(&self, what: Request<'_>) -> Result<Response, Failure> {
        self.guard
            .check(&self.url)
            .map_err(|refused| Failure::GiveUp(self.said(&refused.to_string())))?;
        let timestamp = what.now.timestamp();
        let mut request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", what.id)
            .header("webhook-timestamp", timestamp);
        if let Some(scenario) = what.scenario {
            // A name that cannot stand in a header is in the body too.
            let name = reqwest::header::HeaderValue::try_from(scenario);
            let unnamed = reqwest::header::HeaderValue::from_static("drill");
            request = request.header("x-draaiboek-drill", name.unwrap_or(unnamed));
        }
        if let Some(signer) = &self.signer {
            let signature = signer.signature(what.id, timestamp, what.body.as_bytes());
            request = request.header("webhook-signature", signature);
        }
        if let Some((user, password)) = &self.login {
            request = request.basic_auth(user, password.as_deref());
        }
        let response = request.body(what.body).send().await;
        response.map_err(|error| self.unreached(&error))
    }

    async fn judge(&self, mut response: Response) -> Result<(), Failure> {
        let status = response.status();
        let asked = seconds_asked(&response);
        let mut n_read = 0;
        while n_read < LONGEST_ANSWER {
            // What it says does not matter, only that it said yes or no.
            let Ok(Some(chunk)) = response.chunk().await else {
                break;
            };
            n_read += chunk.len();
        }
        let reason = self.said(&format!("it answered {}", status.as_u16()));
        match status {
            status if status.is_success() => Ok(()),
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
                Err(later(reason, asked))
            }
            status if status.is_server_error() => Err(later(reason, asked)),
            status if status.is_redirection() => Err(Failure::GiveUp(format!(
                "{reason}; redirects are not followed"
            ))),
            _ => Err(Failure::GiveUp(reason)),
        }
    }

    fn unreached(&self, error: &reqwest::Error) -> Failure {
        let mut innermost: &dyn std::error::Error = error;
        while let Some(source) = innermost.source() {
            innermost = source;
            if let Some(refused) = innermost.downcast_ref::<Refused>() {
                return Failure::GiveUp(self.said(&refused.to_string()));
            }
        }
        if error.is_timeout() {
            return Failure::Away(self.said("it did not answer in time"));
        }
        // The outermost error names the URL, so it is never shown.
        let cause = match error.source() {
            Some(_) => defang::line(&innermost.to_string(), 200),
            None => "the connection failed".to_owned(),
        };
        let doing = match error.is_connect() {
            true => "it cannot be reached",
            false => "the connection broke",
        };
        Failure::Away(self.said(&format!("{doing}: {cause}")))
    }

    fn said(&self, what: &str) -> String {
        format!("webhook `{}` ({}): {what}", self.key, self.host)
    }
}

impl Way for Webhook {
    fn name(&self) -> &str {
        &self.key
    }

    fn describe(&self) -> String {
        let signed = match self.signer {
            Some(_) => ", signed",
            None => "",
        };
        format!("webhook `{}` goes to {}{signed}", self.key, self.host)
    }

    fn send<'a>(&'a self, errand: &'a Errand<'a>) -> Sending<'a> {
        Box::pin(self.notify(errand))
    }

    fn tell<'a>(&'a self, event: &'a Event<'a>) -> Sending<'a> {
        Box::pin(self.tell_of(event))
    }
}

fn later(reason: String, asked: Option<Duration>) -> Failure {
    match asked {
        Some(asked) => Failure::RetryAfter(reason, asked),
        None => Failure::Retry(reason),
    }
}

/// `Retry-After` in seconds; a date there is not worth a clock.
fn seconds_asked(response: &Response) -> Option<Duration> {
    let asked = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    asked.trim().parse().ok().map(Duration::from_secs)
}

/// Takes user and password out of the URL, as they were before they were
/// written in it.
fn take_login(url: &mut Url) -> Option<(String, Option<String>)> {
    let user = unescaped(url.username());
    let password = url.password().map(unescaped);
    if user.is_empty() && password.is_none() {
        return None;
    }
    // These fail only for URLs without a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some((user, password))
}

/// `%40` is `@`.
fn unescaped(written: &str) -> String {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_in_the_url_is_taken_out_of_it() {
        let mut url = Url::parse("https://us%40er:p%3Ass@sms.example/send?key=1").unwrap();
        let login = take_login(&mut url);
        assert_eq!(login, Some(("us@er".to_owned(), Some("p:ss".to_owned()))));
        assert_eq!(url.as_str(), "https://sms.example/send?key=1");
        assert_eq!(take_login(&mut url), None);
    }
}
