//! Style sheet, fonts and script. They are part of the program: no page needs anything from elsewhere.
//!
//! Each has the hash of its content in its address, so that browsers keep it for good and never have an old one.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use axum::{
    extract::{Extension, Path, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use kernel::ErrorCode;

use crate::{
    Visit,
    caller::Caller,
    error::{Failure, Refusal, error_page},
    theme,
};

const FONTS: [(&str, &[u8]); 3] = [
    ("FiraSans-Regular.woff2", include_bytes!("../assets/dist/fonts/FiraSans-Regular.woff2")),
    ("FiraSans-SemiBold.woff2", include_bytes!("../assets/dist/fonts/FiraSans-SemiBold.woff2")),
    ("FiraSans-Bold.woff2", include_bytes!("../assets/dist/fonts/FiraSans-Bold.woff2")),
];
const STYLE: &str = include_str!("../assets/dist/app.css");
const SCRIPT: &str = include_str!("../assets/dist/app.js");
const PASSKEY_SCRIPT: &str = include_str!("../assets/dist/passkey.js");
/// ALTCHA's widget and its worker (MIT), for the page that asks for a proof of work and no other.
const PROOF: [(&str, &str, &str); 4] = [
    ("altcha.js", include_str!("../assets/dist/altcha/altcha.js"), SCRIPT_TYPE),
    ("altcha.de.js", include_str!("../assets/dist/altcha/altcha.de.js"), SCRIPT_TYPE),
    ("altcha.pbkdf2.js", include_str!("../assets/dist/altcha/altcha.pbkdf2.js"), SCRIPT_TYPE),
    ("altcha.css", include_str!("../assets/dist/altcha/altcha.css"), "text/css; charset=utf-8"),
];
const PROOF_SCRIPT: &str = include_str!("../assets/dist/proof.js");
const SCRIPT_TYPE: &str = "text/javascript; charset=utf-8";

struct Asset {
    body: Cow<'static, [u8]>,
    kind: &'static str,
    lasting: bool,
}

struct Assets {
    by_file: HashMap<String, Asset>,
    addresses: HashMap<&'static str, String>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut assets = Assets { by_file: HashMap::new(), addresses: HashMap::new() };
    let mut style = STYLE.to_owned();
    for (name, body) in FONTS {
        let file = assets.add(name, Cow::Borrowed(body), "font/woff2");
        style = style.replace(&format!("fonts/{name}"), &file);
    }
    assets.add("app.css", Cow::Owned(style.into_bytes()), "text/css; charset=utf-8");
    assets.add("app.js", Cow::Borrowed(SCRIPT.as_bytes()), SCRIPT_TYPE);
    for (name, body, kind) in PROOF {
        assets.add(name, Cow::Borrowed(body.as_bytes()), kind);
    }
    assets.add("proof.js", Cow::Borrowed(PROOF_SCRIPT.as_bytes()), SCRIPT_TYPE);
    assets.add("passkey.js", Cow::Borrowed(PASSKEY_SCRIPT.as_bytes()), SCRIPT_TYPE);
    assets
});

impl Assets {
    fn add(&mut self, name: &'static str, body: Cow<'static, [u8]>, kind: &'static str) -> String {
        let hash = ring::digest::digest(&ring::digest::SHA256, &body);
        let hash =
            hash.as_ref().iter().take(6).fold(0u64, |hash, byte| hash << 8 | u64::from(*byte));
        let file = format!("{hash:012x}-{name}");
        self.addresses.insert(name, format!("/assets/{file}"));
        // by the plain name too, for pages that are not made here; those are asked for anew
        self.by_file.insert(name.to_owned(), Asset { body: body.clone(), kind, lasting: false });
        self.by_file.insert(file.clone(), Asset { body, kind, lasting: true });
        file
    }
}

/// The address of an asset.
pub(crate) fn address(name: &str) -> &'static str {
    ASSETS.addresses.get(name).map_or("/assets/missing", String::as_str)
}

/// `GET /assets/{file}`
pub(crate) async fn file(Extension(visit): Extension<Visit>, file: Named) -> Response {
    file.ok()
        .and_then(|Path(file)| find(&file))
        .unwrap_or_else(|| error_page(Some(&visit), ErrorCode::NotFound, visit.ctx.request_id()))
}

fn find(file: &str) -> Option<Response> {
    let asset = ASSETS.by_file.get(file)?;
    Some(answer(asset.body.clone(), asset.kind, asset.lasting))
}

/// What an address names. One that is no text (`/%ff`) names nothing.
type Named = Result<Path<String>, PathRejection>;

/// `GET /theme-<revision>.css` and `GET /wappen-<revision>.svg`: what differs between municipalities.
pub(crate) async fn own_file(caller: Caller, file: Named) -> Result<Response, Failure> {
    let Path(file) = file.map_err(|_| Refusal::NotFound)?;
    let town = caller.town();
    let current = town.revision.to_string();
    if let Some(revision) = between(&file, "theme-", ".css") {
        let css = theme::style_sheet(&town.settings.theme).into_bytes();
        return Ok(answer(Cow::Owned(css), "text/css; charset=utf-8", revision == current));
    }
    let revision = between(&file, "wappen-", ".svg").ok_or(Refusal::NotFound)?;
    let svg = caller.portal.directory.coat_of_arms(caller.ctx()).await?;
    let svg = svg.unwrap_or_else(|| theme::shield(&town.settings.theme));
    let mut response = answer(Cow::Owned(svg.into_bytes()), "image/svg+xml", revision == current);
    // opened by itself, the picture is nothing but a picture
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

fn between<'a>(file: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let revision = file.strip_prefix(start)?.strip_suffix(end)?;
    revision.bytes().all(|byte| byte.is_ascii_digit()).then_some(revision)
}

fn answer(body: Cow<'static, [u8]>, kind: &'static str, lasting: bool) -> Response {
    let keep = if lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], body).into_response()
}

/// Writes the assets for pages that are looked at without a server.
#[cfg(test)]
pub(crate) fn write_to(folder: &std::path::Path) {
    for (file, asset) in &ASSETS.by_file {
        std::fs::write(folder.join(file), &asset.body).unwrap();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn assets_are_served_by_hash_and_the_style_sheet_names_hashed_fonts() {
        let file = address("app.css").strip_prefix("/assets/").unwrap().to_owned();
        let response = find(&file).unwrap();
        assert!(response.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let css = crate::samples::body(response).await;
        let font = address("FiraSans-Bold.woff2").strip_prefix("/assets/").unwrap();
        assert!(css.contains(font));
        assert!(!css.contains("http:") && !css.contains("https:") || css.contains("www.w3.org"));
        assert!(find("x").is_none());
    }

    #[test]
    fn the_first_page_stays_light() {
        assert!(STYLE.len() <= 90_000, "{}", STYLE.len());
        assert!(SCRIPT.len() <= 3_000, "{}", SCRIPT.len());
        assert!(PASSKEY_SCRIPT.len() <= 3_000, "{}", PASSKEY_SCRIPT.len());
        for (name, body) in FONTS {
            assert!(body.len() <= 25_600, "{name} {}", body.len());
        }
    }
}
