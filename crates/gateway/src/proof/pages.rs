//! Looks at the pages that everybody can open.

use std::path::Path;

use privacy::Notice;

use super::{
    Probe, Seen,
    web::{self, Answer},
};

/// What somebody who only reads opens.
pub(super) const PAGES: [&str; 6] =
    ["/", "/?q=ausweis", "/termin", "/datenschutz", "/impressum", "/barrierefreiheit"];

/// Statement 1: every page leads to the own notice, in the version in force, and nobody else's name stands in it.
pub(super) async fn own_notice(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    for path in PAGES {
        let page = probe.web.get(path).await?;
        if !page.body.contains("href=\"/datenschutz\"") {
            return Ok(Seen::new(false, format!("{path} führt nicht zur Erklärung")));
        }
    }
    let text = web::read(&probe.web.get("/datenschutz").await?.body);
    let (name, version) = (&probe.town.controller.name, probe.town.notice_version);
    if let Some(other) = probe.neighbours.iter().find(|other| text.contains(&other.controller.name))
    {
        return Ok(Seen::new(false, format!("in der Erklärung steht {}", other.controller.name)));
    }
    let shows = text.contains(name.as_str()) && text.contains(&version.to_string());
    if !shows {
        return Ok(Seen::new(false, format!("die Seite zeigt Fassung {version} von {name} nicht")));
    }
    let tx = probe.prover.db.begin(probe.ctx).await?;
    let altered = privacy::altered_versions(probe.ctx, &tx).await?;
    let is_current =
        privacy::is_current(probe.ctx, &tx, probe.town, &crate::notice_facts()).await?;
    tx.commit().await?;
    Ok(match (altered.first(), is_current) {
        (Some(version), _) => {
            Seen::new(false, format!("Fassung {version} passt nicht zu ihrem Prüfwert"))
        }
        (None, false) => Seen::new(
            false,
            "Daten der Kommune oder das Programm haben sich geändert, die Erklärung nicht (`tenant apply`)",
        ),
        (None, true) => Seen::new(
            true,
            format!(
                "{} Seiten führen zu Fassung {version}; Prüfwerte aller Fassungen stimmen",
                PAGES.len()
            ),
        ),
    })
}

/// Statement 2: the controller's name, address and e-mail address are in the notice.
pub(super) fn controller(probe: &Probe<'_>, notice: &Notice) -> Seen {
    let (own, text) = (&probe.town.controller, notice.text());
    let parts = [
        ("Name", &own.name),
        ("Straße", &own.street),
        ("Postleitzahl", &own.postal_code),
        ("Ort", &own.city),
        ("E-Mail-Adresse", &own.email),
    ];
    let missing: Vec<&str> = parts
        .iter()
        .filter(|(_, value)| value.trim().is_empty() || !text.contains(value.as_str()))
        .map(|(part, _)| *part)
        .collect();
    if missing.is_empty() {
        Seen::new(true, format!("{}, mit Anschrift und E-Mail-Adresse", own.name))
    } else {
        Seen::new(false, format!("in der Erklärung fehlt: {}", missing.join(", ")))
    }
}

/// Statement 7: no page makes a browser ask anybody else, and the browser is told so.
pub(super) async fn nobody_else(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let mut seen = 0;
    for path in PAGES {
        let page = probe.web.get(path).await?;
        let addresses = web::loaded(&page.body);
        if let Some(other) = addresses.iter().find(|address| !web::is_own(address)) {
            return Ok(Seen::new(false, format!("{path} lädt {other}")));
        }
        seen += addresses.len();
        if let Some(wrong) = loose_header(&page) {
            return Ok(Seen::new(false, format!("{path}: {wrong}")));
        }
    }
    Ok(Seen::new(
        true,
        format!("{seen} Adressen auf {} Seiten, alle eigene; CSP lässt nur eigene zu", PAGES.len()),
    ))
}

/// A header that would let a browser talk to others, or tell them where somebody comes from.
fn loose_header(page: &Answer) -> Option<String> {
    let policy = page.header("content-security-policy");
    let is_strict =
        ["default-src 'none'", "default-src 'self'"].iter().any(|own| policy.contains(own));
    if !is_strict || policy.contains("http:") || policy.contains("https:") || policy.contains('*') {
        return Some(format!("die Content-Security-Policy lässt andere zu: {policy}"));
    }
    let referrer = page.header("referrer-policy");
    let tells_nobody = ["same-origin", "no-referrer"].contains(&referrer);
    (!tells_nobody).then(|| format!("die Referrer-Policy ist „{referrer}“"))
}

