//! What every crate that keeps people's data can do for them. The crates of the middle do not call each other: `gateway`
//! hands a list of these to `privacy`, which leads access, erasure and restriction.

use chrono::{DateTime, Utc};
use db::{Fault, TenantTx};
use kernel::{
    AccountId, AppointmentId, Ctx, Locale, SubjectId, Telling,
    my_data::Content,
    policy::{self, Action},
};

use crate::Municipality;

/// Somebody, as far as one has found out: keys of what they typed, their appointments, their account. Ids, and addresses
/// that they have shown to be theirs. Has no `Debug`: it is personal data.
#[derive(Clone, Default)]
pub struct DataSubject {
    /// Keys that seal their data, one for each booking.
    pub people: Vec<SubjectId>,
    /// Their appointments.
    pub appointments: Vec<AppointmentId>,
    /// Their account.
    pub account: Option<AccountId>,
    /// Addresses whose mail they have read.
    pub addresses: Vec<String>,
}

impl DataSubject {
    /// Whether there is nobody of whom anything is kept.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.appointments.is_empty() && self.account.is_none()
    }

    /// Adds what is not there yet.
    pub fn add(&mut self, person: Option<SubjectId>, appointment: Option<AppointmentId>) {
        self.people.extend(person.filter(|person| !self.people.contains(person)));
        self.appointments.extend(appointment.filter(|known| !self.appointments.contains(known)));
    }
}

/// By what somebody is found.
#[derive(Clone)]
pub enum Clue {
    /// A whole e-mail address.
    Address(String),
    /// The reference of an appointment.
    Reference(String),
    /// A key that seals their data.
    Person(SubjectId),
    /// Their account.
    Account(AccountId),
}

/// What somebody objects to (Art. 21 GDPR).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objection {
    /// SMS about their appointments.
    Sms,
    /// Reminders in the calendar entries that they get.
    Reminders,
    /// Being counted in the statistics of use.
    Analysis,
}

impl Objection {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sms, Self::Reminders, Self::Analysis];
}

/// What an erasure leaves to do, told by whoever erased.
#[derive(Debug, Clone, Default)]
pub struct Erased {
    /// Keys that were destroyed.
    pub people: Vec<SubjectId>,
    /// Mailboxes of offices that have mails about an appointment, and its reference.
    pub mailboxes: Vec<(String, String)>,
}

/// Keeps data of people, and lets go of them.
#[async_trait::async_trait]
pub trait PersonalData: Send + Sync {
    /// Adds what is known here of whoever the clue leads to.
    async fn find(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        clue: &Clue,
        who: &mut DataSubject,
    ) -> Result<(), Fault>;

    /// Everybody of whom anything is kept here. For the comparison with the ledger of erasures after a restore.
    async fn everybody(&self, _ctx: &Ctx, _tx: &TenantTx) -> Result<Vec<SubjectId>, Fault> {
        Ok(Vec::new())
    }

    /// Adds everything that is kept here.
    async fn export(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        who: &DataSubject,
        into: &mut Content,
    ) -> Result<(), Fault>;

    /// Adds what is kept outside of the database. Called when no transaction is open.
    async fn export_outside(
        &self,
        _ctx: &Ctx,
        _who: &DataSubject,
        _into: &mut Content,
    ) -> Result<(), Fault> {
        Ok(())
    }

    /// Erases everything, in the order in which the inventory says it. Again, it changes nothing.
    async fn erase(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        town: &Municipality,
        who: &DataSubject,
    ) -> Result<Erased, Fault>;

    /// Erases what is kept outside of the database. Called after the commit; what it misses ends by itself.
    async fn erase_outside(&self, _ctx: &Ctx, _who: &DataSubject) {}

    /// How much is left outside of the database of somebody who was erased. Called when no transaction is open.
    async fn left_outside(&self, _ctx: &Ctx, _who: &DataSubject) -> Result<u64, Fault> {
        Ok(0)
    }

    /// Restricts (Art. 18 GDPR), or lifts the restriction.
    async fn restrict(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        who: &DataSubject,
        since: Option<DateTime<Utc>>,
    ) -> Result<(), Fault>;

    /// Keeps an objection with what is kept here (Art. 21 GDPR), or takes it back.
    async fn object(
        &self,
        _ctx: &Ctx,
        _tx: &TenantTx,
        _who: &DataSubject,
        _to: Objection,
        _since: Option<DateTime<Utc>>,
    ) -> Result<(), Fault> {
        Ok(())
    }
}

/// Whom a mail about data goes to. Has no `Debug`: it is personal data.
#[derive(Clone)]
pub struct Addressee {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Their address.
    pub email: String,
    /// Their language.
    pub locale: Locale,
}

/// Writes mails about data. The text is made when they are sent; what it mentions is sealed until then.
#[async_trait::async_trait]
pub trait Correspondence: Send + Sync {
    /// Writes one, in the transaction of what it tells. `facts` are names and values of what the text mentions.
    async fn write(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        to: &Addressee,
        telling: Telling,
        facts: &[(&str, String)],
    ) -> Result<(), Fault>;

    /// Who decides about requests here.
    async fn deciders(&self, ctx: &Ctx, tx: &TenantTx) -> Result<Vec<Addressee>, Fault>;
}

/// Whether the actor may have to do with somebody's data as a whole: their own, as whoever decides about requests, or
/// when a backup was restored.
pub fn permit(ctx: &Ctx) -> Result<(), Fault> {
    let allowed = [Action::OwnData, Action::RecordPrivacyRequests, Action::RunJobs];
    if allowed.into_iter().any(|action| policy::allows(ctx.actor(), action)) {
        return Ok(());
    }
    Err(Fault::Refused("policy".to_owned()))
}
