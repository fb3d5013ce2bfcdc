//! The sessions of one account: to list them, to end one, to sign out everywhere.
//!
//! A hash in Redis per account, from the session's handle to when it began and on what kind of device. It may name sessions
//! that have ended by themselves; those are left out and forgotten when somebody looks. Ending sessions here is for order:
//! what keeps a stolen session out when Redis is away is the account's `signed_out_at`, which every request asks for.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::{AccountId, Ctx, TenantId};
use redis::AsyncCommands;
use serde::{Deserialize, Serialize};

use crate::{
    ABSOLUTE, Session, SessionError, Sessions,
    session::{handle, key_of_handle},
};

/// A session, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSession {
    /// Names it, for ending it. Opens nothing.
    pub handle: String,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// Browser and system, as far as they say so: "Firefox, Android".
    pub device: String,
}

#[derive(Serialize, Deserialize)]
struct Noted {
    began_at: DateTime<Utc>,
    device: String,
}

impl Session {
    /// Names this session in [`Sessions::of_account`].
    pub fn handle(&self) -> String {
        handle(self.sid())
    }
}

impl Sessions {
    /// Notes that a session belongs to an account. Called when somebody has signed in.
    pub async fn note(
        &self,
        ctx: &Ctx,
        account: AccountId,
        session: &Session,
        device: &str,
    ) -> Result<(), SessionError> {
        let noted = Noted { began_at: ctx.now(), device: device.chars().take(80).collect() };
        let text = serde_json::to_string(&noted).unwrap_or_default();
        let (key, field) = (list_key(ctx.tenant(), account), session.handle());
        self.redis
            .run(async |mut redis| {
                redis::pipe()
                    .hset(&key, &field, &text)
                    .ignore()
                    .expire(&key, ABSOLUTE.num_seconds())
                    .ignore()
                    .query_async::<()>(&mut redis)
                    .await
            })
            .await?;
        Ok(())
    }

    /// The sessions of an account that have not ended, the newest first.
    pub async fn of_account(
        &self,
        ctx: &Ctx,
        account: AccountId,
    ) -> Result<Vec<ListedSession>, SessionError> {
        let key = list_key(ctx.tenant(), account);
        let noted: HashMap<String, String> =
            self.redis.run(async |mut redis| redis.hgetall(&key).await).await?;
        let mut listed = Vec::with_capacity(noted.len());
        for (handle, text) in noted {
            let session = key_of_handle(ctx.tenant(), &handle);
            let lives: bool =
                self.redis.run(async |mut redis| redis.exists(&session).await).await?;
            match serde_json::from_str::<Noted>(&text) {
                Ok(Noted { began_at, device }) if lives => {
                    listed.push(ListedSession { handle, began_at, device });
                }
                _ => {
                    self.redis
                        .run(async |mut redis| redis.hdel::<_, _, i64>(&key, &handle).await)
                        .await?;
                }
            }
        }
        listed.sort_by(|a, b| b.began_at.cmp(&a.began_at).then(a.handle.cmp(&b.handle)));
        Ok(listed)
    }

    /// Ends one session of an account. One of another account is not touched.
    pub async fn end_of_account(
        &self,
        ctx: &Ctx,
        account: AccountId,
        handle: &str,
    ) -> Result<bool, SessionError> {
        let key = list_key(ctx.tenant(), account);
        let known: i64 = self.redis.run(async |mut redis| redis.hdel(&key, handle).await).await?;
        if known == 0 {
            return Ok(false);
        }
        let session = key_of_handle(ctx.tenant(), handle);
        self.redis.run(async |mut redis| redis.del::<_, i64>(&session).await).await?;
        Ok(true)
    }

    /// Ends all sessions of an account but the one that is named.
    pub async fn end_all_of_account(
        &self,
        ctx: &Ctx,
        account: AccountId,
        but: Option<&str>,
    ) -> Result<(), SessionError> {
        for session in self.of_account(ctx, account).await? {
            if but != Some(session.handle.as_str()) {
                self.end_of_account(ctx, account, &session.handle).await?;
            }
        }
        Ok(())
    }
}

fn list_key(tenant: TenantId, account: AccountId) -> String {
    format!("sessions-of:{tenant}:{account}")
}
