//! The municipality, its controller, and who else receives data.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};

use super::{reading::Reading, scalars::Locale};

/// The municipality of this host.
#[derive(Debug, SimpleObject)]
pub(crate) struct Municipality {
    /// Opaque.
    id: ID,
    /// Its subdomain.
    slug: String,
    /// Its name.
    name: String,
    /// IANA name of the zone of its wall clocks.
    time_zone: String,
    /// The languages that it offers, German first.
    locales: Vec<Locale>,
    /// Who is responsible for the processing of personal data (Art. 4(7) GDPR).
    controller: Controller,
    /// Who processes personal data on its behalf (Art. 28 GDPR), in the order of the privacy notice.
    recipients: Vec<Recipient>,
    /// Where people can complain (Art. 77 GDPR).
    supervisory_authority: Authority,
}

/// Who is responsible for the processing of personal data.
#[derive(Debug, SimpleObject)]
pub(crate) struct Controller {
    /// Name of the authority.
    name: String,
    /// Street and number.
    street: String,
    /// Postcode.
    postal_code: String,
    /// Town.
    city: String,
    /// E-mail address.
    email: String,
}

/// A processor of personal data.
#[derive(Debug, SimpleObject)]
pub(crate) struct Recipient {
    /// What it does.
    role: RecipientRole,
    /// Company.
    name: String,
    /// Street and number.
    street: String,
    /// Postcode.
    postal_code: String,
    /// Town.
    city: String,
}

/// What a recipient does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "tenant::RecipientRole")]
pub(crate) enum RecipientRole {
    /// Runs this service.
    Operator,
    /// Hosts it.
    Hosting,
    /// Sends its SMS.
    Sms,
    /// Relays its mails.
    Email,
    /// Something else, said in the privacy notice.
    Other,
}

/// A data-protection supervisory authority.
#[derive(Debug, SimpleObject)]
pub(crate) struct Authority {
    /// Its name.
    name: String,
    /// Street and number.
    street: String,
    /// Postcode.
    postal_code: String,
    /// Town.
    city: String,
    /// E-mail address.
    email: String,
    /// Website.
    website: String,
}

impl From<&tenant::Municipality> for Municipality {
    fn from(town: &tenant::Municipality) -> Self {
        let recipients = town.recipients.iter().map(|recipient| Recipient {
            role: recipient.role.into(),
            name: recipient.name.clone(),
            street: recipient.street.clone(),
            postal_code: recipient.postal_code.clone(),
            city: recipient.city.clone(),
        });
        let authority = town.authority();
        Self {
            id: ID(town.id.to_string()),
            slug: town.slug.clone(),
            name: town.name.clone(),
            time_zone: town.zone().name().to_owned(),
            locales: town.locales().iter().copied().map(Locale::from).collect(),
            controller: Controller {
                name: town.controller.name.clone(),
                street: town.controller.street.clone(),
                postal_code: town.controller.postal_code.clone(),
                city: town.controller.city.clone(),
                email: town.controller.email.clone(),
            },
            recipients: recipients.collect(),
            supervisory_authority: Authority {
                name: authority.name.to_owned(),
                street: authority.street.to_owned(),
                postal_code: authority.postal_code.to_owned(),
                city: authority.city.to_owned(),
                email: authority.email.to_owned(),
                website: authority.website.to_owned(),
            },
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct MunicipalityQuery;

#[Object]
impl MunicipalityQuery {
    /// The municipality of this host.
    async fn municipality(&self, ctx: &Context<'_>) -> Municipality {
        Municipality::from(Reading::of(ctx).visit().town.as_ref())
    }
}
