//! Access keys of the office's programs, for the people who make them. A key cannot make keys.

use async_graphql::{
    Context, ID, InputObject, Object, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};
use identity::{
    Limit,
    access_keys::{self, NewAccessKey},
};
use kernel::AccessKeyId;

use super::{
    errors::ApiError,
    reading::Reading,
    scalars::{DateTime, page_size},
    viewer::Scope,
};

/// An access key, without its token.
#[derive(Debug, SimpleObject)]
pub(crate) struct AccessKey {
    /// Its id.
    id: ID,
    /// What it is for.
    name: String,
    /// What it may do.
    scopes: Vec<Scope>,
    /// When it was made.
    created_at: DateTime,
    /// From when on it opens nothing.
    expires_at: DateTime,
    /// When it was used, to a few minutes.
    last_used_at: Option<DateTime>,
    /// When it was taken back.
    revoked_at: Option<DateTime>,
    /// Whether it opens something now.
    is_valid: bool,
}

impl AccessKey {
    fn new(key: &access_keys::AccessKey, reading: &Reading) -> Self {
        let visit = reading.visit();
        let local = |at| DateTime::local(at, visit.town.zone());
        Self {
            id: ID(key.id.to_string()),
            name: key.name.clone(),
            scopes: key.scopes.iter().map(Scope::from).collect(),
            created_at: local(key.created_at),
            expires_at: local(key.expires_at),
            last_used_at: key.last_used_at.map(local),
            revoked_at: key.revoked_at.map(local),
            is_valid: key.is_valid(visit.ctx.now()),
        }
    }
}

/// A new access key.
#[derive(Debug, InputObject)]
pub(crate) struct CreateAccessKeyInput {
    /// What it is for; no person's name.
    name: String,
    /// What it may do.
    scopes: Vec<Scope>,
    /// How many days it is valid, at most 366.
    #[graphql(default = 90)]
    days: u16,
}

/// The key that was made.
#[derive(SimpleObject)]
pub(crate) struct CreateAccessKeyPayload {
    /// The key.
    access_key: AccessKey,
    /// What the program shows. It is in this answer and nowhere else.
    token: String,
}

/// Which key to take back.
#[derive(Debug, InputObject)]
pub(crate) struct RevokeAccessKeyInput {
    /// Its id.
    id: ID,
}

/// The key that was taken back.
#[derive(Debug, SimpleObject)]
pub(crate) struct RevokeAccessKeyPayload {
    /// The key.
    access_key: AccessKey,
}

fn key_id(id: &ID) -> Result<AccessKeyId, ApiError> {
    AccessKeyId::parse(id).ok_or_else(ApiError::not_found)
}

#[derive(Debug, Default)]
pub(crate) struct AccessKeyQuery;

#[Object]
impl AccessKeyQuery {
    /// Access keys, the newest first, with those that ended lately; at most 50 at a time. For the tenant administrator.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn access_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: u32,
        after: Option<ID>,
    ) -> Result<Connection<String, AccessKey, EmptyFields, EmptyFields>, ApiError> {
        let most = page_size(first)?;
        let reading = Reading::of(ctx);
        let after = after.as_ref().map(key_id).transpose()?;
        let found =
            access_keys::page(&reading.visit().ctx, reading.tx().await?, after, first.into())
                .await?;
        let mut connection = Connection::new(after.is_some(), found.len() > most);
        connection.edges.extend(
            found
                .iter()
                .take(most)
                .map(|key| Edge::new(key.id.to_string(), AccessKey::new(key, reading))),
        );
        Ok(connection)
    }
}

#[derive(Debug, Default)]
pub(crate) struct AccessKeyMutation;

#[Object]
impl AccessKeyMutation {
    /// Makes an access key. For the tenant administrator, signed in with a browser.
    async fn create_access_key(
        &self,
        ctx: &Context<'_>,
        input: CreateAccessKeyInput,
    ) -> Result<CreateAccessKeyPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let scopes = input.scopes.iter().copied().map(kernel::Scope::from).collect();
        let wanted = NewAccessKey { name: input.name, scopes, days: input.days };
        let tx = reading.begin().await?;
        let (key, token) = access_keys::create(&reading.visit().ctx, &tx, &wanted).await?;
        tx.commit().await?;
        Ok(CreateAccessKeyPayload {
            access_key: AccessKey::new(&key, reading),
            token: token.to_string(),
        })
    }

    /// Takes a key back, at once. Doing it again changes nothing. For the tenant administrator.
    async fn revoke_access_key(
        &self,
        ctx: &Context<'_>,
        input: RevokeAccessKeyInput,
    ) -> Result<RevokeAccessKeyPayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let tx = reading.begin().await?;
        let key = access_keys::revoke(&reading.visit().ctx, &tx, key_id(&input.id)?).await?;
        tx.commit().await?;
        Ok(RevokeAccessKeyPayload { access_key: AccessKey::new(&key, reading) })
    }
}
