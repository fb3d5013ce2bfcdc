//! The municipality's own sign-in: a certified provider as a program of its own, and a person's way through it.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, Stdio},
};

use gateway::config::Secret;
use serde_json::{Value, json};

use crate::{Answer, Browser, Setup, html, repository, towns};

/// The secret of a municipality's client at its provider.
pub const CLIENT_SECRET: &str = "of-the-tests-and-long-enough-for-hs256";
/// Where the provider sends people back to.
pub const BACK: &str = "/amt/openid/rueckkehr";

/// A running provider. Ends with the value.
#[derive(Debug)]
pub struct Provider {
    /// Its name for itself.
    pub issuer: String,
    child: Child,
    // the provider ends when nobody holds this any more, also when the test was killed
    _input: ChildStdin,
}

impl Provider {
    /// Starts one that knows the clients of both municipalities and these people.
    pub fn start(people: &Value) -> Self {
        Self::start_with(people, true)
    }

    /// The same; `in_token` decides whether claims are in the ID token or at the userinfo endpoint alone.
    pub fn start_with(people: &Value, in_token: bool) -> Self {
        let folder = repository::root().join("tests/openid");
        assert!(
            folder.join("node_modules/oidc-provider").is_dir(),
            "the OpenID provider is not installed: run tests/openid/install.sh (needs node and npm; `make test` does it)"
        );
        let client = |slug: &str, algorithm: &str| {
            json!({
                "client_id": format!("stadttermin-{slug}"),
                "client_secret": CLIENT_SECRET,
                "redirect_uris": [format!("http://{slug}.localhost{BACK}")],
                "id_token_signed_response_alg": algorithm,
            })
        };
        let orders = json!({
            "clients": [client("haltern", "RS256"), client("musterstadt", "ES256")],
            "people": people,
            "claimsInToken": in_token,
        });
        let mut child = Command::new("node")
            .arg("provider.mjs")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is installed (deploy/install.sh test)");
        let mut input = child.stdin.take().expect("its input");
        writeln!(input, "{orders}").expect("orders");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).expect("the provider starts");
        let issuer = said["issuer"].as_str().expect("an issuer").to_owned();
        Self { issuer, child, _input: input }
    }

    /// Changes what is said about somebody.
    pub async fn say(&self, name: &str, claims: &Value) {
        let address = format!("{}/people/{name}", self.issuer);
        let answer = client().put(address).body(claims.to_string()).send().await;
        assert!(answer.expect("the provider").status().is_success());
    }

    /// Ends it, as when it is down.
    pub fn stop(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Signs in at the provider as somebody; nobody: breaks it off. Returns where the provider sends the browser.
    pub async fn sign_in(&self, address: &str, name: &str) -> String {
        let (client, mut cookies) = (client(), BTreeMap::new());
        let mut next = client.get(address);
        for _ in 0..10 {
            let pairs: Vec<_> =
                cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let answer = next.header("cookie", pairs.join("; ")).send().await.expect("an answer");
            for cookie in answer.headers().get_all("set-cookie") {
                let cookie = cookie.to_str().expect("ASCII").split(';').next().unwrap_or_default();
                let (name, value) = cookie.split_once('=').expect("a pair");
                cookies.insert(name.to_owned(), value.to_owned());
            }
            let here = answer.url().clone();
            if let Some(location) = answer.headers().get("location") {
                let there = here.join(location.to_str().expect("ASCII")).expect("an address");
                if !there.as_str().starts_with(&self.issuer) {
                    return there.to_string();
                }
                next = client.get(there);
            } else {
                let page = answer.text().await.expect("a page");
                let form = html::forms(&page).into_iter().next();
                assert!(form.is_some(), "no form at the provider: {page}");
                let field = if name.is_empty() { ("abbrechen", "ja") } else { ("login", name) };
                next = client.post(here).form(&[field]);
            }
        }
        panic!("the provider sends people in circles")
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks without following redirects.
fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let built = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    built.no_proxy().build().expect("a client")
}

/// How a municipality signs in there: `leitung` leads the office, `kasse` serves at one location, `technik` looks after the
/// service.
pub fn settings(slug: &str, issuer: &str) -> toml::Table {
    let place = if slug == "haltern" { "buergerbuero" } else { "rathaus" };
    let text = format!(
        r#"
        issuer = "{issuer}"
        client_id = "stadttermin-{slug}"
        scopes = ["profile", "email", "groups"]
        second_factor = true
        roles = [
            {{ value = "leitung", role = "office-manager" }},
            {{ value = "kasse", role = "clerk", location = "{place}" }},
            {{ value = "technik", role = "tenant-administrator" }},
        ]
        "#
    );
    text.parse().expect("TOML")
}

impl Setup {
    /// Haltern with its own sign-in at a provider, at the machine's time: the provider has no other.
    #[must_use]
    pub fn openid(self, settings: toml::Table) -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = now.expect("after 1970").as_millis();
        let mut this =
            self.change_haltern("openid", settings).openid_secret("haltern", CLIENT_SECRET);
        this = this.at_real_time(i64::try_from(now).expect("a time"));
        this
    }

    /// The same for Musterstadt.
    #[must_use]
    pub fn openid_of_musterstadt(mut self, settings: toml::Table) -> Self {
        towns::set(&mut self.musterstadt, "openid", settings);
        self.openid_secret("musterstadt", CLIENT_SECRET)
    }

    /// The secret of a municipality's client.
    #[must_use]
    pub fn openid_secret(mut self, slug: &str, secret: &str) -> Self {
        self.config.openid.secrets.insert(slug.to_owned(), Secret::new(secret));
        self
    }
}

impl Browser<'_> {
    /// Presses the button on the sign-in page. Returns the answer: the page that leads to the provider, or why there is
    /// none.
    pub async fn leave_for_provider(&mut self) -> Answer {
        let page = self.open("/amt/anmelden").await;
        let form = Self::form(&page, "/amt/openid/beginn");
        self.submit(&form).await
    }

    /// The address at the provider that [`Self::leave_for_provider`]'s page leads to.
    pub fn address_at_provider(page: &Answer) -> String {
        let refresh = page.header("refresh");
        let address = refresh.strip_prefix("0;url=");
        address.unwrap_or_else(|| panic!("no way on: {}", html::text(&page.text()))).to_owned()
    }

    /// Comes back from the provider and goes on.
    pub async fn come_back(&mut self, address: &str) -> Answer {
        let path = address.split_once(&self.host).expect("our own host").1.to_owned();
        let page = self.open(&path).await;
        let form = Self::form(&page, BACK);
        self.submit(&form).await
    }

    /// The whole way as one of the provider's people.
    pub async fn sign_in_at(&mut self, provider: &Provider, name: &str) -> Answer {
        let page = self.leave_for_provider().await;
        let back = provider.sign_in(&Self::address_at_provider(&page), name).await;
        self.come_back(&back).await
    }
}
