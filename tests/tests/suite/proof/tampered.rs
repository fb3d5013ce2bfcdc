//! Answers that somebody changes on their way: what browsers would do with them is seen.

use axum::{body::Body, response::Response};
use http::{HeaderValue, header};
use tests::watched::Watched;

fn is_page(answer: &Response) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE);
    kind.and_then(|kind| kind.to_str().ok()).is_some_and(|kind| kind.starts_with("text/html"))
}

#[tokio::test]
async fn a_second_cookie() {
    let watched = Watched::tampered(|answer| {
        let cookie = HeaderValue::from_static("visitor=1; Path=/; HttpOnly; SameSite=Lax");
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    })
    .await;
    let looked = watched.look().await;
    looked.assert_violated(8, "setzt ein Cookie");
    looked.assert_violated(11, "visitor");
}

#[tokio::test]
async fn a_cookie_that_scripts_can_read() {
    let watched = Watched::tampered(|answer| {
        let set = answer.headers().get(header::SET_COOKIE).cloned();
        let weaker = set.and_then(|set| set.to_str().ok().map(|set| set.replace("; HttpOnly", "")));
        if let Some(Ok(weaker)) = weaker.map(HeaderValue::try_from) {
            answer.headers_mut().insert(header::SET_COOKIE, weaker);
        }
    })
    .await;
    watched.look().await.assert_violated(10, "httponly");
}

#[tokio::test]
async fn a_cookie_that_outlives_the_browser() {
    let watched = Watched::tampered(|answer| {
        let set = answer.headers().get(header::SET_COOKIE).cloned();
        let longer =
            set.and_then(|set| set.to_str().ok().map(|set| format!("{set}; Max-Age=86400")));
        if let Some(Ok(longer)) = longer.map(HeaderValue::try_from) {
            answer.headers_mut().insert(header::SET_COOKIE, longer);
        }
    })
    .await;
    watched.look().await.assert_violated(11, "Ablaufdatum");
}

#[tokio::test]
async fn pages_that_may_load_from_others() {
    let watched = Watched::tampered(|answer| {
        let open = HeaderValue::from_static("default-src 'self'; img-src https://pixel.example");
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, open);
    })
    .await;
    watched.look().await.assert_violated(7, "Content-Security-Policy");
}

#[tokio::test]
async fn pages_that_do_load_from_others() {
    let watched = Watched::tampered(|answer| {
        if is_page(answer) {
            let page =
                "<a href=\"/datenschutz\">x</a><img src=\"https://pixel.example/1.gif\" alt=\"\">";
            *answer.body_mut() = Body::from(page);
            answer.headers_mut().remove(header::CONTENT_ENCODING);
            answer.headers_mut().remove(header::CONTENT_LENGTH);
        }
    })
    .await;
    let looked = watched.look().await;
    looked.assert_violated(7, "lädt https://pixel.example/1.gif");
    looked.assert_violated(1, "zeigt Fassung");
    looked.assert_violated(13, "");
}

#[tokio::test]
async fn pages_without_a_way_to_the_notice() {
    let watched = Watched::tampered(|answer| {
        if is_page(answer) {
            *answer.body_mut() = Body::from("<h1>Termine</h1>");
            answer.headers_mut().remove(header::CONTENT_ENCODING);
            answer.headers_mut().remove(header::CONTENT_LENGTH);
        }
    })
    .await;
    watched.look().await.assert_violated(1, "führt nicht zur Erklärung");
}

#[tokio::test]
async fn a_referrer_that_tells_others_the_page() {
    let watched = Watched::tampered(|answer| {
        let tells = HeaderValue::from_static("unsafe-url");
        answer.headers_mut().insert(header::REFERRER_POLICY, tells);
    })
    .await;
    watched.look().await.assert_violated(7, "Referrer-Policy");
}

#[tokio::test]
async fn an_error_that_shows_internals() {
    let watched = Watched::tampered(|answer| {
        if answer.status() == http::StatusCode::NOT_FOUND {
            *answer.body_mut() = Body::from("panicked at crates/portal/src/page.rs:12");
            answer.headers_mut().remove(header::CONTENT_ENCODING);
            answer.headers_mut().remove(header::CONTENT_LENGTH);
        }
    })
    .await;
    watched.look().await.assert_violated(36, "verrät Innereien");
}
