//! What a municipality's file may say about recipients once people's data go to them: nobody new who was not announced, and
//! nobody less.

use db::{Fault, TenantTx};
use kernel::{Ctx, policy::Action};
use tenant::{Problem, Recipient, RecipientEntry, RecipientRole, TenantFile};

use super::{Change, Kind, is_served_or_was, store};
use crate::notice::permit;

/// The recipients that applying a file may write: those in force, with what the file says about them. What is announced
/// comes into force on its day and not with the file. The problems say what must be announced first, and which channels
/// would reach somebody too early.
pub async fn admitted(
    ctx: &Ctx,
    tx: &TenantTx,
    file: &TenantFile,
) -> Result<Result<Vec<RecipientEntry>, Vec<Problem>>, Fault> {
    permit(ctx, Action::ConfigureTenant)?;
    let town = tenant::municipality(ctx, tx).await.map_err(store::fault)?;
    let Some(town) = town.filter(|town| !town.is_platform()) else {
        return Ok(Ok(file.recipients.clone()));
    };
    if !is_served_or_was(tx).await? {
        return Ok(Ok(file.recipients.clone()));
    }
    let pending = store::pending(tx).await?;
    let (entries, mut problems) = compared(&file.recipients, &town.recipients, &pending);
    problems.extend(early_channels(file, &entries, &pending));
    Ok(if problems.is_empty() { Ok(entries) } else { Err(problems) })
}

fn compared(
    listed: &[RecipientEntry],
    in_force: &[Recipient],
    pending: &[Change],
) -> (Vec<RecipientEntry>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut problem = |name: &str, problem: &str| {
        problems.push(Problem { key: format!("recipients: {name}"), problem: problem.to_owned() });
    };
    let is_announced = |kind: Kind, role: RecipientRole, name: &str| {
        pending.iter().any(|change| change.what.kind == kind && change.is_about(role, name))
    };
    let mut entries = Vec::new();
    for entry in listed {
        if in_force.iter().any(|known| known.role == entry.role && known.name == entry.name) {
            entries.push(entry.clone());
        } else if !is_announced(Kind::Add, entry.role, &entry.name) {
            problem(
                &entry.name,
                "is new; announce it first: tenant recipients announce (Art. 28(2) GDPR)",
            );
        }
    }
    for known in in_force {
        if listed.iter().any(|entry| known.role == entry.role && known.name == entry.name) {
            continue;
        }
        if is_announced(Kind::Remove, known.role, &known.name) {
            entries.push(RecipientEntry {
                role: known.role,
                name: known.name.clone(),
                street: known.street.clone(),
                postal_code: known.postal_code.clone(),
                city: known.city.clone(),
                contract_on: known.contract_on,
            });
        } else {
            problem(
                &known.name,
                "is in force and missing; announce its end first: tenant recipients announce --remove",
            );
        }
    }
    (entries, problems)
}

/// No channel is open before its recipient is in force.
fn early_channels(
    file: &TenantFile,
    entries: &[RecipientEntry],
    pending: &[Change],
) -> Vec<Problem> {
    let has = |role: RecipientRole| entries.iter().any(|entry| entry.role == role);
    let mut problems = Vec::new();
    let mut early = |key: &str, roles: &[RecipientRole]| {
        if roles.iter().any(|role| has(*role)) {
            return;
        }
        let coming = pending.iter().find(|change| roles.contains(&change.what.role));
        let when = coming.map_or_else(
            || "its recipient is not in force".to_owned(),
            |change| format!("{} gets data from {} on", change.what.name, change.what.effective_on),
        );
        problems
            .push(Problem { key: key.to_owned(), problem: format!("{when}; switch it on then") });
    };
    if file.mail.enabled {
        early("mail.enabled", &[RecipientRole::Email, RecipientRole::Hosting]);
    }
    if file.sms.enabled {
        early("sms.enabled", &[RecipientRole::Sms]);
    }
    let issuer = file.openid.iter().filter_map(|openid| host_of(&openid.issuer));
    for host in issuer {
        let is_early = |change: &&Change| change.what.kind == Kind::Add && change.what.host == host;
        if let Some(change) = pending.iter().find(is_early) {
            let problem = format!(
                "{} gets data from {} on; switch it on then",
                change.what.name, change.what.effective_on
            );
            problems.push(Problem { key: "openid.issuer".to_owned(), problem });
        }
    }
    problems
}

fn host_of(address: &str) -> Option<String> {
    url::Url::parse(address).ok()?.host_str().map(str::to_owned)
}
