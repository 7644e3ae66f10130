//! Numbers about the daemon, for Prometheus. They name no person and no text.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::domain::audit::KINDS;
use crate::domain::blind::Blindness;
use crate::domain::time::Timestamp;
use crate::engine::board::{Board, Reading};
use crate::engine::enriching::Lag;
use crate::engine::reload;
use crate::engine::sources::HealthBoard;

/// A source and what became of a mention it brought.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Fate {
    source: String,
    fate: &'static str,
}

/// A source and why a request of it was not taken, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refusal {
    source: String,
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfSource {
    source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfWatch {
    watch: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Try {
    channel: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Told {
    webhook: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    finding: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

type Number = Gauge<i64, AtomicI64>;
type Seconds = Gauge<f64, AtomicU64>;

/// All metrics of the daemon.
#[derive(Debug, Default)]
pub struct Metrics {
    registry: Registry,
    mentions: Family<Fate, Counter>,
    refused: Family<Refusal, Counter>,
    source_failures: Family<OfSource, Number>,
    source_blind: Family<OfSource, Number>,
    watch_blind: Family<OfWatch, Number>,
    healthy: Number,
    listening_only: Number,
    alarms_held_back: Number,
    unread: Number,
    reading_lag: Seconds,
    runs_open: Number,
    roles_unanswered: Number,
    next_action: Seconds,
    parcels: Family<State, Number>,
    oldest_parcel: Seconds,
    alerts_waiting: Number,
    oldest_alert: Seconds,
    alert_delivered: Seconds,
    deliveries: Family<Try, Counter>,
    webhook_events: Family<Told, Counter>,
    commits_failed: Counter,
    reload_successful: Number,
    reload_succeeded_at: Seconds,
    audit: Seconds,
    findings: Family<Kind, Number>,
    heartbeats: Family<Outcome, Counter>,
    entries: Family<Outcome, Counter>,
}

impl Metrics {
    /// Somebody wanted in to the pages.
    pub fn count_entry(&self, outcome: &'static str) {
        self.entries.get_or_create(&Outcome { outcome }).inc();
    }

    /// All at nothing.
    pub fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("draaiboek"),
            ..Self::default()
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "Which draaiboek this is", version);
        let help = "Mentions by source and fate: new, known, unmatched, rejected";
        registry.register("mentions", help, self.mentions.clone());
        let help = "People who wanted in to the pages: entered, refused, too_often";
        registry.register("entries", help, self.entries.clone());
        let help = "Pushes that were not taken, or not to their end, by source and reason";
        registry.register("intake_refused", help, self.refused.clone());
        let help = "Times in a row that a source could not be read";
        registry.register("source_failures", help, self.source_failures.clone());
        let help = "1 while a source is blind: it fails, or is silent for too long";
        registry.register("source_blind", help, self.source_blind.clone());
        let help = "1 while some sources of a watch are blind, 2 while all are";
        registry.register("watch_blind", help, self.watch_blind.clone());
        let help = "1 while /healthz says ok";
        registry.register("healthy", help, self.healthy.clone());
        let help = "1 while no mention alarms anybody (serve --listen-only)";
        registry.register("listening_only", help, self.listening_only.clone());
        let help = "Triggers that would have fired since listening only began";
        registry.register("alarms_held_back", help, self.alarms_held_back.clone());
        let help = "Stored mentions whose tone and needs were not worked out yet";
        registry.register("mentions_unread", help, self.unread.clone());
        let help = "How long the mentions that were read last had waited for it";
        let seconds = Unit::Seconds;
        registry.register_with_unit("reading_lag", help, seconds, self.reading_lag.clone());
        let help = "Runs that are open";
        registry.register("runs_open", help, self.runs_open.clone());
        let help = "Roles of open runs that wait for an answer";
        registry.register("roles_unanswered", help, self.roles_unanswered.clone());
        let help = "Time until the next action of any open run; negative when it is late, NaN when there is none";
        let next_action = self.next_action.clone();
        registry.register_with_unit("next_action", help, Unit::Seconds, next_action);
        let help = "Mails by state: waiting, sent, failed; since the store was made";
        registry.register("outbox_parcels", help, self.parcels.clone());
        let help = "Age of the mail that waits longest; 0 when none does";
        let oldest = self.oldest_parcel.clone();
        registry.register_with_unit("outbox_oldest_waiting", help, Unit::Seconds, oldest);
        let help = "Alerts of open runs that were not delivered yet";
        registry.register("alerts_waiting", help, self.alerts_waiting.clone());
        let help = "Age of the alert that waits longest; 0 when none does";
        let oldest = self.oldest_alert.clone();
        registry.register_with_unit("alerts_oldest_waiting", help, Unit::Seconds, oldest);
        let help = "When an alert was delivered last; 0 when none was";
        let delivered = self.alert_delivered.clone();
        registry.register_with_unit("alert_delivered_timestamp", help, Unit::Seconds, delivered);
        let help = "Tries to deliver by channel and outcome: sent, retry, failed";
        registry.register("deliveries", help, self.deliveries.clone());
        let help = "Tries to tell webhooks of events of runs by outcome: sent, retry, failed";
        registry.register("webhook_events", help, self.webhook_events.clone());
        let help = "Commits that failed: nothing of them was stored";
        registry.register("commits_failed", help, self.commits_failed.clone());
        let help = "1 while the files in the folder are those in force";
        let successful = self.reload_successful.clone();
        registry.register("config_last_reload_successful", help, successful);
        let help = "Since when the files in force are";
        let succeeded = self.reload_succeeded_at.clone();
        let name = "config_last_reload_success_timestamp";
        registry.register_with_unit(name, help, Unit::Seconds, succeeded);
        let help = "When the auditor looked last";
        let audit = self.audit.clone();
        registry.register_with_unit("audit_timestamp", help, Unit::Seconds, audit);
        let help = "What the auditor found last, by kind";
        registry.register("audit_findings", help, self.findings.clone());
        let help = "Heartbeats by outcome: sent, failed, withheld";
        registry.register("heartbeats", help, self.heartbeats.clone());
    }

    /// Counts mentions of a source.
    pub fn count(&self, source: &str, fate: &'static str, n: u64) {
        if n > 0 {
            self.mentions
                .get_or_create(&Fate {
                    source: source.to_owned(),
                    fate,
                })
                .inc_by(n);
        }
    }

    /// Counts a push that was not taken, or not to its end.
    pub fn count_refusal(&self, source: &str, reason: &'static str) {
        let source = source.to_owned();
        let refused = self.refused.get_or_create(&Refusal { source, reason });
        refused.inc();
    }

    /// Counts a heartbeat.
    pub fn count_heartbeat(&self, outcome: &'static str) {
        self.heartbeats.get_or_create(&Outcome { outcome }).inc();
    }

    /// The metrics in the OpenMetrics text format.
    pub fn text(
        &self,
        board: &Board,
        sources: &HealthBoard,
        reload: &reload::State,
        now: Timestamp,
    ) -> String {
        self.reload_successful.set(i64::from(reload.is_good()));
        let since = reload.since.map_or(0.0, moment);
        self.reload_succeeded_at.set(since);
        // What is not listened to any more is not shown any more.
        self.source_failures.clear();
        self.source_blind.clear();
        self.watch_blind.clear();
        self.healthy.set(i64::from(board.health().is_good()));
        let failed = self.commits_failed.inner();
        failed.store(board.n_commits_failed(), Ordering::Relaxed);
        for ((webhook, outcome), n) in board.posts() {
            let told = self
                .webhook_events
                .get_or_create(&Told { webhook, outcome });
            told.inner().store(n, Ordering::Relaxed);
        }
        for (source, health) in sources.all() {
            let of = OfSource { source };
            let failures = i64::from(health.failures);
            self.source_failures.get_or_create(&of).set(failures);
            let is_blind = i64::from(health.blind.is_some());
            self.source_blind.get_or_create(&of).set(is_blind);
        }
        self.show_watches(sources);
        self.show(&board.reading(), now);
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    /// How far behind the reading of mentions is.
    pub fn show_lag(&self, lag: &Lag) {
        let waiting = i64::try_from(lag.waiting()).unwrap_or(i64::MAX);
        self.unread.set(waiting);
        self.reading_lag.set(lag.seconds());
    }

    fn show_watches(&self, sources: &HealthBoard) {
        for (watch, blindness) in sources.watches() {
            let number = match blindness {
                Blindness::Sees => 0,
                Blindness::Partly(_) => 1,
                Blindness::Blind(_) => 2,
            };
            self.watch_blind
                .get_or_create(&OfWatch { watch })
                .set(number);
        }
    }

    fn show(&self, reading: &Reading, now: Timestamp) {
        let audit = &reading.audit;
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let age = |at: Option<Timestamp>| at.map_or(0.0, |at| (now - at).as_seconds_f64());
        let held_back = reading
            .listening
            .as_ref()
            .map(|listening| listening.n_held_back);
        self.listening_only.set(i64::from(held_back.is_some()));
        self.alarms_held_back.set(number(held_back.unwrap_or(0)));
        self.runs_open.set(number(audit.n_open));
        self.roles_unanswered.set(number(audit.n_unanswered));
        let next = audit.next_at.map(|at| (at - now).as_seconds_f64());
        self.next_action.set(next.unwrap_or(f64::NAN));
        let outbox = &audit.outbox;
        for (state, n) in [
            ("waiting", outbox.n_waiting),
            ("sent", outbox.n_sent),
            ("failed", outbox.n_failed),
        ] {
            self.parcels.get_or_create(&State { state }).set(number(n));
        }
        self.oldest_parcel.set(age(outbox.oldest_at));
        self.alerts_waiting.set(number(audit.n_alerts_waiting));
        self.oldest_alert.set(age(audit.oldest_alert_at));
        let delivered = audit.got_through_at.map_or(0.0, moment);
        self.alert_delivered.set(delivered);
        for ((channel, outcome), n) in &reading.tries {
            let channel = channel.clone();
            let tries = self.deliveries.get_or_create(&Try { channel, outcome });
            tries.inner().store(*n, Ordering::Relaxed);
        }
        self.audit.set(moment(audit.at));
        for (finding, n) in KINDS.into_iter().zip(audit.counts) {
            self.findings
                .get_or_create(&Kind { finding })
                .set(number(n));
        }
    }
}

/// Seconds since 1970.
fn moment(at: Timestamp) -> f64 {
    at.timestamp_millis() as f64 / 1_000.0
}
