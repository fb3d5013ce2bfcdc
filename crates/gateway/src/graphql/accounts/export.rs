//! Everything that is kept about one's account, in one document (Art. 15 and 20 GDPR).

use identity::{AccountError, sign_in::history};
use kernel::LocalizedText;
use serde_json::{Value, json};

use crate::graphql::{errors::ApiError, reading::Reading};

/// Entries of a list. More than anybody has: sign-ins are kept for 90 days.
const ALL: u64 = 1_000;

/// The document.
pub(super) async fn data(
    reading: &Reading,
    account: &identity::Account,
) -> Result<Value, ApiError> {
    let (ctx, catalogue) = (&reading.visit().ctx, reading.catalogue().await?);
    let sessions = reading.identity().sessions.of_account(ctx, account.id).await;
    let sessions = sessions.map_err(AccountError::from)?;
    let tx = reading.tx().await?;
    let sign_ins = history::own(ctx, tx, account, ALL).await?;
    let mut appointments = Vec::new();
    for found in scheduling::own_appointments(ctx, tx, None, ALL).await? {
        let contact = scheduling::own_contact(ctx, tx, found.id).await?;
        let name = |text: &LocalizedText| text.get(ctx.locale()).to_owned();
        let items = found.items.iter().map(|item| {
            let service = catalogue.service_ever(item.service);
            json!({ "service": service.map(|service| name(&service.name)), "quantity": item.quantity })
        });
        appointments.push(json!({
            "reference": found.reference,
            "status": found.status.key(),
            "start": found.starts_at,
            "end": found.ends_at,
            "location": catalogue.location_ever(found.location).map(|place| name(&place.name)),
            "items": items.collect::<Vec<_>>(),
            "bookedAt": found.booked_at,
            "contact": contact,
        }));
    }
    let profile = &account.profile;
    Ok(json!({
        "profile": {
            "firstName": profile.first_name,
            "lastName": profile.last_name,
            "email": profile.email,
            "phone": profile.phone,
            "locale": account.locale.key(),
            "hasPassword": account.has_password,
            "createdAt": account.created_at,
            "lastUsedAt": account.last_used_at,
        },
        "sessions": sessions.iter().map(|session| json!({
            "since": session.began_at,
            "device": session.device,
        })).collect::<Vec<_>>(),
        "signIns": sign_ins.iter().map(|entry| json!({
            "at": entry.at,
            "method": entry.method.map(identity::sign_in::Method::key),
            "result": entry.outcome.map(identity::sign_in::Outcome::key),
            "ip": entry.address,
        })).collect::<Vec<_>>(),
        "appointments": appointments,
    }))
}
