//! For the data-protection officer: the record of processing activities and the proof of the notice.

use ::privacy::{proof, record};
use async_graphql::{Context, Enum, Object, SimpleObject};
use kernel::policy::Action;

use super::{
    errors::ApiError,
    reading::Reading,
    scalars::{Date, DateTime},
};

/// Whom one can write to.
#[derive(Debug, SimpleObject)]
pub(crate) struct RecordedParty {
    /// Its name.
    name: String,
    /// Street, postcode and town; empty where only an address for mails is known.
    address: String,
    /// E-mail address and telephone.
    contact: String,
}

/// The record of processing activities (Art. 30(1) GDPR). Its words are German.
#[derive(Debug, SimpleObject)]
pub(crate) struct RecordOfProcessing {
    /// The controller.
    controller: RecordedParty,
    /// Its data-protection officer.
    data_protection_officer: Option<RecordedParty>,
    /// What is done, purpose by purpose.
    activities: Vec<ProcessingActivity>,
    /// Who gets data, under which contract.
    recipients: Vec<RecordedRecipient>,
    /// What protects the data (Art. 32 GDPR).
    measures: Vec<String>,
}

/// What is done for one purpose.
#[derive(Debug, SimpleObject)]
pub(crate) struct ProcessingActivity {
    /// The purpose.
    purpose: String,
    /// What allows it.
    legal_basis: String,
    /// Whose data it is about.
    data_subjects: Vec<String>,
    /// The data.
    data: Vec<ProcessedData>,
}

/// Data of one kind.
#[derive(Debug, SimpleObject)]
pub(crate) struct ProcessedData {
    /// What kind of data it is.
    category: String,
    /// What it holds.
    content: String,
    /// Whose it is.
    data_subject: String,
    /// Where it is kept.
    store: String,
    /// Who gets it.
    recipients: String,
    /// How long it is kept.
    period: String,
    /// What the period counts from.
    period_begins: String,
    /// Whether it is encrypted under the person's own key.
    is_sealed: bool,
}

/// A recipient and its contract (Art. 28 GDPR).
#[derive(Debug, SimpleObject)]
pub(crate) struct RecordedRecipient {
    /// What it does.
    role: String,
    /// Company and address.
    name: String,
    /// The date of the contract.
    contract_on: Date,
}

/// Whether a statement of the notice holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "proof::Verdict")]
pub(crate) enum ProofVerdict {
    /// It is so.
    Holds,
    /// It is not so.
    Violated,
    /// It cannot be seen from here; the evidence says why.
    Unchecked,
}

/// What a look at the running service has shown about the notice.
#[derive(Debug, SimpleObject)]
pub(crate) struct PrivacyProof {
    /// When it was looked at.
    at: DateTime,
    /// The version of the notice that was in force.
    notice_version: i32,
    /// Statement by statement.
    findings: Vec<ProofFinding>,
}

/// A statement of the notice and what was seen of it. Its words are German.
#[derive(Debug, SimpleObject)]
pub(crate) struct ProofFinding {
    /// The statement's number.
    number: i32,
    /// The section of the notice.
    section: i32,
    /// What the notice says.
    statement: String,
    /// Whether it holds.
    verdict: ProofVerdict,
    /// What was seen.
    evidence: String,
}

impl From<record::Party> for RecordedParty {
    fn from(party: record::Party) -> Self {
        let record::Party { name, address, contact } = party;
        Self { name, address, contact }
    }
}

impl From<record::Record> for RecordOfProcessing {
    fn from(record: record::Record) -> Self {
        let recipient = |recipient: record::RecordedRecipient| RecordedRecipient {
            role: recipient.role.to_owned(),
            name: recipient.name,
            contract_on: Date(recipient.contract_on),
        };
        Self {
            controller: record.controller.into(),
            data_protection_officer: record.officer.map(Into::into),
            activities: record.activities.into_iter().map(Into::into).collect(),
            recipients: record.recipients.into_iter().map(recipient).collect(),
            measures: record.measures.iter().map(|measure| (*measure).to_owned()).collect(),
        }
    }
}

impl From<record::Activity> for ProcessingActivity {
    fn from(activity: record::Activity) -> Self {
        Self {
            purpose: activity.purpose.to_owned(),
            legal_basis: activity.basis,
            data_subjects: activity.people.into_iter().map(str::to_owned).collect(),
            data: activity.data.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<record::RecordedData> for ProcessedData {
    fn from(data: record::RecordedData) -> Self {
        Self {
            category: data.category.to_owned(),
            content: data.holds.to_owned(),
            data_subject: data.whose.to_owned(),
            store: data.store.to_owned(),
            recipients: data.recipients,
            period: data.period,
            period_begins: data.begins.to_owned(),
            is_sealed: data.sealed,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct RecordQuery;

#[Object]
impl RecordQuery {
    /// The record of processing activities (Art. 30 GDPR), made from the settings and the program. For the
    /// data-protection officer and the tenant administrator.
    #[graphql(complexity = "20 + child_complexity")]
    #[expect(clippy::unused_async, reason = "resolvers are async by contract")]
    async fn record_of_processing(
        &self,
        ctx: &Context<'_>,
    ) -> Result<RecordOfProcessing, ApiError> {
        let visit = Reading::of(ctx).visit();
        Ok(record::record(&visit.ctx, &visit.town, &portal::data_map())?.into())
    }

    /// What the latest look at the running service has shown about the notice; null when nobody has looked yet. For the
    /// data-protection officer and the tenant administrator.
    #[graphql(complexity = "10 + child_complexity")]
    async fn privacy_proof(&self, ctx: &Context<'_>) -> Result<Option<PrivacyProof>, ApiError> {
        let reading = Reading::of(ctx);
        let acting = &reading.visit().ctx;
        acting.authorize(Action::ReadRecord)?;
        let Some(report) = proof::latest(acting, reading.tx().await?).await? else {
            return Ok(None);
        };
        let findings = report.findings.iter().filter_map(|finding| {
            let statement = finding.of()?;
            Some(ProofFinding {
                number: statement.number.into(),
                section: statement.section.into(),
                statement: statement.says.to_owned(),
                verdict: finding.verdict.into(),
                evidence: finding.evidence.clone(),
            })
        });
        Ok(Some(PrivacyProof {
            at: DateTime::local(report.at, reading.visit().town.zone()),
            notice_version: report.notice_version,
            findings: findings.collect(),
        }))
    }
}
