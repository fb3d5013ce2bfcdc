//! The installation as a browser meets it: over its own public address, without redirects, without a cookie of its own.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context;
use http::{HeaderMap, StatusCode, header};
use kernel::RequestId;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

/// What the looks call themselves.
pub(super) const USER_AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const PATIENCE: Duration = Duration::from_secs(10);

/// The pages of one municipality.
pub(super) struct Web {
    client: reqwest::Client,
    base: String,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// A header's text; empty when it is not there.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What it asks the browser to remember.
    pub(super) fn cookies(&self) -> Vec<&str> {
        let all = self.headers.get_all(header::SET_COOKIE);
        all.iter().filter_map(|value| value.to_str().ok()).collect()
    }
}

impl Web {
    /// Pages at a base address. Names below `localhost` are this machine (RFC 6761), whatever its resolver says.
    pub(super) fn at(base: &str) -> anyhow::Result<Self> {
        let url = url::Url::parse(base).context("the public address")?;
        let host = url.host_str().unwrap_or_default();
        let mut client = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .user_agent(USER_AGENT)
            .timeout(PATIENCE);
        if host.ends_with(".localhost") {
            client = client.resolve(host, SocketAddr::from(([127, 0, 0, 1], 0)));
        }
        Ok(Self { client: client.build()?, base: base.to_owned() })
    }

    /// The address itself.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Opens a page.
    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.get_with(path, &[]).await
    }

    /// Opens a page with further headers.
    pub(super) async fn get_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> anyhow::Result<Answer> {
        let mut request = self.client.get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        received(request).await
    }

    /// Sends a form as the own page would.
    pub(super) async fn post(&self, path: &str, form: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let request = self.client.post(format!("{}{path}", self.base));
        received(request.header(header::ORIGIN, &self.base).form(form)).await
    }

    /// Asks the API.
    pub(super) async fn ask(&self, query: &str, variables: Value) -> anyhow::Result<Value> {
        let request = self.client.post(format!("{}/graphql", self.base));
        let answer =
            received(request.json(&json!({ "query": query, "variables": variables }))).await?;
        serde_json::from_str(&answer.body).context("no answer of the API")
    }
}

async fn received(request: reqwest::RequestBuilder) -> anyhow::Result<Answer> {
    let answer = request.send().await.map_err(|error| {
        // the cause says why; the outermost text only repeats the address
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        anyhow::anyhow!(
            "die Adresse antwortet nicht ({})",
            cause.unwrap_or_else(|| error.to_string())
        )
    })?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    Ok(Answer { status, headers, body: answer.text().await? })
}

/// A word that nothing else contains, to be looked for afterwards.
pub(super) fn canary(request: RequestId) -> String {
    format!("spur-{:016x}", request.0 & u128::from(u64::MAX))
}

/// What a page makes a browser load, and where its forms go: values of addresses in all tags but links that a person
/// must follow.
pub(super) fn loaded(html: &str) -> Vec<String> {
    const ADDRESSES: [&str; 8] =
        ["src", "srcset", "href", "action", "formaction", "poster", "data", "background"];
    let mut found = Vec::new();
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let name = tag.split_whitespace().next().unwrap_or_default();
        if name == "a" || name.starts_with(['/', '!']) {
            continue;
        }
        for attribute in ADDRESSES {
            for (at, _) in tag.match_indices(&format!("{attribute}=\"")) {
                // `data-href="…"` is no address
                let is_own = tag[..at].ends_with(char::is_whitespace);
                let value = tag[at..].split('"').nth(1).unwrap_or_default();
                if is_own && !value.is_empty() {
                    found.push(value.to_owned());
                }
            }
        }
    }
    found
}

/// Whether an address stays at the municipality's own host.
pub(super) fn is_own(address: &str) -> bool {
    let is_here = address.starts_with('/') && !address.starts_with("//");
    is_here || address.starts_with(['#', '?']) || address.starts_with("data:")
}

/// The text of a page as people read it, without tags.
pub(super) fn read(html: &str) -> String {
    let text: Vec<&str> =
        html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    let text = text.concat();
    let entities = [
        ("&#38;", "&"),
        ("&amp;", "&"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
    ];
    let text = entities.iter().fold(text, |text, (from, to)| text.replace(from, to));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_loads_is_found_and_what_it_links_to_is_not() {
        let page = r#"<link rel="stylesheet" href="/a.css"><a href="https://elsewhere.example">x</a>
            <img src="//evil.example/pixel.gif" alt="src=&quot;"><form method="post" action="/b"><p data-src="/c">"#;
        assert_eq!(loaded(page), ["/a.css", "//evil.example/pixel.gif", "/b"]);
        assert!(is_own("/a.css") && !is_own("//evil.example/pixel.gif") && !is_own("https://x"));
    }

    #[test]
    fn a_page_is_read_without_its_tags() {
        assert_eq!(read("<p>1&amp;1 <b>Internet</b>\n SE</p>"), "1&1 Internet SE");
    }
}
