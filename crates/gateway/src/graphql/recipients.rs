//! Announced changes of who gets people's data.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use identity::Limit;
use kernel::RecipientChangeId;
use privacy::recipients::{self, Change, Kind, Stage};

use super::{
    errors::ApiError,
    reading::Reading,
    scalars::{Date, DateTime},
};

/// What happens to a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub(crate) enum RecipientChangeKind {
    /// It begins to get data.
    Add,
    /// It gets none any more.
    Remove,
}

/// How far an announced change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Stage")]
pub(crate) enum RecipientChangeStage {
    /// It comes into force on its day.
    Coming,
    /// The municipality objects: it does not come into force.
    Objected,
    /// The operator took it back.
    Withdrawn,
    /// It is in force.
    InForce,
}

/// A recipient of personal data that is announced, or whose end is.
#[derive(Debug, SimpleObject)]
pub(crate) struct AnnouncedRecipient {
    /// What happens.
    kind: RecipientChangeKind,
    /// Company.
    name: String,
    /// Street and number.
    street: String,
    /// Postcode.
    postal_code: String,
    /// Town.
    city: String,
    /// What it gets data for, or why it ends.
    purpose: String,
    /// Where the data are processed.
    place: String,
    /// From which day on.
    effective_on: Date,
}

impl From<&Change> for AnnouncedRecipient {
    fn from(change: &Change) -> Self {
        let what = change.what.clone();
        Self {
            kind: what.kind.into(),
            name: what.name,
            street: what.street,
            postal_code: what.postal_code,
            city: what.city,
            purpose: what.purpose,
            place: what.place,
            effective_on: Date(what.effective_on),
        }
    }
}

/// An announced change, as the municipality sees it.
#[derive(Debug, SimpleObject)]
pub(crate) struct RecipientChange {
    /// Its id.
    id: ID,
    /// How far it is.
    stage: RecipientChangeStage,
    /// What is announced.
    recipient: AnnouncedRecipient,
    /// Date of the contract (Art. 28 GDPR).
    contract_on: Date,
    /// When it was announced.
    announced_at: DateTime,
    /// Why the municipality objects.
    objection: Option<String>,
    /// When it objected.
    objected_at: Option<DateTime>,
    /// When the announcement was taken back.
    withdrawn_at: Option<DateTime>,
    /// When it came into force.
    took_effect_at: Option<DateTime>,
}

impl RecipientChange {
    fn new(change: &Change, reading: &Reading) -> Self {
        let local = |at| DateTime::local(at, reading.visit().town.zone());
        Self {
            id: ID(change.id.to_string()),
            stage: change.stage().into(),
            recipient: change.into(),
            contract_on: Date(change.what.contract_on),
            announced_at: local(change.announced_at),
            objection: change.objection.as_ref().map(|objection| objection.reason.clone()),
            objected_at: change.objection.as_ref().map(|objection| local(objection.at)),
            withdrawn_at: change.withdrawn_at.map(local),
            took_effect_at: change.took_effect_at.map(local),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct RecipientsQuery;

#[Object]
impl RecipientsQuery {
    /// Who will get people's data soon, and who no longer, the next first. The privacy notice changes on that day.
    #[graphql(complexity = "10 + 2 * child_complexity")]
    async fn announced_recipients(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Vec<AnnouncedRecipient>, ApiError> {
        let reading = Reading::of(ctx);
        let found = recipients::coming(&reading.visit().ctx, reading.tx().await?).await?;
        Ok(found.iter().map(AnnouncedRecipient::from).collect())
    }

    /// All announced changes of recipients, the newest first, at most 200. For the data-protection officer and the tenant
    /// administrator.
    #[graphql(complexity = "10 + 5 * child_complexity")]
    async fn recipient_changes(&self, ctx: &Context<'_>) -> Result<Vec<RecipientChange>, ApiError> {
        let reading = Reading::of(ctx);
        let found = recipients::list(&reading.visit().ctx, reading.tx().await?).await?;
        Ok(found.iter().map(|change| RecipientChange::new(change, reading)).collect())
    }
}

/// Which change, and why not.
#[derive(InputObject)]
pub(crate) struct ObjectToRecipientInput {
    /// The change.
    id: ID,
    /// Why, 5 to 500 characters. The operator reads it.
    reason: String,
}

/// Which change.
#[derive(InputObject)]
pub(crate) struct AcceptRecipientInput {
    /// The change.
    id: ID,
}

/// The change after the decision.
#[derive(SimpleObject)]
pub(crate) struct RecipientChangePayload {
    /// It.
    change: RecipientChange,
}

fn change_id(id: &ID) -> Result<RecipientChangeId, ApiError> {
    RecipientChangeId::parse(id).ok_or_else(ApiError::not_found)
}

#[derive(Debug, Default)]
pub(crate) struct RecipientsMutation;

#[Object]
impl RecipientsMutation {
    /// Objects to an announced recipient, or to the end of one: it does not come into force while the objection stands. For
    /// the data-protection officer and the tenant administrator.
    async fn object_to_recipient(
        &self,
        ctx: &Context<'_>,
        input: ObjectToRecipientInput,
    ) -> Result<RecipientChangePayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let tx = reading.begin().await?;
        let id = change_id(&input.id)?;
        let made = recipients::object(&reading.visit().ctx, &tx, id, &input.reason).await?;
        tx.commit().await?;
        Ok(RecipientChangePayload { change: RecipientChange::new(&made, reading) })
    }

    /// Takes an objection back.
    async fn accept_recipient(
        &self,
        ctx: &Context<'_>,
        input: AcceptRecipientInput,
    ) -> Result<RecipientChangePayload, ApiError> {
        let reading = Reading::of(ctx);
        reading.take(Limit::Manage).await?;
        let tx = reading.begin().await?;
        let made = recipients::accept(&reading.visit().ctx, &tx, change_id(&input.id)?).await?;
        tx.commit().await?;
        Ok(RecipientChangePayload { change: RecipientChange::new(&made, reading) })
    }
}
