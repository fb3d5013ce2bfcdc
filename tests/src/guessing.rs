//! People who sign in and people who guess, from wherever.

use std::net::IpAddr;

use identity::{Account, AccountError, AccountKind, Attempt, Errand};
use kernel::{ErrorCode, PublicError};
use sea_orm::sqlx;
use secrecy::SecretString;

use crate::{PASSWORD, TestApp, Town};

impl TestApp {
    /// People of the office who have [`PASSWORD`].
    pub async fn clerks(&self, town: &Town, count: usize) -> Vec<Account> {
        let password = SecretString::from(PASSWORD);
        let passwords = &self.app.identity.passwords;
        let hash = passwords.hash(&self.anybody(town), &password).await.expect("a hash");
        let sql = self.database.superuser_sql().await;
        let mut clerks = Vec::new();
        for _ in 0..count {
            let clerk = self.staff(town, kernel::Role::Clerk).await;
            sqlx::query("UPDATE account SET password = $1 WHERE id = $2")
                .bind(&hash)
                .bind(clerk.id.uuid())
                .execute(&sql)
                .await
                .expect("a password");
            clerks.push(clerk);
        }
        clerks
    }

    /// Tries a password from an address. `Ok`: it was right; `Unauthenticated`: it was wrong.
    pub async fn try_password(
        &self,
        town: &Town,
        from: IpAddr,
        account: &Account,
        password: &str,
    ) -> Result<(), ErrorCode> {
        let attempt = attempt(from, &account.profile.email);
        let password = SecretString::from(password);
        let ctx = self.anybody(town);
        let passed = self.app.identity.with_password(&ctx, attempt, &password).await;
        passed.map(drop).map_err(|error| error.code())
    }

    /// Whether the sign-in page would ask for a proof of work.
    pub async fn needs_proof(&self, town: &Town, from: IpAddr, account: &Account) -> bool {
        let errand = Errand::SignIn(attempt(from, &account.profile.email));
        self.app.identity.ask_for_proof(&self.anybody(town), errand, None).await.is_err()
    }

    /// Asks for a code by mail from an address.
    pub async fn ask_for_code(
        &self,
        town: &Town,
        from: IpAddr,
        login: &str,
    ) -> Result<(), ErrorCode> {
        let asked: Result<(), AccountError> =
            self.app.identity.take_code_request(&self.anybody(town), attempt(from, login)).await;
        asked.map_err(|error| error.code())
    }
}

fn attempt(from: IpAddr, login: &str) -> Attempt<'_> {
    Attempt { kind: AccountKind::Staff, login, client: b"", address: from }
}
