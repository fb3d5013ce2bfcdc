//! For whoever looks after the others: sign-ins, their addresses with a reason, and the audit trail.

use async_graphql::{
    Context, Enum, ID, InputObject, Object, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};
use db::audit;
use identity::{
    Limit,
    oversight::{self, Names},
    sign_in::history::{self, SignInEntry, Wanted},
};
use kernel::{AccessKeyId, AccountId, SignInId};

use super::{
    errors::ApiError,
    reading::Reading,
    scalars::{DateTime, page_size},
};

/// Whose account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "identity::AccountKind")]
pub(crate) enum AccountKind {
    /// A citizen's.
    Citizen,
    /// Somebody's of the office.
    Staff,
}

/// How somebody tried to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "history::Method")]
pub(crate) enum SignInMethod {
    /// Address and password.
    Password,
    /// A code that was sent by mail.
    Mail,
    /// The code of an authenticator app, as the second factor.
    Totp,
    /// A recovery code, as the second factor.
    Recovery,
    /// A passkey.
    Passkey,
    /// The municipality's own sign-in (`OpenID` Connect).
    OpenId,
}

/// What became of an attempt to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "history::Outcome")]
pub(crate) enum SignInResult {
    /// They are in.
    SignedIn,
    /// The first factor was right.
    Halfway,
    /// It was wrong.
    Refused,
}

/// An attempt to sign in, without its address.
#[derive(Debug, SimpleObject)]
pub(crate) struct SignIn {
    /// Its id.
    id: ID,
    /// When.
    at: DateTime,
    /// To which kind of account.
    kind: AccountKind,
    /// Which account it reached.
    account_id: Option<ID>,
    /// Whose it is, for people of the office whose account still is there.
    person_name: Option<String>,
    /// How.
    method: Option<SignInMethod>,
    /// With what result.
    result: Option<SignInResult>,
}

impl SignIn {
    fn new(entry: &SignInEntry, names: &Names, reading: &Reading) -> Self {
        Self {
            id: ID(entry.id.to_string()),
            at: DateTime::local(entry.at, reading.visit().town.zone()),
            kind: entry.kind.into(),
            account_id: entry.account.map(|id| ID(id.to_string())),
            person_name: entry.account.and_then(|id| names.person(id)).map(ToOwned::to_owned),
            method: entry.method.map(Into::into),
            result: entry.outcome.map(Into::into),
        }
    }
}

/// An entry of the audit trail.
#[derive(Debug, SimpleObject)]
pub(crate) struct AuditEntry {
    /// Counts from 1 without gaps.
    number: i64,
    /// When.
    at: DateTime,
    /// What kind of actor: `staff`, `program`, `operator`, `worker`.
    actor: String,
    /// Whose account or which key.
    actor_id: Option<ID>,
    /// The person's name, or the key's, while there is one.
    actor_name: Option<String>,
    /// What, as `object.verb`: `calendar.publish`.
    action: String,
    /// With what kind of thing.
    object: String,
    /// Which one.
    object_id: Option<ID>,
    /// Settings and counts.
    details: Vec<AuditDetail>,
}

/// A setting or a count.
#[derive(Debug, SimpleObject)]
pub(crate) struct AuditDetail {
    /// What it is.
    name: String,
    /// Its value.
    value: String,
}

impl AuditEntry {
    fn new(entry: &audit::Entry, names: &Names, reading: &Reading) -> Self {
        let name = entry.actor_id.and_then(|id| match entry.actor.as_str() {
            "staff" => names.person(id.into()),
            "program" => names.key(id.into()),
            _ => None,
        });
        let details = entry.details.as_object().into_iter().flatten();
        let text = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Self {
            number: entry.number,
            at: DateTime::local(entry.at, reading.visit().town.zone()),
            actor: entry.actor.clone(),
            actor_id: entry.actor_id.map(|id| ID(id.to_string())),
            actor_name: name.map(ToOwned::to_owned),
            action: entry.action.clone(),
            object: entry.object.clone(),
            object_id: entry.object_id.map(|id| ID(id.to_string())),
            details: details
                .map(|(name, value)| AuditDetail { name: name.clone(), value: text(value) })
                .collect(),
        }
    }
}

/// What a look at the whole chain of the audit trail found.
#[derive(Debug, SimpleObject)]
pub(crate) struct AuditVerdict {
    /// Whether nothing is missing and nothing was changed.
    is_sound: bool,
    /// How many entries there are, when it is sound.
    entries: Option<u64>,
    /// The first entry that is wrong or missing, when it is not.
    broken_at: Option<i64>,
}

#[derive(Debug, Default)]
pub(crate) struct OversightQuery;

