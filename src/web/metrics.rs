//! Numbers about the daemon, for Prometheus. They name no person and no text.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// A source and what became of a mention it brought.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Fate {
    source: String,
    fate: &'static str,
}

/// All metrics of the daemon.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    mentions: Family<Fate, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("draaiboek");
        let mentions = Family::<Fate, Counter>::default();
        let help = "Mentions by source and fate: new, known, unmatched, rejected";
        registry.register("mentions", help, mentions.clone());
        Self { registry, mentions }
    }
}

impl Metrics {
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

    /// The metrics in the OpenMetrics text format.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
