//! Requests about data that the office works on.

use async_graphql::{
    Context, Enum, ID, InputObject, Object, SimpleObject,
    connection::{Connection, Edge, EmptyFields},
};
use kernel::PrivacyRequestId;
use privacy::{
    RightsError,
    requests::{self, Applicant, Decision, Light, NewRequest, RequestKind, RequestState, Way},
};

use super::{
    errors::ApiError,
    reading::Reading,
    scalars::{Date, DateTime, page_size},
};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "RequestKind")]
pub(crate) enum PrivacyRequestKind {
    /// Art. 15 GDPR: what is kept.
    Access,
    /// Art. 20: the same, to take along.
    Portability,
    /// Art. 16: what is wrong is put right.
    Rectification,
    /// Art. 17: it goes.
    Erasure,
    /// Art. 18: it stays, and nobody works with it.
    Restriction,
    /// Art. 21: no SMS.
    Objection,
}

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "RequestState")]
pub(crate) enum PrivacyRequestState {
    /// It waits for the decision.
    Open,
    /// The data are restricted.
    Restricted,
    /// The person was told that the restriction ends.
    Lifting,
    /// It was carried out.
    Done,
    /// It was refused, with reasons.
    Refused,
}

/// How a request came in, or how it was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Way")]
pub(crate) enum PrivacyRequestWay {
    /// By the person on the pages.
    Own,
    /// By mail.
    Mail,
    /// By letter.
    Letter,
    /// By phone.
    Phone,
    /// In person.
    Counter,
}

/// How urgent a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Light")]
pub(crate) enum PrivacyRequestLight {
    /// There is time.
    Green,
    /// It is due soon.
    Yellow,
    /// It is overdue.
    Red,
}

/// A request about somebody's data (Art. 15 to 21 GDPR).
#[derive(Debug, SimpleObject)]
pub(crate) struct PrivacyRequest {
    /// Names it.
    id: ID,
    /// What people say on the phone.
    reference: String,
    /// What is asked for.
    kind: PrivacyRequestKind,
    /// How far it is.
    state: PrivacyRequestState,
    /// How it came in.
    channel: PrivacyRequestWay,
    /// When it came in.
    received_on: Date,
    /// When it is answered at the latest, the extension included.
    due_on: Date,
    /// Why that was extended.
    extension_reason: Option<String>,
    /// Why it was refused.
    refusal_reason: Option<String>,
    /// When a restriction is looked at again: 90 days after it was decided or kept.
    review_on: Option<Date>,
    /// How urgent it is; null when it waits for nothing.
    light: Option<PrivacyRequestLight>,
    /// When it was answered.
    answered_at: Option<DateTime>,
    /// How.
    answered_by: Option<PrivacyRequestWay>,
    /// How many appointments it is about; null after the answer.
    appointments: Option<usize>,
    /// Whether it is about an account too; null after the answer.
    has_account: Option<bool>,
}

impl PrivacyRequest {
    fn new(request: &requests::PrivacyRequest, reading: &Reading) -> Self {
        let town = &reading.visit().town;
        let today = scheduling::today(&reading.visit().ctx, town);
        Self {
            id: ID(request.id.to_string()),
            reference: request.reference.clone(),
            kind: request.kind.into(),
            state: request.state.into(),
            channel: request.channel.into(),
            received_on: Date(request.received_on),
            due_on: Date(request.last_day()),
            extension_reason: request.extension_reason.clone(),
            refusal_reason: request.refusal_reason.clone(),
            review_on: request.review_on.map(Date),
            light: request.light(today).map(Into::into),
            answered_at: request.answered_at.map(|at| DateTime::local(at, town.zone())),
            answered_by: request.answered_by.map(Into::into),
            appointments: request.about.as_ref().map(|about| about.appointments.len()),
            has_account: request.about.as_ref().map(|about| about.account.is_some()),
        }
    }
}

/// The request after what was done.
#[derive(Debug, SimpleObject)]
pub(crate) struct PrivacyRequestPayload {
    /// The request.
    request: PrivacyRequest,
}

/// A request that came by letter, phone, mail or in person.
#[derive(InputObject)]
pub(crate) struct RecordPrivacyRequestInput {
    /// What is asked for.
    kind: PrivacyRequestKind,
    /// How it came in.
    channel: PrivacyRequestWay,
    /// When it came in.
    received_on: Date,
    /// First name of who asks.
    first_name: String,
    /// Last name of who asks.
    last_name: String,
    /// Where the answer goes, and by which the data are found.
    email: Option<String>,
    /// The reference of an appointment, by which the data are found.
    appointment: Option<String>,
}

/// A request, and why.
#[derive(InputObject)]
pub(crate) struct PrivacyRequestReasonInput {
    /// The request.
    id: ID,
    /// Why, 10 to 500 characters. The person is told; it is kept for three years: name nobody.
    reason: String,
}

/// A request that is carried out.
#[derive(InputObject)]
pub(crate) struct AnswerPrivacyRequestInput {
    /// The request.
    id: ID,
    /// How the person gets the answer.
    way: PrivacyRequestWay,
}

/// A request.
#[derive(InputObject)]
pub(crate) struct PrivacyRequestInput {
    /// The request.
    id: ID,
}

fn read_id(id: &ID) -> Result<PrivacyRequestId, ApiError> {
    PrivacyRequestId::parse(id).ok_or_else(ApiError::not_found)
}

