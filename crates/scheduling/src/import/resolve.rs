//! What the words of a file mean here.

use db::TenantTx;
use kernel::{
    CounterId, Locale, LocalizedText, LocationId,
    policy::{self, Action, Reach},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Work;
use crate::{
    Error, Item, Location,
    model::import::{Entry, Wrong, columns::plain},
    store::offer::counter,
};

/// The names of this municipality, as far as whoever imports reaches.
pub(crate) struct Names<'a> {
    work: Work<'a>,
    reach: Reach,
    counters: Vec<counter::Model>,
}

impl<'a> Names<'a> {
    pub(crate) async fn read(work: Work<'a>, tx: &TenantTx) -> Result<Self, Error> {
        let counters = counter::Entity::find()
            .filter(counter::Column::TenantId.eq(tx.tenant().uuid()))
            .filter(counter::Column::Active.eq(true))
            .all(tx)
            .await?;
        let reach = policy::reach(work.ctx.actor(), Action::ImportCalendar);
        Ok(Self { work, reach, counters })
    }

    /// Where an entry belongs. What lies elsewhere is not there for whoever imports.
    pub(crate) fn location(&self, entry: &Entry) -> Result<LocationId, Wrong> {
        let all = &self.work.catalogue.locations;
        let named = match &entry.location {
            // a calendar says where in words of its own; that it is meant for a location is said beside it
            Some(word) => all.iter().find(|place| is_called(word, &place.key, &place.name)),
            None => None,
        };
        let usual = self.work.command.location.and_then(|id| self.work.catalogue.location(id));
        let only = all.first().filter(|_| all.len() == 1);
        let found = named.or(usual).or_else(|| only.filter(|_| entry.location.is_none()));
        let id = found.map(|place: &Location| place.id).ok_or(Wrong::new("import-location"))?;
        if self.reach.includes(id) { Ok(id) } else { Err(Wrong::new("import-location")) }
    }

    /// The counter of an entry, where one is named.
    pub(crate) fn counter(
        &self,
        entry: &Entry,
        location: LocationId,
    ) -> Result<Option<CounterId>, Wrong> {
        let here = self.counters.iter().filter(|row| row.location_id == location.uuid());
        let unknown = Wrong::new("import-counter");
        match (&entry.counter, self.work.command.counter) {
            (Some(word), _) => {
                let wanted = plain(word);
                let mut named = here
                    .filter(|row| [&row.key, &row.name].iter().any(|name| plain(name) == wanted));
                named.next().map(|row| Some(row.id.into())).ok_or(unknown)
            }
            (None, Some(id)) => {
                let mut named = here.filter(|row| row.id == id.uuid());
                named.next().map(|row| Some(row.id.into())).ok_or(unknown)
            }
            (None, None) => Ok(None),
        }
    }

    /// All counters of a location.
    pub(crate) fn counters_at(&self, location: LocationId) -> Vec<CounterId> {
        let here = self.counters.iter().filter(|row| row.location_id == location.uuid());
        here.map(|row| row.id.into()).collect()
    }

    /// What the person comes for.
    pub(crate) fn items(&self, entry: &Entry) -> Result<Vec<Item>, Wrong> {
        let catalogue = self.work.catalogue;
        let known = |word: &String| {
            catalogue.services.iter().find(|one| is_called(word, &one.key, &one.name))
        };
        let service = match (&entry.service, self.work.command.service) {
            (Some(word), _) => known(word),
            (None, Some(id)) => catalogue.service(id),
            (None, None) => None,
        };
        let service = service.ok_or(Wrong::new("import-service"))?;
        Ok(vec![Item { service: service.id, quantity: entry.persons }])
    }

    /// The language of the person's messages.
    pub(crate) fn locale(&self, entry: &Entry) -> Result<Locale, Wrong> {
        let Some(word) = &entry.language else { return Ok(self.work.command.locale) };
        let known = match plain(word).as_str() {
            "de" | "deutsch" | "german" | "dede" => Some(Locale::De),
            "en" | "englisch" | "english" | "engb" | "enus" => Some(Locale::En),
            _ => None,
        };
        let offered = known.filter(|locale| self.work.town.locales().contains(locale));
        offered.ok_or(Wrong::new("import-language"))
    }
}

fn is_called(word: &str, key: &str, name: &LocalizedText) -> bool {
    let wanted = plain(word);
    !wanted.is_empty() && (plain(key) == wanted || name.all().any(|name| plain(name) == wanted))
}