/// Statement 10: what the cookie cannot do.
pub(super) async fn harmless_cookie(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let set = cookies_of_a_session(probe).await?;
    for cookie in &set {
        let lower = cookie.to_ascii_lowercase();
        let mut missing = vec!["httponly", "samesite=lax", "path=/"];
        if probe.is_https() {
            missing.push("secure");
        }
        missing.retain(|part| !lower.split(';').any(|own| own.trim() == *part));
        if let Some(first) = missing.first() {
            return Ok(Seen::new(false, format!("einem Cookie fehlt {first}")));
        }
        if probe.is_https() && !cookie.starts_with("__Host-") {
            return Ok(Seen::new(false, "ein Cookie ist nicht an diesen Host gebunden (__Host-)"));
        }
    }
    let transport = if probe.is_https() { "Secure, __Host-" } else { "hier ohne TLS" };
    Ok(Seen::new(!set.is_empty(), format!("HttpOnly, SameSite=Lax, {transport}")))
}

/// Statement 11: one cookie, as declared, until the browser ends; nothing else is kept in the browser.
pub(super) async fn one_cookie(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let set = cookies_of_a_session(probe).await?;
    let names: Vec<&str> = set.iter().filter_map(|cookie| cookie.split('=').next()).collect();
    let declared = crate::notice_facts().cookies;
    let known = |name: &&str| {
        declared
            .iter()
            .any(|own| *name == if probe.is_https() { own.name } else { own.name_without_tls })
    };
    if names.len() != 1 || !names.iter().all(known) {
        return Ok(Seen::new(false, format!("gesetzt werden: {}", names.join(", "))));
    }
    let lasting = set.iter().any(|cookie| {
        let lower = cookie.to_ascii_lowercase();
        ["expires=", "max-age=", "domain="].iter().any(|part| lower.contains(part))
    });
    if lasting {
        return Ok(Seen::new(false, "das Cookie hat ein Ablaufdatum oder eine Domain"));
    }
    let start = probe.web.get("/").await?;
    for script in web::loaded(&start.body).iter().filter(|address| is_script(address)) {
        let code = probe.web.get(script).await?.body;
        for store in
            ["localStorage", "sessionStorage", "indexedDB", "document.cookie", "caches.open"]
        {
            if code.contains(store) {
                return Ok(Seen::new(false, format!("{script} benutzt {store}")));
            }
        }
    }
    Ok(Seen::new(
        true,
        format!("nur „{}“, ohne Ablaufdatum; kein anderer Speicher", names.concat()),
    ))
}

fn is_script(address: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default();
    Path::new(path).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("js"))
}

/// What an answer that begins a session asks the browser to remember.
async fn cookies_of_a_session(probe: &Probe<'_>) -> anyhow::Result<Vec<String>> {
    let answer = probe.web.post("/sprache", &[("sprache", "de"), ("zurueck", "/")]).await?;
    let set: Vec<String> = answer.cookies().into_iter().map(str::to_owned).collect();
    anyhow::ensure!(!set.is_empty(), "keine Sitzung zustande gekommen (HTTP {})", answer.status);
    Ok(set)
}

/// Statement 13: whoever refuses cookies can read everything and is told another way.
pub(super) async fn without_cookie(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    for path in PAGES {
        let page = probe.web.get(path).await?;
        if !page.status.is_success() {
            return Ok(Seen::new(false, format!("{path} antwortet mit {}", page.status.as_u16())));
        }
    }
    let notice = web::read(&probe.web.get("/datenschutz").await?.body);
    let phone = &probe.town.settings.phone;
    Ok(Seen::new(
        notice.contains(phone.as_str()),
        format!("{} Seiten ohne Cookie gelesen; Telefon {phone}", PAGES.len()),
    ))
}

/// Statement 34: the authority of the Land is named, with its address.
pub(super) fn authority(probe: &Probe<'_>, notice: &Notice) -> Seen {
    let (authority, text) = (probe.town.authority(), notice.text());
    let parts = [authority.name, authority.street, authority.city, authority.email];
    if let Some(unsaid) = parts.iter().find(|part| !text.contains(**part)) {
        return Seen::new(false, format!("in der Erklärung fehlt: {unsaid}"));
    }
    Seen::new(true, authority.name)
}
