//! How long everything is kept, how far deletion has come, and its receipts.

use async_graphql::{
    Context, ID, Object, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};
use kernel::retention::Category;
use privacy::retention::{
    self, SCHEDULE,
    receipts::{self, Receipt, Verdict},
};

use super::{
    errors::ApiError,
    reading::Reading,
    scalars::{DateTime, page_size},
};

/// How long a kind of data is kept.
#[derive(Debug, SimpleObject)]
pub(crate) struct RetentionRule {
    /// The kind of data: `appointment`, `access-log`.
    category: String,
    /// What the period begins with: `end`, `cancellation`, `expiry`, `collection`, `sending`, `last-use`,
    /// `year-of-answer`.
    trigger: String,
    /// The municipality's period.
    period: RetentionPeriod,
    /// The longest period that it may choose; the same as the period where nobody chooses.
    cap: RetentionPeriod,
    /// The key in the municipality's file, where it chooses.
    setting: Option<String>,
    /// When the kind of data was last gone through; null for what expires by itself.
    ran_at: Option<DateTime>,
    /// For how many seconds the oldest should have been deleted by now; 0 when nothing is overdue.
    overdue_seconds: i64,
}

/// A period.
#[derive(Debug, SimpleObject)]
pub(crate) struct RetentionPeriod {
    /// How many.
    number: u32,
    /// Of what: `minutes`, `hours`, `days`, `months`.
    unit: String,
}

impl From<retention::Period> for RetentionPeriod {
    fn from(period: retention::Period) -> Self {
        let (number, unit) = period.parts();
        Self { number, unit: unit.to_owned() }
    }
}

/// A signed statement of what was deleted.
#[derive(Debug, SimpleObject)]
pub(crate) struct DeletionReceipt {
    /// Counts from 1 without gaps.
    number: i64,
    /// From when on.
    from: DateTime,
    /// Until when.
    to: DateTime,
    /// How much of what went.
    counts: Vec<DeletedCount>,
    /// The words that are signed.
    signed: String,
    /// The signature over them (Ed25519), in hexadecimal digits.
    signature: String,
}

/// How much of a kind of data went.
#[derive(Debug, SimpleObject)]
pub(crate) struct DeletedCount {
    /// The kind of data.
    category: String,
    /// How much.
    rows: u64,
}

impl DeletionReceipt {
    fn new(receipt: &Receipt, reading: &Reading) -> Self {
        let zone = reading.visit().town.zone();
        let counts = receipt.counts.iter();
        Self {
            number: receipt.number,
            from: DateTime::local(receipt.from, zone),
            to: DateTime::local(receipt.to, zone),
            counts: counts
                .map(|(category, rows)| DeletedCount { category: category.clone(), rows: *rows })
                .collect(),
            signed: receipt.words(reading.visit().ctx.tenant()),
            signature: receipt.signature(),
        }
    }
}

/// What a look at all receipts found.
#[derive(Debug, SimpleObject)]
pub(crate) struct DeletionReceiptVerdict {
    /// Whether none is missing and none was changed.
    is_sound: bool,
    /// How many there are, when it is sound.
    receipts: Option<u64>,
    /// The first that is wrong or missing, when it is not.
    broken_at: Option<i64>,
    /// The installation's public key (Ed25519), in hexadecimal digits: receipts can be checked elsewhere with it.
    public_key: String,
}

/// What was found when it was looked, about a day after each erasure at somebody's wish, whether anything is left of them.
#[derive(Debug, SimpleObject)]
pub(crate) struct ErasureChecks {
    /// Erasures of the last twelve months that were looked at.
    checked: i64,
    /// Those of which something was still there at the last look.
    with_remains: i64,
    /// When the last look was.
    last_at: Option<DateTime>,
}

#[derive(Debug, Default)]
pub(crate) struct DeletionQuery;

#[Object]
impl DeletionQuery {
    /// How long each kind of data is kept, and how far its deletion has come. For the data-protection officer and the
    /// tenant administrator.
    #[graphql(complexity = "50 + child_complexity")]
    async fn retention_schedule(&self, ctx: &Context<'_>) -> Result<Vec<RetentionRule>, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        let states = retention::states(&visit.ctx, reading.tx().await?).await?;
        let of = |category: Category| states.iter().find(|state| state.category == category);
        let (now, zone) = (visit.ctx.now(), visit.town.zone());
        let rules = SCHEDULE.iter().map(|rule| {
            let state = of(rule.category);
            RetentionRule {
                category: rule.category.key().to_owned(),
                trigger: rule.trigger.key().to_owned(),
                period: rule.period(&visit.town.settings.retention).into(),
                cap: rule.cap.into(),
                setting: rule.setting.map(|setting| setting.key.to_owned()),
                ran_at: state.map(|state| DateTime::local(state.ran_at, zone)),
                overdue_seconds: state.map_or(0, |state| state.overdue(now).num_seconds()),
            }
        });
        Ok(rules.collect())
    }

    /// Receipts of deletion, the newest first; at most 50 at a time. For the data-protection officer and the tenant
    /// administrator.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn deletion_receipts(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20)] first: u32,
        after: Option<ID>,
    ) -> Result<Connection<String, DeletionReceipt, EmptyFields, EmptyFields>, ApiError> {
        let most = page_size(first)?;
        let reading = Reading::of(ctx);
        let before: Option<i64> = match &after {
            Some(after) => Some(after.parse().map_err(|_| ApiError::not_found())?),
            None => None,
        };
        let (acting, tx) = (&reading.visit().ctx, reading.tx().await?);
        let found = receipts::list(acting, tx, before, u64::from(first) + 1).await?;
        let mut connection = Connection::new(after.is_some(), found.len() > most);
        connection.edges.extend(found.iter().take(most).map(|receipt| {
            Edge::new(receipt.number.to_string(), DeletionReceipt::new(receipt, reading))
        }));
        Ok(connection)
    }

    /// Whether erasures at people's wish have left anything. For the data-protection officer and the tenant administrator.
    #[graphql(complexity = "20 + child_complexity")]
    async fn erasure_checks(&self, ctx: &Context<'_>) -> Result<ErasureChecks, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        let found = retention::erasure_checks(&visit.ctx, reading.tx().await?).await?;
        Ok(ErasureChecks {
            checked: found.checked,
            with_remains: found.with_remains,
            last_at: found.last_at.map(|at| DateTime::local(at, visit.town.zone())),
        })
    }

    /// Whether the receipts of deletion are complete and unchanged. Reads all of them. For the data-protection officer and
    /// the tenant administrator.
    #[graphql(complexity = "100 + child_complexity")]
    async fn deletion_receipt_verdict(
        &self,
        ctx: &Context<'_>,
    ) -> Result<DeletionReceiptVerdict, ApiError> {
        let reading = Reading::of(ctx);
        let tx = reading.tx().await?;
        let verdict = receipts::verify(&reading.visit().ctx, tx).await?;
        let public_key = db::signature::hex(&tx.public_key());
        let (receipts, broken_at) = match verdict {
            Verdict::Sound { receipts } => (Some(receipts), None),
            Verdict::Broken { number } => (None, Some(number)),
        };
        let is_sound = broken_at.is_none();
        Ok(DeletionReceiptVerdict { is_sound, receipts, broken_at, public_key })
    }
}
