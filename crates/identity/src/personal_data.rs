//! What accounts keep about people, for who asks about their own data; and the mails that people get about it.

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx, sealed};
use kernel::{
    Ctx, Role, SubjectId, Telling,
    my_data::{Content, OwnAccount, OwnCode, OwnPasskey, OwnSession, OwnSignIn},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use tenant::{
    Municipality,
    personal_data::{
        Addressee, Clue, Correspondence, DataSubject, Erased, Objection, PersonalData, permit,
    },
};

use crate::{
    Account, AccountError, AccountKind, Profile, SessionError, Sessions,
    accounts::{
        self,
        codes::{self, Code, Purpose},
        letters::{self, Letter, NoticeKind},
        store::{account, account_code, account_role, sign_in},
    },
    citizens, passkeys,
    sign_in::history,
};

/// Citizens' accounts and their sessions.
#[derive(Debug, Clone)]
pub struct PersonalAccounts {
    /// Where sessions are.
    pub sessions: Sessions,
}

#[async_trait::async_trait]
impl PersonalData for PersonalAccounts {
    async fn find(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        clue: &Clue,
        who: &mut DataSubject,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        let row = match clue {
            Clue::Address(email) => {
                let address = accounts::login_key(email);
                if !who.addresses.contains(&address) {
                    who.addresses.push(address);
                }
                accounts::row_by_login(tx, AccountKind::Citizen, email).await?
            }
            Clue::Account(id) => {
                account::Entity::find_by_id((tx.tenant().uuid(), id.uuid())).one(tx).await?
            }
            Clue::Person(person) => {
                account::Entity::find()
                    .filter(account::Column::TenantId.eq(tx.tenant().uuid()))
                    .filter(account::Column::SubjectId.eq(person.uuid()))
                    .one(tx)
                    .await?
            }
            Clue::Reference(_) => None,
        };
        // people of the office are the administrator's to remove; a restored backup has them too
        let is_replay = kernel::policy::allows(ctx.actor(), kernel::policy::Action::RunJobs);
        if let Some(row) = row.filter(|row| is_replay || row.kind == AccountKind::Citizen.key()) {
            who.account = Some(row.id.into());
            // the address of an account was verified
            if let Some(account) = accounts::open(tx, row).await? {
                let address = accounts::login_key(&account.profile.email);
                if account.kind == AccountKind::Citizen && !who.addresses.contains(&address) {
                    who.addresses.push(address);
                }
            }
        }
        Ok(())
    }

    async fn everybody(&self, ctx: &Ctx, tx: &TenantTx) -> Result<Vec<SubjectId>, Fault> {
        permit(ctx)?;
        let rows = account::Entity::find()
            .filter(account::Column::TenantId.eq(tx.tenant().uuid()))
            .all(tx)
            .await?;
        Ok(rows.into_iter().map(|row| row.subject_id.into()).collect())
    }

    async fn export(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        who: &DataSubject,
        into: &mut Content,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        into.codes.extend(codes_of(tx, who).await?);
        let Some(account) = account_of(tx, who).await? else { return Ok(()) };
        let row = account::Entity::find_by_id((tx.tenant().uuid(), account.id.uuid()));
        let Some(row) = row.one(tx).await? else { return Ok(()) };
        let sign_ins = history::of_account(tx, &account).await?;
        let passkeys = passkeys::of_account(tx, &account).await?;
        let Account { profile, .. } = account;
        into.account = Some(OwnAccount {
            id: row.id,
            state: row.state,
            first_name: profile.first_name,
            last_name: profile.last_name,
            email: profile.email,
            phone: profile.phone,
            locale: row.locale,
            has_password: row.password.is_some(),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            signed_out_at: row.signed_out_at,
            warned_at: row.warned_at,
            restricted_since: since(tx, row.id, "restricted_at").await?,
            uncounted_since: since(tx, row.id, "uncounted_at").await?,
            sessions: Vec::new(),
            sign_ins: sign_ins
                .into_iter()
                .map(|(row, ip)| OwnSignIn {
                    at: row.at,
                    method: row.method,
                    result: row.result,
                    ip,
                })
                .collect(),
            passkeys: passkeys
                .into_iter()
                .map(|passkey| OwnPasskey {
                    name: passkey.name,
                    is_backed_up: passkey.is_backed_up,
                    created_at: passkey.created_at,
                    last_used_at: passkey.last_used_at,
                })
                .collect(),
        });
        Ok(())
    }

    async fn export_outside(
        &self,
        ctx: &Ctx,
        who: &DataSubject,
        into: &mut Content,
    ) -> Result<(), Fault> {
        let (Some(id), Some(account)) = (who.account, &mut into.account) else { return Ok(()) };
        let listed = self.sessions.of_account(ctx, id).await;
        let listed = listed.map_err(unavailable)?;
        let session =
            |one: crate::ListedSession| OwnSession { since: one.began_at, device: one.device };
        account.sessions = listed.into_iter().map(session).collect();
        Ok(())
    }

    async fn erase(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        _: &Municipality,
        who: &DataSubject,
    ) -> Result<Erased, Fault> {
        permit(ctx)?;
        let mut erased = Erased::default();
        if let Some(account) = account_of(tx, who).await? {
            citizens::remove(ctx, tx, &account).await.map_err(fault)?;
            erased.people.push(account.subject);
        } else if let Some(id) = who.account {
            // its key is gone already: what is left of it goes all the same
            account::Entity::delete_by_id((tx.tenant().uuid(), id.uuid())).exec(tx).await?;
        }
        // After the account: the code that it began with has the same key, and the ledger must have it.
        forget_codes(tx, who).await?;
        Ok(erased)
    }

    async fn erase_outside(&self, ctx: &Ctx, who: &DataSubject) {
        let Some(account) = who.account else { return };
        // Sessions of an account that is gone open nothing; ending their records is for order.
        if let Err(error) = self.sessions.end_all_of_account(ctx, account, None).await {
            tracing::warn!(%error, "sessions of a deleted account run out by themselves");
        }
    }

    async fn left_outside(&self, ctx: &Ctx, who: &DataSubject) -> Result<u64, Fault> {
        permit(ctx)?;
        let Some(account) = who.account else { return Ok(0) };
        let left = self.sessions.of_account(ctx, account).await.map_err(unavailable)?;
        Ok(left.len() as u64)
    }

    async fn restrict(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        who: &DataSubject,
        since: Option<DateTime<Utc>>,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        let Some(account) = who.account else { return Ok(()) };
        let text = "UPDATE account SET restricted_at = $3 WHERE tenant_id = $1 AND id = $2";
        tx.run(text, [account.uuid().into(), since.into()]).await?;
        Ok(())
    }

    async fn object(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        who: &DataSubject,
        to: Objection,
        since: Option<DateTime<Utc>>,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        // SMS and calendar entries are about appointments
        let (Some(account), Objection::Analysis) = (who.account, to) else { return Ok(()) };
        let text = "UPDATE account SET uncounted_at = $3 WHERE tenant_id = $1 AND id = $2";
        tx.run(text, [account.uuid().into(), since.into()]).await?;
        Ok(())
    }
}

async fn account_of(tx: &TenantTx, who: &DataSubject) -> Result<Option<Account>, Fault> {
    match who.account {
        Some(id) => accounts::by_id(tx, id).await,
        None => Ok(None),
    }
}

/// Since when something holds of an account.
pub(crate) async fn since(
    tx: &TenantTx,
    id: uuid::Uuid,
    column: &'static str,
) -> Result<Option<DateTime<Utc>>, Fault> {
    let text = format!("SELECT {column} AS at FROM account WHERE tenant_id = $1 AND id = $2");
    db::retention::first_instant(tx, text, [id.into()]).await
}

/// Codes that were sent to the account or to an address of theirs.
async fn code_rows(tx: &TenantTx, who: &DataSubject) -> Result<Vec<account_code::Model>, Fault> {
    let mut mine = Condition::any();
    if let Some(account) = who.account {
        mine = mine.add(account_code::Column::AccountId.eq(account.uuid()));
    }
    for address in &who.addresses {
        let index = accounts::login_index(tx, address).await?;
        mine = mine.add(account_code::Column::AddressIndex.eq(index));
    }
    if mine.is_empty() {
        return Ok(Vec::new());
    }
    Ok(account_code::Entity::find()
        .filter(account_code::Column::TenantId.eq(tx.tenant().uuid()))
        // invitations and notices to the office's people are theirs, also at the same address
        .filter(account_code::Column::Purpose.ne(Purpose::Invite.key()))
        .filter(mine)
        .order_by_asc(account_code::Column::CreatedAt)
        .all(tx)
        .await?)
}

async fn codes_of(tx: &TenantTx, who: &DataSubject) -> Result<Vec<OwnCode>, Fault> {
    let mut found = Vec::new();
    for row in code_rows(tx, who).await? {
        let created_at = row.created_at;
        let code: Code<Letter> = codes::open(tx, row).await.map_err(fault)?;
        let to = code.content.map(|letter| letter.to);
        found.push(OwnCode {
            purpose: code.purpose.key().to_owned(),
            name: to.as_ref().map(|to| format!("{} {}", to.first_name, to.last_name)),
            email: to.as_ref().map(|to| to.email.clone()),
            phone: to.and_then(|to| to.phone),
            locale: code.locale.key().to_owned(),
            created_at,
            expires_at: code.expires_at,
            used_at: code.used_at,
        });
    }
    Ok(found)
}

async fn forget_codes(tx: &TenantTx, who: &DataSubject) -> Result<(), Fault> {
    for row in code_rows(tx, who).await? {
        let is_accounts = row.account_id.is_some();
        if let Some(subject) = row.subject_id.filter(|_| !is_accounts) {
            sealed::destroy_subject(tx, subject.into()).await?;
        }
        if !is_accounts {
            account_code::Entity::delete_by_id((row.tenant_id, row.id)).exec(tx).await?;
        }
    }
    // attempts to sign in with an address that has no account
    for address in &who.addresses {
        let index = accounts::login_index(tx, address).await?;
        sign_in::Entity::delete_many()
            .filter(sign_in::Column::TenantId.eq(tx.tenant().uuid()))
            .filter(sign_in::Column::Kind.eq(AccountKind::Citizen.key()))
            .filter(sign_in::Column::LoginIndex.eq(index))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Writes mails about people's data as notices, like those about accounts.
#[derive(Debug, Clone, Copy, Default)]
pub struct DataLetters;

#[async_trait::async_trait]
impl Correspondence for DataLetters {
    async fn write(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        to: &Addressee,
        telling: Telling,
        facts: &[(&str, String)],
    ) -> Result<(), Fault> {
        let key = sealed::create_subject(ctx, tx).await?;
        let letter = Letter {
            to: Profile {
                first_name: to.first_name.clone(),
                last_name: to.last_name.clone(),
                email: to.email.clone(),
                phone: None,
            },
            notice: Some(NoticeKind::Data(telling)),
            facts: facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        };
        letters::send(ctx, tx, Purpose::Notice, None, &key, &letter, to.locale).await?;
        Ok(())
    }

    async fn deciders(&self, ctx: &Ctx, tx: &TenantTx) -> Result<Vec<Addressee>, Fault> {
        permit(ctx)?;
        for role in [Role::DataProtectionOfficer, Role::TenantAdministrator] {
            let found = people_with(tx, role).await?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }
}

async fn people_with(tx: &TenantTx, role: Role) -> Result<Vec<Addressee>, Fault> {
    let rows = account_role::Entity::find()
        .filter(account_role::Column::TenantId.eq(tx.tenant().uuid()))
        .filter(account_role::Column::Role.eq(role.name()))
        .all(tx)
        .await?;
    let mut found = Vec::new();
    for row in rows {
        let account = accounts::by_id(tx, row.account_id.into()).await?;
        if let Some(account) = account.filter(|account| !account.is_locked) {
            let Profile { first_name, last_name, email, .. } = account.profile;
            found.push(Addressee { first_name, last_name, email, locale: account.locale });
        }
    }
    Ok(found)
}

/// A copy without the sessions would not be whole.
fn unavailable(error: SessionError) -> Fault {
    Fault::Unavailable(Box::new(sea_orm::DbErr::Custom(error.to_string())))
}

fn fault(error: AccountError) -> Fault {
    match error {
        AccountError::Fault(fault) => fault,
        other => Fault::Refused(other.to_string()),
    }
}
