//! The office: its people and their browsers, and its access keys.

use std::sync::Arc;

use db::TenantTx;
use identity::{
    Account, AccountKind, Identity, Profile,
    access_keys::{self, AccessKey, NewAccessKey},
    accounts::{NewAccount, codes, letters::Letter},
    people::{self, Invited, NewPerson},
    second_factor::AppSecret,
};
use kernel::{AccessKeyId, Actor, Ctx, Grants, Locale, RequestId, Scopes};
use serde_json::Value;
use tenant::Municipality;

use crate::{Answer, Browser, TestApp, Town};

/// The password of [`TestApp::person`].
pub const PASSWORD: &str = "drei Pferde am Silbersee";

/// Somebody of the office who can sign in.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their account.
    pub account: Account,
    /// Their address.
    pub email: String,
    /// What their authenticator app knows.
    pub secret: AppSecret,
}

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

    /// Somebody of the office, without credentials.
    pub async fn staff(&self, town: &Town, grants: impl Into<Grants>) -> Account {
        let ctx = self.operator(town);
        let tx = self.begin(&ctx).await;
        let number = u64::from_be_bytes(ctx.random());
        let wanted = NewAccount {
            kind: AccountKind::Staff,
            profile: Profile {
                first_name: "Kim".to_owned(),
                last_name: format!("Amtlich{number}"),
                email: format!("kim{number}@{}.example", town.id),
                phone: None,
            },
            locale: Locale::De,
            grants: grants.into(),
        };
        let account = people::add(&ctx, &tx, &wanted).await.expect("a person of the office");
        tx.commit().await.expect("committed");
        account
    }

    /// Somebody of the office with password and authenticator app.
    pub async fn person(&self, town: &Town, grants: impl Into<Grants>) -> Person {
        let account = self.staff(town, grants).await;
        let ctx = self.operator(town);
        let hash = self.app.identity.passwords.hash(&ctx, &PASSWORD.into()).await.expect("a hash");
        let secret = AppSecret::random(&ctx);
        let tx = self.begin(&ctx).await;
        people::keep_credentials(&ctx, &tx, &account, hash, &secret).await.expect("credentials");
        let account = people::one(&ctx, &tx, account.id).await.expect("the account");
        tx.commit().await.expect("committed");
        let email = account.profile.email.clone();
        Person { account, email, secret }
    }

    /// Invites somebody and reads the code that the mail brings.
    pub async fn invited(&self, town: &Town, grants: impl Into<Grants>) -> (Account, String) {
        let ctx = self.operator(town);
        let number = u64::from_be_bytes(ctx.random());
        let wanted = NewPerson {
            first_name: "Neu".to_owned(),
            last_name: "Kollegin".to_owned(),
            email: format!("neu{number}@{}.example", town.id),
            locale: Locale::De,
            grants: grants.into(),
        };
        let tx = self.begin(&ctx).await;
        let Invited { account, code } =
            people::invite(&ctx, &tx, &wanted).await.expect("an invitation");
        let letter = codes::letter::<Letter>(&tx, code).await.expect("a letter").expect("a letter");
        tx.commit().await.expect("committed");
        (account, letter.1)
    }

    /// What the person's app shows now.
    pub fn app_code(&self, person: &Person) -> String {
        person.secret.code(self.now())
    }

    /// Signs somebody in through the pages, as they do it.
    pub async fn sign_in(&self, browser: &mut Browser<'_>, person: &Person) -> Answer {
        browser.post("/amt/anmelden", &[("email", &person.email), ("passwort", PASSWORD)]).await;
        browser.post("/amt/anmelden/code", &[("code", &self.app_code(person))]).await
    }

    /// A browser that is signed in with an account, without the way through the sign-in page.
    pub async fn signed_in(&self, town: &Town, account: &Account) -> Browser<'_> {
        let ctx = self.operator(town);
        let session = self.app.identity.begin_session(&ctx, None, account, "Test").await;
        let mut browser = self.browser(town);
        browser.cookies.insert("sid".to_owned(), session.expect("a session").sid().to_owned());
        browser
    }

    /// A browser of somebody who has shown their password, and not yet a second factor.
    pub async fn halfway(&self, town: &Town, person: &Person) -> Browser<'_> {
        self.halfway_to(town, person, "").await
    }

    /// The same, on their way to a page.
    pub async fn halfway_to(&self, town: &Town, person: &Person, page: &str) -> Browser<'_> {
        let mut browser = self.browser(town);
        let fields = [("email", person.email.as_str()), ("passwort", PASSWORD), ("weiter", page)];
        browser.post("/amt/anmelden", &fields).await;
        assert_eq!(browser.path, "/amt/anmelden/code");
        browser
    }

    /// A browser of somebody of the office.
    pub async fn office_browser(&self, town: &Town, grants: impl Into<Grants>) -> Browser<'_> {
        let account = self.staff(town, grants).await;
        self.signed_in(town, &account).await
    }

    /// How people sign in, beside the pages.
    pub fn identity(&self) -> &Identity {
        &self.app.identity
    }

    /// A transaction of the service.
    pub async fn begin(&self, ctx: &Ctx) -> TenantTx {
        self.app.db.begin(ctx).await.expect("a transaction")
    }

    /// The operator's context at a municipality, and the municipality as the service knows it.
    pub async fn operators_view(&self, town: &Town) -> (Ctx, Arc<Municipality>) {
        let ctx = self.operator(town);
        let known = self.app.directory.municipality(&ctx).await.expect("the directory");
        (ctx, known.expect("the municipality"))
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
