//! The answers to challenges of proof of work, as the widget makes them.

use std::num::NonZeroU32;

use base64::prelude::{BASE64_STANDARD, Engine};
use ring::pbkdf2;
use serde_json::{Value, json};

use crate::Answer;

/// The answer to a challenge: a number, appended to the nonce, whose key begins as it must.
pub fn solved(challenge: &str) -> String {
    let challenge: Value = serde_json::from_str(challenge).expect("a challenge");
    let asked = &challenge["parameters"];
    let text = |name: &str| asked[name].as_str().expect("text").to_owned();
    let cost = asked["cost"].as_u64().and_then(|cost| u32::try_from(cost).ok());
    let cost = cost.and_then(NonZeroU32::new).expect("rounds");
    let (nonce, salt) = (bytes(&text("nonce")), bytes(&text("salt")));
    let (counter, key) = (0..u32::MAX)
        .map(|counter| {
            let password = [&nonce[..], &counter.to_be_bytes()].concat();
            let mut key = [0; 32];
            pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, cost, &salt, &password, &mut key);
            (counter, db::signature::hex(&key))
        })
        .find(|(_, key)| key.starts_with(&text("keyPrefix")))
        .expect("an answer");
    let solution = json!({ "counter": counter, "derivedKey": key });
    BASE64_STANDARD.encode(json!({ "challenge": challenge, "solution": solution }).to_string())
}

/// The challenge of a page that asks for a proof.
#[track_caller]
pub fn challenge_on(page: &Answer) -> String {
    let text = page.text();
    let challenge = text.split("challenge=\"").nth(1).and_then(|rest| rest.split('"').next());
    challenge.expect("a challenge").replace("&#34;", "\"")
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("ASCII"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hex")).collect()
}
