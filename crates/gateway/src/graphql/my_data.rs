//! What is kept about oneself: of whoever is signed in, of whoever has an appointment's token, and of whoever has a code
//! from a mail.

use async_graphql::{Context, Enum, InputObject, Json, Object, SimpleObject};
use identity::{AccountError, Limit, Whereabouts};
use kernel::{
    Ctx,
    my_data::MyData,
    policy::{self, Action},
};
use privacy::{Rights, requests::RequestKind};
use tenant::personal_data::{Clue, DataSubject, Objection};

use super::{errors::ApiError, reading::Reading};

/// A copy of everything that is kept about somebody (Art. 15 and 20 GDPR).
#[derive(SimpleObject)]
pub(crate) struct MyDataDocument {
    /// The document, in the form that the schema describes.
    data: Json<serde_json::Value>,
    /// The address of its JSON Schema.
    schema: String,
}

impl MyDataDocument {
    fn new(copy: &MyData) -> Self {
        Self { schema: copy.schema.clone(), data: Json(value(copy)) }
    }
}

/// The document as JSON.
pub(super) fn value(copy: &MyData) -> serde_json::Value {
    serde_json::to_value(copy).unwrap_or_default()
}

/// How a guest shows that data are theirs. Without: whoever is signed in.
#[derive(Default, InputObject)]
pub(crate) struct OwnDataInput {
    /// The token of an appointment: it stands for this appointment's person.
    manage_token: Option<String>,
    /// A code from `requestMyDataCode`: it stands for everything that is kept for the address. It opens once.
    code: Option<String>,
}

/// To which address a code goes.
#[derive(InputObject)]
pub(crate) struct RequestMyDataCodeInput {
    /// The address.
    email: String,
}

/// A code was written, whether or not anything is kept.
#[derive(Debug, SimpleObject)]
pub(crate) struct RequestMyDataCodePayload {
    /// Always true.
    accepted: bool,
}

/// What shall be done with one's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum DataChoice {
    /// They are kept, and nobody works with them (Art. 18 GDPR).
    Restrict,
    /// They are used again.
    Lift,
    /// No SMS any more (Art. 21 GDPR).
    StopSms,
    /// SMS again.
    AllowSms,
    /// No reminders in calendar entries any more (Art. 21 GDPR).
    StopReminders,
    /// Reminders again.
    AllowReminders,
    /// Not counted in the statistics of use any more (Art. 21 GDPR). Kept with the person; pages that are open in a browser hear
    /// of it when its person signs in or opens the appointment there.
    StopAnalysis,
    /// Counted again.
    AllowAnalysis,
}

impl DataChoice {
    /// What it objects to, and whether it does or takes it back; nothing where it restricts.
    fn objection(self) -> Option<(Objection, bool)> {
        Some(match self {
            Self::Restrict | Self::Lift => return None,
            Self::StopSms => (Objection::Sms, true),
            Self::AllowSms => (Objection::Sms, false),
            Self::StopReminders => (Objection::Reminders, true),
            Self::AllowReminders => (Objection::Reminders, false),
            Self::StopAnalysis => (Objection::Analysis, true),
            Self::AllowAnalysis => (Objection::Analysis, false),
        })
    }
}

/// What shall be done, and by whom it is asked.
#[derive(InputObject)]
pub(crate) struct ChooseForMyDataInput {
    /// What.
    choice: DataChoice,
    /// The token of an appointment.
    manage_token: Option<String>,
    /// A code from `requestMyDataCode`.
    code: Option<String>,
}

/// It was done.
#[derive(Debug, SimpleObject)]
pub(crate) struct ChooseForMyDataPayload {
    /// What was chosen.
    choice: DataChoice,
}

/// Whose data.
pub(super) struct Whose {
    pub(super) ctx: Ctx,
    pub(super) who: DataSubject,
}

impl Reading {
    /// Whose data the proof stands for. A code is used up.
    pub(super) async fn whose(
        &self,
        manage_token: Option<&str>,
        code: Option<&str>,
    ) -> Result<Whose, ApiError> {
        self.take(Limit::Manage).await?;
        let visit = self.visit();
        let ctx = visit.ctx.clone();
        // a token is no secret to learn about: who may not use it hears what a wrong one would say
        if manage_token.is_some() && !policy::allows(ctx.actor(), Action::OwnData) {
            return Err(scheduling::Error::NotFound.into());
        }
        ctx.authorize(Action::OwnData).map_err(scheduling::Error::from)?;
        if let Some(token) = manage_token {
            let tx = self.begin().await?;
            let who = scheduling::subject_of(&ctx, &tx, token).await?;
            tx.commit().await?;
            return Ok(Whose { ctx, who });
        }
        let clue = if let Some(code) = code {
            let whence = Whereabouts { client: &visit.client, address: visit.address };
            Clue::Address(self.identity().redeem_data_code(&ctx, whence, code).await?)
        } else {
            Clue::Account(self.citizen()?.id)
        };
        let tx = self.begin().await?;
        let who = self.rights().find(&ctx, &tx, &[clue]).await?;
        tx.commit().await?;
        Ok(Whose { ctx, who })
    }

