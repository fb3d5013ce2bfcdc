//! Making a passkey.

use db::{Fault, TenantTx};
use kernel::{Ctx, policy::Action};
use serde_json::Value;

use super::{
    Asked, MOST, Passkey, RelyingParty,
    asked::Step,
    ceremony::{self, Expected},
    check_fresh, checked, key, note, store,
    wire::{self, Base64Url, RegistrationResponse},
};
use crate::{
    Account, AccountError, AccountKind, SignedIn,
    accounts::letters::{self, NoticeKind},
    sign_in::has_own_sign_in_only,
};

/// Asks for a passkey: what the session must keep as [`Step::Registration`], and what the browser needs
/// (`PublicKeyCredentialCreationOptionsJSON`).
pub async fn begin_registration(
    ctx: &Ctx,
    tx: &TenantTx,
    party: &RelyingParty,
    account: &Account,
    signed_in: &SignedIn,
    name: &str,
) -> Result<(Asked, Value), AccountError> {
    ctx.authorize(Action::OwnAccount)?;
    check_fresh(ctx, signed_in)?;
    if account.kind == AccountKind::Staff && has_own_sign_in_only(tx).await? {
        return Err(AccountError::Conflict("passkey-not-here"));
    }
    let name = checked(name)?;
    let known = store::of_account(tx, account.id).await?;
    check_room(known.len() as u64)?;
    // one handle for all passkeys of an account: authenticators then know that they open the same
    let handle = match known.first() {
        Some(passkey) => passkey.user_handle.clone(),
        None => ctx.random::<32>().to_vec(),
    };
    let asked = Asked {
        account: Some(account.id),
        user_handle: Some(Base64Url(handle)),
        name: Some(name),
        ..Asked::new(ctx)
    };
    let known: Vec<_> = known.into_iter().map(|passkey| passkey.credential_id).collect();
    let options = wire::creation_options(party, &asked, account, &known);
    Ok((asked, options))
}

/// Keeps the passkey that was made (`RegistrationResponseJSON`), and tells its owner by mail. `asked` was taken out of the
/// session.
pub async fn finish_registration(
    ctx: &Ctx,
    tx: &TenantTx,
    party: &RelyingParty,
    account: &Account,
    asked: Option<Asked>,
    credential: &Value,
) -> Result<Passkey, AccountError> {
    ctx.authorize(Action::OwnAccount)?;
    let asked = asked.filter(|asked| asked.is_open(ctx) && asked.account == Some(account.id));
    let asked = asked.ok_or(AccountError::Conflict("passkey-late"))?;
    let Asked { challenge, user_handle: Some(user_handle), name: Some(name), .. } = asked else {
        return Err(AccountError::Conflict("passkey-late"));
    };
    let not_made =
        AccountError::BadInput { field: "credential", reason: "passkey-not-made", limit: None };
    let Some(answer) = RegistrationResponse::read(credential) else { return Err(not_made) };
    let expected = Expected { party, challenge: &challenge.0 };
    let response = &answer.response;
    let made =
        ceremony::registration(&expected, &response.client_data.0, &response.attestation_object.0);
    let made = match made {
        Ok(made) if made.id == answer.raw_id.0 => made,
        Ok(_) => return Err(not_made),
        Err(refused) => {
            tracing::info!(%refused, step = ?Step::Registration, request_id = %ctx.request_id(), "passkey refused");
            return Err(not_made);
        }
    };
    check_room(store::count_locked(tx, account.id).await?)?;
    let key = key(tx, account).await?;
    let new = store::New {
        account: account.id,
        user_handle: &user_handle.0,
        credential: made,
        name: &name,
    };
    let passkey = store::insert(ctx, tx, &key, new).await.map_err(|fault| match fault {
        Fault::Unique(name) if name == "passkey_credential" => {
            AccountError::Conflict("passkey-known")
        }
        fault => AccountError::Fault(fault),
    })?;
    letters::tell(ctx, tx, &key, account, NoticeKind::FactorChanged).await?;
    note(ctx, tx, account, "passkey.add", passkey.id).await?;
    Ok(passkey)
}

fn check_room(count: u64) -> Result<(), AccountError> {
    if count < MOST { Ok(()) } else { Err(AccountError::Conflict("passkey-many")) }
}
