//! Citizens with accounts, and the codes that they get by mail.

use std::net::IpAddr;

use identity::{Account, AccountKind, Attempt, Profile, Whereabouts};
use kernel::{Actor, Ctx, Locale};
use sea_orm::sqlx::{self, AssertSqlSafe};
use secrecy::SecretString;
use serde_json::Value;

use crate::{Answer, TestApp, Town, database};

/// A password that nobody guesses.
pub const PASSWORD: &str = "drei Pferde am Silbersee";

impl TestApp {
    /// The code of the newest mail to an address that brings one, once the worker has run.
    pub async fn code_for(&self, address: &str) -> String {
        self.run_jobs().await;
        let mails = self.mails_to(address);
        let code = mails.iter().find_map(|mail| mail.text.split("/code#").nth(1));
        let code = code.unwrap_or_else(|| panic!("no mail with a code to {address}"));
        code.chars().take_while(char::is_ascii_alphanumeric).collect()
    }

    /// A citizen with an account that was made as all are: with the code from the mail.
    pub async fn citizen(&self, town: &Town, address: &str, password: Option<&str>) -> Account {
        let (ctx, identity) = (self.anybody(town), &self.app.identity);
        let profile = Profile {
            first_name: "Erika".to_owned(),
            last_name: "Mustermann".to_owned(),
            email: address.to_owned(),
            phone: Some("+4915123456789".to_owned()),
        };
        let here = IpAddr::from([192, 0, 2, 9]);
        let (kind, login, client) = (AccountKind::Citizen, address, b"there".as_slice());
        let attempt = Attempt { kind, login, client, address: here };
        identity.register(&ctx, attempt, &profile, Locale::De).await.expect("a mail");
        let code = self.code_for(address).await;
        let whence = Whereabouts { client, address: here };
        let password = password.map(SecretString::from);
        identity.confirm(&ctx, whence, &code, password.as_ref()).await.expect("an account")
    }

    /// A citizen's context, known to nobody.
    pub fn anybody(&self, town: &Town) -> Ctx {
        self.operator(town).with_actor(Actor::Citizen)
    }

    /// Asks GraphQL as a page with the cookie does.
    pub async fn graphql_with_cookie(
        &self,
        town: &Town,
        sid: &str,
        query: &str,
        variables: Value,
    ) -> Answer {
        let (cookie, origin) = (format!("sid={sid}"), format!("http://{}", town.host));
        let headers = [("cookie", cookie.as_str()), ("origin", origin.as_str())];
        self.graphql_at(&town.host, query, variables, &headers).await
    }

    /// Rows of every table.
    pub async fn rows(&self) -> Vec<(String, i64)> {
        let sql = self.database.superuser_sql().await;
        let mut counted = Vec::new();
        for table in database::tables(&sql).await {
            let count = format!("SELECT count(*) FROM {table}");
            let rows = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&sql).await;
            counted.push((table, rows.expect("a number")));
        }
        counted
    }

    /// Rows of one table.
    pub async fn rows_of(&self, table: &str) -> i64 {
        let name = format!("public.{table}");
        let rows = self.rows().await;
        let found = rows.into_iter().find(|(known, _)| *known == name || known == table);
        found.unwrap_or_else(|| panic!("no table {table}")).1
    }
}

/// The session id that an answer hands to the browser.
#[track_caller]
pub fn sid(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie");
    let value = cookie.strip_prefix("sid=").unwrap_or_else(|| panic!("no session: {cookie:?}"));
    value.split(';').next().unwrap_or_default().to_owned()
}
