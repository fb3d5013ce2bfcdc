//! A new master key.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use identity::Limit;

use crate::graphql::{errors::ApiError, reading::Reading};

/// Keys that one request puts into new envelopes at most.
const MOST: u32 = 500;

/// How many keys to put into new envelopes.
#[derive(Debug, InputObject)]
pub(crate) struct RotateKeysInput {
    /// At most 500.
    #[graphql(default = 100)]
    first: u32,
}

/// How far it has come.
#[derive(Debug, SimpleObject)]
pub(crate) struct RotateKeysPayload {
    /// Keys of municipalities that this request has put into new envelopes.
    rotated: usize,
    /// Keys that are still in the envelope of the previous master key. At 0 `keys.previous` is not needed any more.
    remaining: usize,
}

#[derive(Debug, Default)]
pub(crate) struct KeyMutation;

#[Object]
impl KeyMutation {
    /// Takes keys of municipalities out of the previous master key's envelope (`keys.previous`) and puts them into the new one's.
    /// Nothing is read or written anew but the envelopes. For the operator's people, not for programs.
    #[graphql(complexity = "100 + child_complexity")]
    async fn rotate_keys(
        &self,
        ctx: &Context<'_>,
        input: RotateKeysInput,
    ) -> Result<RotateKeysPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        if !(1..=MOST).contains(&input.first) {
            let (field, limit) = (Some("first"), Some(MOST));
            return Err(ApiError::BadInput { field, key: "first-range", limit });
        }
        let acting = &reading.visit().ctx;
        let done = reading.platform().rotate_keys(acting, input.first as usize).await?;
        Ok(RotateKeysPayload { rotated: done.rotated, remaining: done.remaining })
    }
}
