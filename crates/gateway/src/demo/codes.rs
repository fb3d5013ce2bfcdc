//! `GET /demo/codes`: what the authenticator apps of the demo's people show at this moment. Only the demo has this page: it
//! is the phone that nobody has to take along to try the service.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use axum::{
    Extension, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use kernel::TenantId;
use serde_json::json;

use super::{outbox::escape, people::DemoPerson};

/// The people of all municipalities. Clones share them; they come after the service has started.
#[derive(Debug, Clone, Default)]
pub struct Phones(Arc<RwLock<HashMap<TenantId, Vec<DemoPerson>>>>);

impl Phones {
    /// Tells who is at a municipality.
    pub fn set(&self, tenant: TenantId, people: Vec<DemoPerson>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(tenant, people);
    }

    fn of(&self, tenant: TenantId) -> Vec<DemoPerson> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&tenant).cloned().unwrap_or_default()
    }
}

/// The page. Needs [`portal::Visit`] among the request's extensions.
pub fn router(phones: Phones) -> Router {
    Router::new().route("/demo/codes", get(show)).with_state(phones)
}

async fn show(
    State(phones): State<Phones>,
    visit: Option<Extension<portal::Visit>>,
    headers: HeaderMap,
) -> Response {
    let Some(Extension(visit)) = visit else { return StatusCode::NOT_FOUND.into_response() };
    let (people, now) = (phones.of(visit.town.id), visit.ctx.now());
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let answer = if accept.is_some_and(|accept| accept.contains("application/json")) {
        let one = |person: &DemoPerson| {
            json!({
                "title": person.title,
                "email": person.email,
                "password": person.password,
                "secret": person.secret.text(),
                "code": person.secret.code(now),
            })
        };
        Json(people.iter().map(one).collect::<Vec<_>>()).into_response()
    } else {
        let row = |person: &DemoPerson| {
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td><b>{}</b></td></tr>\n",
                escape(&person.title),
                escape(&person.email),
                escape(&person.password),
                person.secret.code(now)
            )
        };
        let rows: String = people.iter().map(row).collect();
        let name = escape(&visit.town.name);
        Html(format!(
            "<!DOCTYPE html>\n<html lang=\"de\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>Anmeldecodes der Demo – {name}</title>\n</head>\n<body>\n<main>\n\
             <h1>Anmeldecodes der Demo – {name}</h1>\n\
             <p>Diese Seite gibt es nur in der Demo. Ein Code gilt 30 Sekunden und einmal: Laden Sie die Seite neu, wenn er \
             nicht mehr passt.</p>\n<table>\n<thead><tr><th scope=\"col\">Rolle</th><th scope=\"col\">E-Mail-Adresse</th>\
             <th scope=\"col\">Passwort</th><th scope=\"col\">Code jetzt</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n\
             <p><a href=\"/amt/anmelden\">Zur Anmeldung des Amts</a></p>\n</main>\n</body>\n</html>\n"
        ))
        .into_response()
    };
    ([(header::CACHE_CONTROL, "no-store"), (header::VARY, "Accept")], answer).into_response()
}
