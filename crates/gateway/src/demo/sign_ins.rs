//! Who can sign in at the demo's municipalities.

use anyhow::Context;
use identity::access_keys::{self, AccessToken, NewAccessKey};
use kernel::{Ctx, Scopes};

use crate::App;

/// How long a demo's key is valid after each start.
const DAYS: u16 = 90;

/// The access key of the office, with all rights, made at the first start and prolonged at each.
///
/// A real token is random and shown once. The demo shows its token at every start, so it derives it from the demo's own
/// master key, which only this user can read: other demos have other tokens.
pub(super) async fn office_key(
    app: &App,
    master: &[u8; 32],
    ctx: &Ctx,
) -> anyhow::Result<AccessToken> {
    let token = AccessToken::derive(master, ctx.tenant().uuid());
    let wanted = NewAccessKey { name: "Demo".to_owned(), scopes: Scopes::ALL, days: DAYS };
    let tx = app.db.begin(ctx).await?;
    access_keys::keep(ctx, &tx, &wanted, &token)
        .await
        .context("cannot make the demo's access key")?;
    tx.commit().await?;
    Ok(token)
}
