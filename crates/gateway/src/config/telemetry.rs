//! `[telemetry]`

use std::path::PathBuf;

use serde::Deserialize;
use url::{Host, Url};

use super::Secret;

/// `[telemetry]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct Telemetry {
    pub otlp_endpoint: String,
    pub otlp_headers: Secret,
    pub otlp_headers_file: PathBuf,
    pub otlp_ca_file: PathBuf,
    /// What `otlp_ca_file` holds.
    #[serde(skip)]
    pub otlp_ca: Option<Vec<u8>>,
    pub service_name: String,
    pub resource_attributes: Vec<String>,
    pub sampling_ratio: f64,
    pub interval_seconds: u64,
}

impl Telemetry {
    /// Whether anything is sent.
    pub fn is_on(&self) -> bool {
        !self.otlp_endpoint.is_empty()
    }

    /// Where one of the three signals is sent.
    pub(crate) fn address(&self, signal: &str) -> String {
        format!("{}/v1/{signal}", self.otlp_endpoint.trim_end_matches('/'))
    }

    /// The headers by name; `None` when they are not written as they should be.
    pub(crate) fn headers(&self) -> Option<Vec<(String, String)>> {
        pairs(self.otlp_headers.expose().split([',', '\n']))
    }

    /// The further attributes by name.
    pub(crate) fn attributes(&self) -> Option<Vec<(String, String)>> {
        pairs(self.resource_attributes.iter().map(String::as_str))
    }

    /// What is wrong, by key.
    pub(super) fn problems(&self) -> Vec<(&'static str, &'static str)> {
        let address = Url::parse(&self.otlp_endpoint).ok();
        let is_secret_kept = !self.otlp_headers.is_set()
            || address.as_ref().is_none_or(|url| url.scheme() == "https" || is_here(url));
        let is_address = address.as_ref().is_some_and(|url| {
            ["http", "https"].contains(&url.scheme())
                && url.username().is_empty()
                && url.query().is_none()
        });
        [
            (
                self.is_on() && !is_address,
                "telemetry.otlp_endpoint",
                "must be empty or a URL that begins with https:// or http://, without a user's name",
            ),
            (
                !is_secret_kept,
                "telemetry.otlp_headers",
                "are for a collector over https:// or on this machine only",
            ),
            (
                self.headers().is_none(),
                "telemetry.otlp_headers",
                "must be written as name=value, with commas between them",
            ),
            (self.service_name.is_empty(), "telemetry.service_name", "must not be empty"),
            (
                self.attributes().is_none(),
                "telemetry.resource_attributes",
                "must be texts such as \"deployment.environment.name=production\"",
            ),
            (
                !(0.0..=1.0).contains(&self.sampling_ratio),
                "telemetry.sampling_ratio",
                "use 0.0 to 1.0",
            ),
            (
                !(1..=300).contains(&self.interval_seconds),
                "telemetry.interval_seconds",
                "use 1 to 300",
            ),
        ]
        .into_iter()
        .filter_map(|(wrong, key, problem)| wrong.then_some((key, problem)))
        .collect()
    }
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn pairs<'a>(texts: impl Iterator<Item = &'a str>) -> Option<Vec<(String, String)>> {
    texts
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| {
            let (name, value) = text.split_once('=')?;
            let name = name.trim();
            let is_name = !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            is_name.then(|| (name.to_owned(), value.trim().to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn problems(change: impl FnOnce(&mut Telemetry)) -> Vec<&'static str> {
        let mut telemetry = Config::defaults().unwrap().telemetry;
        change(&mut telemetry);
        telemetry.problems().into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn it_is_off_and_sound_by_default() {
        assert!(!Config::defaults().unwrap().telemetry.is_on());
        assert!(problems(|_| ()).is_empty());
    }

    #[test]
    fn headers_are_a_secret_that_does_not_travel_in_the_clear() {
        let with = |endpoint: &str, headers: &str| {
            problems(|telemetry| {
                endpoint.clone_into(&mut telemetry.otlp_endpoint);
                telemetry.otlp_headers = Secret::new(headers);
            })
        };
        assert!(with("https://collector.example:4318", "api-key=a=b, x=1").is_empty());
        assert!(with("http://127.0.0.1:4318", "api-key=a").is_empty());
        assert!(with("http://collector:4318", "").is_empty());
        assert_eq!(with("http://collector:4318", "api-key=a"), ["telemetry.otlp_headers"]);
        assert_eq!(with("https://collector:4318", "api key"), ["telemetry.otlp_headers"]);
        assert_eq!(with("ftp://collector", ""), ["telemetry.otlp_endpoint"]);
        assert_eq!(with("https://u:p@collector", ""), ["telemetry.otlp_endpoint"]);
    }

    #[test]
    fn signals_have_addresses_of_their_own() {
        let mut telemetry = Config::defaults().unwrap().telemetry;
        "https://collector.example/otlp/".clone_into(&mut telemetry.otlp_endpoint);
        assert_eq!(telemetry.address("traces"), "https://collector.example/otlp/v1/traces");
        assert_eq!(
            problems(|telemetry| telemetry.sampling_ratio = 1.5),
            ["telemetry.sampling_ratio"]
        );
    }
}