#[Object]
impl OversightQuery {
    /// Attempts to sign in, on all accounts, the newest first; at most 50 at a time. For the data-protection officer and
    /// the tenant administrator.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn sign_ins(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: u32,
        after: Option<ID>,
        kind: Option<AccountKind>,
        result: Option<SignInResult>,
    ) -> Result<Connection<String, SignIn, EmptyFields, EmptyFields>, ApiError> {
        let most = page_size(first)?;
        let reading = Reading::of(ctx);
        let (acting, tx) = (&reading.visit().ctx, reading.tx().await?);
        let after = after.as_ref().map(sign_in_id).transpose()?;
        let wanted = Wanted { kind: kind.map(Into::into), outcome: result.map(Into::into) };
        let found = history::all(acting, tx, wanted, after, first.into()).await?;
        let people = found.iter().filter_map(|entry| entry.account);
        let names = oversight::names(acting, tx, people, []).await?;
        let mut connection = Connection::new(after.is_some(), found.len() > most);
        connection.edges.extend(
            found
                .iter()
                .take(most)
                .map(|entry| Edge::new(entry.id.to_string(), SignIn::new(entry, &names, reading))),
        );
        Ok(connection)
    }

    /// The audit trail, the newest entry first; at most 50 at a time, and of one action only when one is named. For the
    /// data-protection officer and the tenant administrator.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn audit_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: u32,
        after: Option<ID>,
        action: Option<String>,
    ) -> Result<Connection<String, AuditEntry, EmptyFields, EmptyFields>, ApiError> {
        let most = page_size(first)?;
        let reading = Reading::of(ctx);
        let (acting, tx) = (&reading.visit().ctx, reading.tx().await?);
        let before: Option<i64> = match &after {
            Some(after) => Some(after.parse().map_err(|_| ApiError::not_found())?),
            None => None,
        };
        let more = u64::from(first) + 1;
        let found = match action.filter(|action| !action.is_empty()) {
            Some(action) => audit::entries_of(acting, tx, &action, before, more).await?,
            None => audit::entries(acting, tx, before, more).await?,
        };
        let by = |actor| {
            found.iter().filter(move |entry| entry.actor == actor).filter_map(|one| one.actor_id)
        };
        let people = by("staff").map(AccountId::from);
        let names =
            oversight::names(acting, tx, people, by("program").map(AccessKeyId::from)).await?;
        let mut connection = Connection::new(after.is_some(), found.len() > most);
        connection.edges.extend(found.iter().take(most).map(|entry| {
            Edge::new(entry.number.to_string(), AuditEntry::new(entry, &names, reading))
        }));
        Ok(connection)
    }

    /// Whether the audit trail is complete and unchanged. Reads all of it. For the data-protection officer and the tenant
    /// administrator.
    #[graphql(complexity = "100 + child_complexity")]
    async fn audit_verdict(&self, ctx: &Context<'_>) -> Result<AuditVerdict, ApiError> {
        let reading = Reading::of(ctx);
        let verdict = audit::verify(&reading.visit().ctx, reading.tx().await?).await?;
        Ok(match verdict {
            audit::Verdict::Sound { entries } => {
                AuditVerdict { is_sound: true, entries: Some(entries), broken_at: None }
            }
            audit::Verdict::Broken { number } => {
                AuditVerdict { is_sound: false, entries: None, broken_at: Some(number) }
            }
        })
    }
}

/// Which address is needed, and why.
#[derive(InputObject)]
pub(crate) struct RevealSignInAddressInput {
    /// The attempt to sign in.
    sign_in_id: ID,
    /// Why, 5 to 200 characters. It is written into the audit trail; name no people in it.
    reason: String,
}

/// The address that was asked for.
#[derive(SimpleObject)]
pub(crate) struct RevealSignInAddressPayload {
    /// The address; null when it is not kept any more.
    address: Option<String>,
}

fn sign_in_id(id: &ID) -> Result<SignInId, ApiError> {
    SignInId::parse(id).ok_or_else(ApiError::not_found)
}

#[derive(Debug, Default)]
pub(crate) struct OversightMutation;

#[Object]
impl OversightMutation {
    /// Shows the IP address of an attempt to sign in, and writes into the audit trail who has seen it and why. For the
    /// data-protection officer.
    async fn reveal_sign_in_address(
        &self,
        ctx: &Context<'_>,
        input: RevealSignInAddressInput,
    ) -> Result<RevealSignInAddressPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let acting = &reading.visit().ctx;
        let tx = reading.begin().await?;
        let id = sign_in_id(&input.sign_in_id)?;
        let address = history::address(acting, &tx, id, &input.reason).await?;
        tx.commit().await?;
        Ok(RevealSignInAddressPayload { address })
    }
}
