//! Which address is which page.

use std::sync::Arc;

use axum::{
    Router, middleware,
    response::Response,
    routing::{get, post},
};

use crate::{
    Portal, account, assets, caller, confirmation, details,
    error::{Failure, Refusal},
    hold, language, legal, manage, my_data, office,
    page::go,
    passkey, reserve, review, start, times,
};

/// The pages. Each request needs a [`crate::Visit`] among its extensions.
pub fn router(portal: Arc<Portal>) -> Router {
    let pages = pages().layer(middleware::from_fn_with_state(portal.clone(), caller::serve));
    // assets are the same for everybody: no session is opened for them
    Router::new().route("/assets/{file}", get(assets::file)).merge(pages.with_state(portal))
}

fn pages() -> Router<Arc<Portal>> {
    Router::new()
        .route("/", get(start::page))
        .route("/termine", get(times::page))
        .route("/reservieren", post(reserve::reserve).get(begin))
        .route("/verlaengern", post(hold::extend).get(begin))
        .route("/angaben", get(details::page).post(details::submit))
        .route("/pruefen", get(review::page))
        .route("/buchen", post(review::book).get(begin))
        .route("/bestaetigung", get(confirmation::page))
        .route(
            "/kalender/termin.ics",
            get(confirmation::calendar_file).post(confirmation::calendar_file_by_code),
        )
        .route("/termin", get(manage::enter).post(manage::submit_code))
        .route("/termin/ansicht", get(manage::page))
        .route("/termin/verschieben", get(manage::choose_time).post(manage::reschedule))
        .route("/termin/neu", post(manage::rebook).get(begin))
        .route("/termin/absagen", get(manage::ask_cancel).post(manage::cancel))
        .route("/datenschutz", get(legal::notice))
        .route("/datenschutz/zaehlen", post(legal::object).get(begin))
        .route("/impressum", get(legal::imprint))
        .route("/barrierefreiheit", get(legal::accessibility))
        .route("/amt", get(office::page))
        .route("/amt/anmelden", get(office::form).post(office::sign_in))
        .route("/amt/openid/beginn", post(office::openid::begin).get(begin))
        .route(
            "/amt/openid/rueckkehr",
            get(office::openid::returned).post(office::openid::complete),
        )
        .merge(municipalities())
        .merge(people_of_the_office())
        .merge(data_protection())
        .route("/amt/kalender", get(office::calendar::page))
        .route("/amt/kalender/schliessen", post(office::closing::close).get(begin))
        .route("/amt/kalender/schalter", get(office::week::page).post(office::week::submit))
        .route("/amt/kalender/aenderung", get(office::calendar::change))
        .route("/amt/kalender/veroeffentlichen", post(office::calendar::publish).get(begin))
        .route("/amt/kalender/rueckgaengig", post(office::calendar::undo).get(begin))
        .route("/amt/kalender/verwerfen", post(office::calendar::discard).get(begin))
        .route("/amt/kalender/aktualisieren", post(office::calendar::refresh).get(begin))
        .route("/amt/schluessel", get(office::keys::page).post(office::keys::create))
        .route(
            "/amt/schluessel/zurueckziehen",
            get(office::keys::ask_revoke).post(office::keys::revoke),
        )
        .route("/amt/anmeldungen", get(office::sign_ins::page))
        .route(
            "/amt/anmeldungen/adresse",
            get(office::sign_ins::ask_address).post(office::sign_ins::address),
        )
        .route("/amt/protokoll", get(office::trail::page))
        .route("/amt/protokoll/protokoll.csv", get(office::trail::file))
        .route("/amt/kalender/oeffnen", post(office::closing::reopen).get(begin))
        .route("/amt/tag", get(office::desk::day::page))
        .route("/amt/termin", get(office::desk::appointment::page))
        .route("/amt/termin/kontakt", post(office::desk::appointment::correct).get(begin))
        .route("/amt/termin/absagen", post(office::desk::appointment::cancel).get(begin))
        .route(
            "/amt/termin/verschieben",
            get(office::desk::moving::page).post(office::desk::moving::submit),
        )
        .route(
            "/amt/kunden",
            get(office::desk::customers::page).post(office::desk::customers::search),
        )
        .route("/amt/buchen", get(office::desk::booking::page).post(office::desk::booking::submit))
        .route("/amt/abmelden", post(office::sign_out).get(begin))
        .route("/konto/passkeys", get(passkey::citizens))
        .route("/amt/passkeys", get(passkey::office))
        .route("/passkey/anlegen/beginn", post(passkey::begin).get(begin))
        .route("/passkey/anlegen", post(passkey::finish).get(begin))
        .route("/passkey/anmelden/beginn", post(passkey::begin_sign_in).get(begin))
        .route("/passkey/anmelden", post(passkey::finish_sign_in).get(begin))
        .route("/passkey/umbenennen", post(passkey::rename).get(begin))
        .route("/passkey/loeschen", post(passkey::remove).get(begin))
        .merge(imports())
        .merge(my_data_pages())
        .merge(requests_about_data())
        .merge(account::pages())
        .route("/sprache", post(language::switch).get(begin))
        .route("/{file}", get(assets::own_file))
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
}

/// Taking over the calendar of another system.
fn imports() -> Router<Arc<Portal>> {
    use office::import;
    Router::new()
        .route("/amt/kalender/uebernahme", get(import::page).post(import::look))
        .route("/amt/kalender/uebernahme/ausfuehren", post(import::run).get(begin))
        .route("/amt/kalender/uebernahme/zuruecknehmen", post(import::undo).get(begin))
        .route("/amt/kalender/uebernahme/vorlage.csv", get(import::template))
}