#[derive(Debug, Default)]
pub(crate) struct PrivacyRequestsQuery;

#[Object]
impl PrivacyRequestsQuery {
    /// Requests about data: those that wait, by their last day, or those that are answered, the latest first; at most 50
    /// at a time. For the data-protection officer and the tenant administrator.
    #[graphql(complexity = "10 * (1 + child_complexity)")]
    async fn privacy_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = true)] open: bool,
        #[graphql(default = 20)] first: u32,
        after: Option<ID>,
    ) -> Result<Connection<String, PrivacyRequest, EmptyFields, EmptyFields>, ApiError> {
        let most = page_size(first)?;
        let reading = Reading::of(ctx);
        let skipped: u64 = match &after {
            Some(after) => after.parse().map_err(|_| ApiError::not_found())?,
            None => 0,
        };
        let (acting, tx) = (&reading.visit().ctx, reading.tx().await?);
        let found = requests::list(acting, tx, open, skipped, u64::from(first) + 1).await?;
        let mut connection = Connection::new(skipped > 0, found.len() > most);
        connection.edges.extend(
            found
                .iter()
                .take(most)
                .zip(skipped + 1..)
                .map(|(one, at)| Edge::new(at.to_string(), PrivacyRequest::new(one, reading))),
        );
        Ok(connection)
    }
}

#[derive(Debug, Default)]
pub(crate) struct PrivacyRequestsMutation;

#[Object]
impl PrivacyRequestsMutation {
    /// Takes down a request that came by letter, phone, mail or in person. For everybody of the office.
    async fn record_privacy_request(
        &self,
        ctx: &Context<'_>,
        input: RecordPrivacyRequestInput,
    ) -> Result<PrivacyRequestPayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        let new = NewRequest {
            kind: input.kind.into(),
            channel: input.channel.into(),
            received_on: input.received_on.0,
            applicant: Applicant {
                first_name: input.first_name,
                last_name: input.last_name,
                email: input.email,
                locale: kernel::Locale::De,
            },
            appointment: input.appointment,
        };
        let tx = reading.begin().await?;
        let request =
            requests::record(&visit.ctx, &tx, &visit.town, reading.rights(), &new).await?;
        tx.commit().await?;
        Ok(PrivacyRequestPayload { request: PrivacyRequest::new(&request, reading) })
    }

    /// Gives a request two months more. For the data-protection officer and the tenant administrator.
    async fn extend_privacy_request(
        &self,
        ctx: &Context<'_>,
        input: PrivacyRequestReasonInput,
    ) -> Result<PrivacyRequestPayload, ApiError> {
        decide(Reading::of(ctx), &input.id, Decision::Extend(input.reason)).await
    }

    /// Refuses a request. For the data-protection officer and the tenant administrator.
    async fn refuse_privacy_request(
        &self,
        ctx: &Context<'_>,
        input: PrivacyRequestReasonInput,
    ) -> Result<PrivacyRequestPayload, ApiError> {
        decide(Reading::of(ctx), &input.id, Decision::Refuse(input.reason)).await
    }

    /// Carries a request out: erases, restricts, stops SMS; or notes that the copy was handed over. For the
    /// data-protection officer and the tenant administrator.
    async fn answer_privacy_request(
        &self,
        ctx: &Context<'_>,
        input: AnswerPrivacyRequestInput,
    ) -> Result<PrivacyRequestPayload, ApiError> {
        decide(Reading::of(ctx), &input.id, Decision::CarryOut(input.way.into())).await
    }

    /// Tells the person that the restriction of their data ends; three days later it does. For the data-protection officer
    /// and the tenant administrator.
    async fn lift_restriction(
        &self,
        ctx: &Context<'_>,
        input: PrivacyRequestInput,
    ) -> Result<PrivacyRequestPayload, ApiError> {
        decide(Reading::of(ctx), &input.id, Decision::Lift).await
    }

    /// Keeps a restriction that was looked at again, for a reason that is written into the audit trail. For the data-protection
    /// officer and the tenant administrator.
    async fn keep_restriction(
        &self,
        ctx: &Context<'_>,
        input: PrivacyRequestReasonInput,
    ) -> Result<PrivacyRequestPayload, ApiError> {
        decide(Reading::of(ctx), &input.id, Decision::Keep(input.reason)).await
    }
}

async fn decide(
    reading: &Reading,
    id: &ID,
    decision: Decision,
) -> Result<PrivacyRequestPayload, ApiError> {
    let (visit, rights) = (reading.visit(), reading.rights());
    let tx = reading.begin().await?;
    // who may not is told so, whatever they have named
    visit
        .ctx
        .authorize(kernel::policy::Action::DecidePrivacyRequests)
        .map_err(RightsError::from)?;
    let id = read_id(id)?;
    let before = requests::one(&visit.ctx, &tx, id).await?;
    requests::decide(&visit.ctx, &tx, &visit.town, rights, id, &decision).await?;
    let request = requests::one(&visit.ctx, &tx, id).await?;
    tx.commit().await?;
    if before.kind == RequestKind::Erasure && matches!(decision, Decision::CarryOut(_)) {
        rights.erase_outside(&visit.ctx, &before.about.unwrap_or_default().subject()).await;
    }
    Ok(PrivacyRequestPayload { request: PrivacyRequest::new(&request, reading) })
}
