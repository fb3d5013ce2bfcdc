//! Signing in with a passkey.

use db::TenantTx;
use kernel::Ctx;
use sea_orm::EntityTrait;
use serde_json::Value;

use super::{
    Asked, RelyingParty,
    asked::Step,
    ceremony::{self, Assertion, Expected, Known, Refused},
    store::{self, passkey},
    wire::{self, AuthenticationResponse},
};
use crate::{
    Account, AccountError, AccountKind, Attempt, Halfway, Identity, Limit,
    accounts::{self, store::account},
    sign_in::{Method, Outcome, has_own_sign_in_only},
};

/// A passkey that answered, and whose it is.
struct Found {
    row: account::Model,
    email: String,
    result: Result<(), Refused>,
}

impl Identity {
    /// Asks for any passkey of the municipality, or for one of whoever has shown their password: what the session must keep
    /// as [`Step::SignIn`], and what the browser needs (`PublicKeyCredentialRequestOptionsJSON`).
    pub async fn ask_for_passkey(
        &self,
        ctx: &Ctx,
        party: &RelyingParty,
        halfway: Option<&Halfway>,
    ) -> Result<(Asked, Value), AccountError> {
        let mut asked = Asked::new(ctx);
        let mut allowed = Vec::new();
        if let Some(halfway) = halfway.filter(|halfway| halfway.is_open(ctx.now())) {
            let tx = self.db.begin(ctx).await?;
            let known = store::of_account(&tx, halfway.account).await?;
            tx.commit().await?;
            allowed.extend(known.into_iter().map(|passkey| passkey.credential_id));
            asked.account = Some(halfway.account);
        }
        let options = wire::request_options(party, &asked, &allowed);
        Ok((asked, options))
    }

    /// Looks at the answer of a passkey (`AuthenticationResponseJSON`). Whoever it belongs to is who they say, with both
    /// factors. `attempt` says where they are and on which page; whose account it is, the passkey says. `asked` was taken
    /// out of the session.
    ///
    /// An unknown passkey, a wrong signature and a locked account are the same to whoever asks.
    pub async fn with_passkey(
        &self,
        ctx: &Ctx,
        attempt: Attempt<'_>,
        party: &RelyingParty,
        asked: Option<Asked>,
        credential: &Value,
    ) -> Result<Account, AccountError> {
        let asked = asked.filter(|asked| asked.is_open(ctx));
        let asked = asked.ok_or(AccountError::Conflict("passkey-late"))?;
        let answer = AuthenticationResponse::read(credential);
        let id = answer.as_ref().map(|answer| wire::text(&answer.raw_id.0)).unwrap_or_default();
        // Nobody guesses a passkey. What is counted is the work that wrong ones make, per client and for no account: nobody
        // can keep an owner out.
        self.limits.check(ctx, Limit::Authenticate, attempt.client).await?;
        let tx = self.db.begin(ctx).await?;
        let found = match &answer {
            Some(answer) => look(ctx, &tx, party, &asked, answer).await?,
            None => None,
        };
        tx.commit().await?;
        // the attempt is on the account's own login, so that its owner sees it; an unknown one is on its own id
        let Some(found) = found else {
            let unknown = format!("passkey {id}");
            let attempt = Attempt { login: &unknown, ..attempt };
            self.note(ctx, attempt, Method::Passkey, Outcome::Refused, None).await?;
            return self.refuse_passkey(ctx, attempt).await;
        };
        let kind = accounts::kind_in(&found.row);
        let attempt = Attempt { kind, login: &found.email, ..attempt };
        let is_in = found.result.is_ok() && found.row.state == "active";
        let outcome = if is_in { Outcome::SignedIn } else { Outcome::Refused };
        let row = Some(found.row).filter(|_| is_in);
        match self.note(ctx, attempt, Method::Passkey, outcome, row).await? {
            Some(account) => Ok(account),
            None => self.refuse_passkey(ctx, attempt).await,
        }
    }

    async fn refuse_passkey(
        &self,
        ctx: &Ctx,
        attempt: Attempt<'_>,
    ) -> Result<Account, AccountError> {
        self.limits.take(ctx, Limit::Authenticate, attempt.client).await?;
        Err(AccountError::PasskeyUnknown)
    }
}

/// Finds the passkey and checks its answer; what changes with a use is written.
async fn look(
    ctx: &Ctx,
    tx: &TenantTx,
    party: &RelyingParty,
    asked: &Asked,
    answer: &AuthenticationResponse,
) -> Result<Option<Found>, AccountError> {
    let Some(passkey) = store::by_credential(tx, &answer.raw_id.0).await? else { return Ok(None) };
    let id = (tx.tenant().uuid(), passkey.account_id);
    let Some(row) = account::Entity::find_by_id(id).one(tx).await? else { return Ok(None) };
    let Some(account) = accounts::open(tx, row.clone()).await? else { return Ok(None) };
    if account.kind == AccountKind::Staff && has_own_sign_in_only(tx).await? {
        return Ok(None);
    }
    let is_theirs = asked.account.is_none_or(|wanted| wanted == account.id);
    let result = match check(party, asked, answer, &passkey) {
        Ok(_) if !is_theirs => Err(Refused::OtherUser),
        Ok(state) if row.state == "active" => {
            store::note_use(tx, passkey.id, state, ctx.now()).await?;
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(refused) => Err(refused),
    };
    match result {
        // somebody else may have a copy of the key: worth a look, without saying whose it is
        Err(refused @ Refused::Counter) => {
            tracing::warn!(%refused, request_id = %ctx.request_id(), "passkey refused");
        }
        Err(refused) => {
            tracing::info!(%refused, step = ?Step::SignIn, request_id = %ctx.request_id(), "passkey refused");
        }
        Ok(()) => {}
    }
    Ok(Some(Found { row, email: account.profile.email, result }))
}

fn check(
    party: &RelyingParty,
    asked: &Asked,
    answer: &AuthenticationResponse,
    passkey: &passkey::Model,
) -> Result<ceremony::State, Refused> {
    let signed = &answer.response;
    let known = Known {
        public_key: &passkey.public_key,
        user_handle: &passkey.user_handle,
        sign_count: u32::try_from(passkey.sign_count).map_err(|_| Refused::Counter)?,
        is_backup_eligible: passkey.is_backup_eligible,
    };
    let answer = Assertion {
        client_data: &signed.client_data.0,
        authenticator_data: &signed.authenticator_data.0,
        signature: &signed.signature.0,
        user_handle: signed.user_handle.as_ref().map_or(&[], |handle| &handle.0),
    };
    ceremony::assertion(&Expected { party, challenge: &asked.challenge.0 }, &known, &answer)
}