/// What guests do with what is kept about them.
fn my_data_pages() -> Router<Arc<Portal>> {
    use my_data::{acts, code, schema, show, start};
    Router::new()
        .route("/datenschutz/meine-daten", get(code::enter).post(code::request))
        .route("/datenschutz/meine-daten/code", get(code::page).post(code::submit))
        .route("/datenschutz/meine-daten/ansicht", get(show::guest))
        .route("/datenschutz/meine-daten/mitnehmen", post(acts::take_guest).get(start))
        .route(
            "/datenschutz/meine-daten/loeschen",
            get(acts::ask_erase_guest).post(acts::erase_guest),
        )
        .route("/datenschutz/meine-daten/einschraenken", post(acts::restrict_guest).get(start))
        .route("/datenschutz/meine-daten/sms", post(acts::sms_guest).get(start))
        .route("/datenschutz/meine-daten/widerspruch", post(acts::object_guest).get(start))
        .route("/schemas/my-data.schema.json", get(schema))
}

/// What the office does with requests about data.
fn requests_about_data() -> Router<Arc<Portal>> {
    use office::requests;
    Router::new()
        .route("/amt/datenschutz/anfragen", get(requests::page))
        .route("/amt/datenschutz/anfragen/neu", get(requests::ask).post(requests::record))
        .route("/amt/datenschutz/anfragen/anfrage", get(requests::one).post(requests::decide))
        .route("/amt/datenschutz/anfragen/kopie", post(requests::copy).get(begin))
}

/// What the operator does with municipalities, on its own host.
fn municipalities() -> Router<Arc<Portal>> {
    use office::{municipalities, municipality, municipality_new};
    Router::new()
        .route("/amt/kommunen", get(municipalities::page))
        .route("/amt/kommunen/neu", get(municipality_new::page).post(municipality_new::create))
        .route("/amt/kommunen/kommune", get(municipality::page).post(municipality::change))
        .route("/amt/kommunen/grenze", post(municipality::limit).get(begin))
        .route("/amt/kommunen/domain", post(municipality::domain).get(begin))
        .route(
            "/amt/kommunen/aussetzen",
            get(municipality::ask_suspend).post(municipality::suspend),
        )
        .route("/amt/kommunen/oeffnen", post(municipality::resume).get(begin))
}

/// How people of the office get in, their own account, and the list of all of them.
fn people_of_the_office() -> Router<Arc<Portal>> {
    use office::{again, own, own_app, people, person, second_factor, set_up};
    Router::new()
        .route("/amt/anmelden/code", get(second_factor::page).post(second_factor::submit))
        .route("/amt/anmelden/weiter", get(again::page).post(again::discard))
        .route("/amt/code", get(set_up::enter).post(set_up::submit_code))
        .route("/amt/einrichten", get(set_up::page).post(set_up::submit_password))
        .route("/amt/einrichten/app", post(set_up::submit_app).get(begin))
        .route("/amt/konto", get(own::page))
        .route("/amt/konto/passwort", post(own::change_password).get(begin))
        .route("/amt/konto/app", get(own_app::page).post(own_app::begin))
        .route("/amt/konto/app/fertig", post(own_app::finish).get(begin))
        .route("/amt/konto/neue-codes", post(own_app::new_codes).get(begin))
        .route("/amt/konto/codes", get(set_up::codes).post(set_up::noted))
        .route("/amt/konto/sitzung", post(own::end_session).get(begin))
        .route("/amt/konto/ueberall-abmelden", post(own::sign_out_everywhere).get(begin))
        .route("/amt/personen", get(people::page).post(people::invite))
        .route("/amt/personen/person", get(person::page).post(person::submit))
}

/// What whoever looks after data protection sees and does.
fn data_protection() -> Router<Arc<Portal>> {
    use office::{deletion, evidence, incidents, recipients, record, statistics, support};
    Router::new()
        .route("/amt/datenschutz/loeschung", get(deletion::page))
        .route("/amt/datenschutz/loeschung/belege.csv", get(deletion::file))
        .route("/amt/statistik", get(statistics::page))
        .route("/amt/datenschutz/vorfaelle", get(incidents::page))
        .route("/amt/datenschutz/vorfaelle/vorfall", get(incidents::one).post(incidents::submit))
        .route("/amt/datenschutz/betreiberzugriff", get(support::page).post(support::grant))
        .route("/amt/datenschutz/betreiberzugriff/zurueckziehen", post(support::revoke).get(begin))
        .route("/amt/datenschutz/empfaenger", get(recipients::page).post(recipients::decide))
        .route("/amt/datenschutz/verzeichnis", get(record::page))
        .route("/amt/datenschutz/verzeichnis/verzeichnis.csv", get(record::file))
        .route("/amt/datenschutz/nachweis", get(evidence::page))
        .route("/amt/datenschutz/nachweis/nachweis.json", get(evidence::file))
}

/// A form's address opened by hand, or again after its session has ended: there is nothing to show.
async fn begin() -> Response {
    go("/")
}

async fn nothing() -> Failure {
    Refusal::NotFound.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_pages_want_the_same_address() {
        // axum panics when they do
        let _ = Router::new().route("/assets/{file}", get(assets::file)).merge(pages());
    }
}
