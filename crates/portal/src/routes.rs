//! Which address is which page.

use std::sync::Arc;

use axum::{
    Router, middleware,
    response::Response,
    routing::{get, post},
};

use crate::{
    Portal, assets, caller, confirmation, details,
    error::{Failure, Refusal},
    hold, language, legal, manage, office,
    page::go,
    reserve, review, start, times,
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
        .route("/impressum", get(legal::imprint))
        .route("/barrierefreiheit", get(legal::accessibility))
        .route("/amt", get(office::page))
        .route("/amt/anmelden", get(office::form).post(office::sign_in))
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
        .route("/sprache", post(language::switch).get(begin))
        .route("/{file}", get(assets::own_file))
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
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
