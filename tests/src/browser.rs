//! A person's browser without JavaScript: cookies, forms, redirects.

use std::{collections::BTreeMap, net::IpAddr};

use axum::body::Body;
use http::{Method, Request, header};

use crate::{Answer, TestApp, html, html::Form};

/// A browser at one municipality.
#[derive(Debug, Clone)]
pub struct Browser<'a> {
    app: &'a TestApp,
    /// The host, as in `Host`.
    pub host: String,
    /// Its cookies.
    pub cookies: BTreeMap<String, String>,
    /// Where it is.
    pub ip: IpAddr,
    /// What it prefers.
    pub language: String,
    /// Whether it takes cookies.
    pub takes_cookies: bool,
    /// Where it has arrived.
    pub path: String,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(app: &'a TestApp, host: &str) -> Self {
        Self {
            app,
            host: host.to_owned(),
            cookies: BTreeMap::new(),
            ip: IpAddr::from([192, 0, 2, 7]),
            language: "de".to_owned(),
            takes_cookies: true,
            path: "/".to_owned(),
        }
    }

    /// Opens an address and follows redirects.
    pub async fn open(&mut self, path: &str) -> Answer {
        let answer = self.send(Method::GET, path, None).await;
        self.follow(path, answer).await
    }

    /// Opens an address and does not follow.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Sends a form, as a button in it would, and follows redirects.
    pub async fn submit(&mut self, form: &Form) -> Answer {
        let answer = self.send_form(form).await;
        let path = self.path.clone();
        self.follow(&path, answer).await
    }

    /// Sends a form and does not follow.
    pub async fn send_form(&mut self, form: &Form) -> Answer {
        let body = serde_urlencoded::to_string(&form.fields).expect("pairs of text");
        // A form without an action goes to the page that it is on.
        let action = if form.action.is_empty() { self.path.clone() } else { form.action.clone() };
        if form.method == "post" {
            self.path.clone_from(&action);
            self.send(Method::POST, &action, Some(body)).await
        } else {
            let path = action.split('?').next().unwrap_or_default();
            self.path = format!("{path}?{body}");
            let path = self.path.clone();
            self.send(Method::GET, &path, None).await
        }
    }

    /// Sends fields to an address and follows redirects.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let form = Form {
            action: path.to_owned(),
            method: "post".to_owned(),
            fields,
            choices: Vec::new(),
        };
        self.submit(&form).await
    }

    /// Sends a form with a file, and follows redirects.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: &str) -> Answer {
        let mut body = String::new();
        for (name, value) in fields {
            body += &format!(
                "--grenze\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        body += "--grenze\r\nContent-Disposition: form-data; name=\"datei\"; filename=\"alt.csv\"\r\n\
                 Content-Type: text/csv\r\n\r\n";
        body += &format!("{file}\r\n--grenze--\r\n");
        let body = Some(("multipart/form-data; boundary=grenze", body));
        let answer = self.send_body(Method::POST, path, body).await;
        self.follow(path, answer).await
    }

    /// The form of a page whose action begins with `action`.
    #[track_caller]
    pub fn form(page: &Answer, action: &str) -> Form {
        let page = page.text();
        html::forms(&page)
            .into_iter()
            .find(|form| form.action.starts_with(action))
            .unwrap_or_else(|| panic!("no form to {action} on: {}", html::text(&page)))
    }

    async fn follow(&mut self, path: &str, mut answer: Answer) -> Answer {
        path.clone_into(&mut self.path);
        for _ in 0..5 {
            if !answer.status.is_redirection() || answer.header("location").is_empty() {
                return answer;
            }
            let location = answer.header("location").to_owned();
            assert!(location.starts_with('/'), "a redirect leaves the host: {location}");
            location.split('#').next().unwrap_or_default().clone_into(&mut self.path);
            let path = self.path.clone();
            answer = self.send(Method::GET, &path, None).await;
        }
        panic!("redirected in circles at {}", self.path);
    }

    /// Sends JSON, as a script on a page would.
    pub async fn post_json(&mut self, path: &str, body: &serde_json::Value) -> Answer {
        self.send_body(Method::POST, path, Some(("application/json", body.to_string()))).await
    }

    async fn send(&mut self, method: Method, path: &str, form: Option<String>) -> Answer {
        let body = form.map(|form| ("application/x-www-form-urlencoded", form));
        self.send_body(method, path, body).await
    }

    async fn send_body(
        &mut self,
        method: Method,
        path: &str,
        body: Option<(&'static str, String)>,
    ) -> Answer {
        let origin = format!("http://{}", self.host);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header(header::ACCEPT, "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
            .header(header::ACCEPT_LANGUAGE, &self.language)
            .header(
                header::USER_AGENT,
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            );
        if !self.cookies.is_empty() {
            let cookies: Vec<_> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let body = match body {
            Some((kind, body)) => {
                request = request
                    .header(header::CONTENT_TYPE, kind)
                    .header(header::ORIGIN, &origin)
                    .header("sec-fetch-site", "same-origin");
                Body::from(body)
            }
            None => Body::empty(),
        };
        let answer = self.app.send_from(self.ip, request.body(body).expect("a request")).await;
        if self.takes_cookies {
            self.remember(&answer);
        }
        answer
    }

    fn remember(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("ASCII");
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a name and a value");
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
