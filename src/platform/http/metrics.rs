//! What is counted, in the text format of Prometheus. Labels are routes and statuses: never an id, never a name.

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    method: String,
    route: String,
    status: u16,
}

/// What this process counts and shows.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Histogram,
    mail_stopped: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("attest");
        let requests = Family::default();
        let seconds = Histogram::new(exponential_buckets(0.000_5, 2.0, 15));
        registry.register("requests", "Requests answered", requests.clone());
        let mail_stopped = Gauge::default();
        registry.register("request_seconds", "Time to the answer", seconds.clone());
        registry.register("mail_stopped", "The mail server lets nobody in", mail_stopped.clone());
        Self { registry, requests, seconds, mail_stopped }
    }
}

impl Metrics {
    /// Counts one answered request.
    pub fn answered(&self, method: &str, route: &str, status: u16, seconds: f64) {
        let labels = Labels { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&labels).inc();
        self.seconds.observe(seconds);
    }

    /// Shows whether mail stands still: 1, or 0.
    pub fn mail_stopped(&self) -> Gauge {
        self.mail_stopped.clone()
    }

    /// The text Prometheus reads.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
