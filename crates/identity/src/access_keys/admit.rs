//! From a token that somebody shows to the key that it opens, with everything around it: the limit on guessing, the
//! transaction, the note of the last use. The API and the sign-in page both come here.

use chrono::TimeDelta;
use db::Db;
use kernel::Ctx;

use super::{AccessError, AccessKey, authenticate, store};
use crate::{Limit, Limits};

/// How exact the note of the last use is.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(5);

/// Opens the door to whoever shows a valid token. `client` is a keyed hash of the address.
///
/// Wrong tokens count; at the limit none is looked at any more, not even a right one, so guessing gains nothing from
/// going on. Right tokens do not count: an office with many programs behind one address is not slowed down.
pub async fn admit(
    ctx: &Ctx,
    db: &Db,
    limits: &Limits,
    client: &[u8],
    token: &str,
) -> Result<AccessKey, AccessError> {
    limits.check(ctx, Limit::Authenticate, client).await?;
    let tx = db.begin(ctx).await?;
    let found = authenticate(ctx, &tx, token).await;
    tx.commit().await?;
    match found {
        Ok(key) => {
            note_use(ctx, db, &key);
            Ok(key)
        }
        Err(AccessError::Unauthenticated) => {
            limits.take(ctx, Limit::Authenticate, client).await?;
            Err(AccessError::Unauthenticated)
        }
        Err(error) => Err(error),
    }
}

/// Notes that the key was used, if the last note is old enough; beside the request, which does not wait for it. A
/// note that is lost (the process ends) is made with the next use.
pub fn note_use(ctx: &Ctx, db: &Db, key: &AccessKey) {
    let (now, id) = (ctx.now(), key.id);
    if key.last_used_at.is_some_and(|noted| now - noted < NOTED_EVERY) {
        return;
    }
    let (ctx, db) = (ctx.clone(), db.clone());
    tokio::spawn(async move {
        let noted = async {
            let tx = db.begin(&ctx).await?;
            store::note_use(&tx, id, now).await?;
            tx.commit().await
        };
        if let Err(fault) = noted.await {
            tracing::warn!(%fault, request_id = %ctx.request_id(), "use of an access key was not noted");
        }
    });
}
