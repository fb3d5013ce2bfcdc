//! The office: access keys, and a browser that is signed in with one.

use db::TenantTx;
use identity::access_keys::{self, AccessKey, NewAccessKey};
use kernel::{AccessKeyId, Actor, Ctx, Locale, RequestId, Scopes};
use serde_json::Value;

use crate::{Answer, Browser, TestApp, Town};

impl TestApp {
    /// A new access key of the municipality, as its token. Lives 90 days.
    pub async fn office_key(&self, town: &Town, scopes: impl Into<Scopes>) -> String {
        self.office_key_with_id(town, scopes).await.0
    }

    /// The same, with the key's id for [`Self::revoke_key`].
    pub async fn office_key_with_id(
        &self,
        town: &Town,
        scopes: impl Into<Scopes>,
    ) -> (String, AccessKeyId) {
        let ctx = self.operator(town);
        let tx = self.begin(&ctx).await;
        let wanted =
            NewAccessKey { name: "Kalenderpflege".to_owned(), scopes: scopes.into(), days: 90 };
        let (key, token) = access_keys::create(&ctx, &tx, &wanted).await.expect("a key");
        tx.commit().await.expect("committed");
        (token.to_string(), key.id)
    }

    /// Takes a key back.
    pub async fn revoke_key(&self, town: &Town, id: AccessKeyId) {
        let ctx = self.operator(town);
        let tx = self.begin(&ctx).await;
        access_keys::revoke(&ctx, &tx, id).await.expect("revoked");
        tx.commit().await.expect("committed");
    }

    /// The keys of a municipality.
    pub async fn keys(&self, town: &Town) -> Vec<AccessKey> {
        let ctx = self.operator(town);
        let tx = self.begin(&ctx).await;
        let keys = access_keys::list(&ctx, &tx).await.expect("a list");
        tx.commit().await.expect("committed");
        keys
    }

    /// Asks GraphQL as the office does, with an access key.
    pub async fn graphql_as(
        &self,
        town: &Town,
        token: &str,
        query: &str,
        variables: Value,
    ) -> Answer {
        let shown = format!("Bearer {token}");
        self.graphql_at(&town.host, query, variables, &[("authorization", &shown)]).await
    }

    /// A browser that is signed in for the office.
    pub async fn office_browser(&self, town: &Town, scopes: impl Into<Scopes>) -> Browser<'_> {
        let token = self.office_key(town, scopes).await;
        let mut browser = self.browser(town);
        let answer = browser.post("/amt/anmelden", &[("schluessel", &token)]).await;
        assert_eq!(browser.path, "/amt", "{}", answer.text());
        browser
    }

    /// A transaction of the service.
    pub async fn begin(&self, ctx: &Ctx) -> TenantTx {
        self.app.db.begin(ctx).await.expect("a transaction")
    }

    /// The operator's context at a municipality.
    pub fn operator(&self, town: &Town) -> Ctx {
        Ctx::new(
            town.id,
            Actor::Operator,
            Locale::De,
            RequestId(1),
            self.clock.clone(),
            self.chance.clone(),
        )
    }
}