    /// The copy.
    pub(super) async fn copy(&self, whose: &Whose) -> Result<MyData, ApiError> {
        let (town, base) = (&self.visit().town, self.base_url());
        Ok(self.rights().copy(&whose.ctx, self.db(), town, &whose.who, &base).await?)
    }

    /// Erases, and writes down that somebody has asked for it.
    pub(super) async fn erase(&self, whose: &Whose) -> Result<(), ApiError> {
        let town = &self.visit().town;
        Ok(self.rights().erase(&whose.ctx, self.db(), town, &whose.who).await?)
    }

    /// The account alone: its appointments stay.
    pub(super) fn account_alone(&self) -> Result<Whose, ApiError> {
        let who = Rights::account_alone(self.citizen()?.id);
        Ok(Whose { ctx: self.visit().ctx.clone(), who })
    }

    /// Writes down that somebody has taken their copy along.
    pub(super) async fn note_copy(&self, whose: &Whose) -> Result<(), ApiError> {
        let (town, kind) = (&self.visit().town, RequestKind::Portability);
        Ok(self.rights().note_copy(&whose.ctx, self.db(), town, kind).await?)
    }
}

#[derive(Debug, Default)]
pub(crate) struct MyDataQuery;

#[Object]
impl MyDataQuery {
    /// Everything that is kept about whoever is signed in, or about the person of an appointment.
    #[graphql(complexity = "100 + child_complexity")]
    async fn my_data(
        &self,
        ctx: &Context<'_>,
        manage_token: Option<String>,
    ) -> Result<MyDataDocument, ApiError> {
        let reading = Reading::of(ctx);
        let whose = reading.whose(manage_token.as_deref(), None).await?;
        Ok(MyDataDocument::new(&reading.copy(&whose).await?))
    }
}

#[derive(Debug, Default)]
pub(crate) struct MyDataMutation;

#[Object]
impl MyDataMutation {
    /// Sends a code with which whoever reads the mail sees what is kept for its address. The same answer for every address.
    async fn request_my_data_code(
        &self,
        ctx: &Context<'_>,
        input: RequestMyDataCodeInput,
    ) -> Result<RequestMyDataCodePayload, ApiError> {
        let reading = Reading::of(ctx);
        let visit = reading.visit();
        if !notify::can_mail(&visit.town) {
            return Err(AccountError::Conflict("accounts-need-mail").into());
        }
        let typed = portal::PersonInput {
            first_name: "-".to_owned(),
            last_name: "-".to_owned(),
            email: input.email.clone(),
            phone: None,
        };
        let problems = portal::check_person(&visit.ctx, &visit.town, &typed).err();
        if let Some(problem) = problems.iter().flatten().find(|problem| problem.field == "email") {
            let (field, key) = (Some("email"), problem.reason);
            return Err(ApiError::BadInput { field, key, limit: problem.limit });
        }
        let (attempt, locale) = (reading.attempt(&input.email), visit.ctx.locale());
        reading.identity().request_data_code(&visit.ctx, attempt, locale).await?;
        Ok(RequestMyDataCodePayload { accepted: true })
    }

    /// Restricts the use of one's data, objects to SMS, reminders or being counted, or takes it back.
    async fn choose_for_my_data(
        &self,
        ctx: &Context<'_>,
        input: ChooseForMyDataInput,
    ) -> Result<ChooseForMyDataPayload, ApiError> {
        let reading = Reading::of(ctx);
        let whose = reading.whose(input.manage_token.as_deref(), input.code.as_deref()).await?;
        let (rights, db, town) = (reading.rights(), reading.db(), &reading.visit().town);
        let (acting, who) = (&whose.ctx, &whose.who);
        if let Some(objection) = input.choice.objection() {
            rights.object(acting, db, town, who, objection).await?;
        } else {
            let restricts = input.choice == DataChoice::Restrict;
            rights.restrict(acting, db, town, who, restricts).await?;
        }
        Ok(ChooseForMyDataPayload { choice: input.choice })
    }
}

impl OwnDataInput {
    /// Whose data.
    pub(super) async fn whose(&self, reading: &Reading) -> Result<Whose, ApiError> {
        reading.whose(self.manage_token.as_deref(), self.code.as_deref()).await
    }
}
