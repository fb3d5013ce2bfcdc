//! What a visit is for, as it stands in addresses: `anliegen=personalausweis:2&anliegen=reisepass:1`.

use kernel::ServiceId;
use scheduling::{Catalogue, Item};
use serde::{Deserialize, Serialize};

use crate::fields::Fields;

/// Services that one visit may have; the use case has the last word.
const MOST: usize = 10;

/// Keys of services with the number of persons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Selection(pub Vec<(String, u32)>);

impl Selection {
    /// Reads `anliegen=key:n`, or `anliegen=key` with `anzahl.key=n` as the start page's form sends it. Services
    /// that do not exist (any more) are left out, numbers are brought into range: links live long.
    pub fn read(fields: &Fields, catalogue: &Catalogue) -> Self {
        let mut chosen: Vec<(String, u32)> = Vec::new();
        for value in fields.all("anliegen") {
            let (key, number) = match value.rsplit_once(':') {
                Some((key, number)) => (key, number.trim()),
                None => (value, fields.one(&format!("anzahl.{value}"))),
            };
            let Some(service) = catalogue.service_by_key(key.trim()) else { continue };
            if chosen.len() < MOST && !chosen.iter().any(|(known, _)| *known == service.key) {
                let number = number.parse().unwrap_or(1).clamp(1, service.max_quantity.max(1));
                chosen.push((service.key.clone(), number));
            }
        }
        Self(chosen)
    }

    /// The selection of a visit that exists.
    pub fn of(items: &[Item], catalogue: &Catalogue) -> Self {
        let known = items.iter().filter_map(|item| {
            catalogue.service(item.service).map(|service| (service.key.clone(), item.quantity))
        });
        Self(known.collect())
    }

    /// Whether nothing is chosen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many persons the service is chosen for.
    pub fn quantity(&self, key: &str) -> Option<u32> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, number)| *number)
    }

    /// The visit.
    pub fn items(&self, catalogue: &Catalogue) -> Vec<Item> {
        let known = self.0.iter().filter_map(|(key, quantity)| {
            let service = catalogue.service_by_key(key)?.id;
            Some(Item { service, quantity: *quantity })
        });
        known.collect()
    }

    /// The ids of the services.
    pub fn services(&self, catalogue: &Catalogue) -> Vec<ServiceId> {
        self.items(catalogue).iter().map(|item| item.service).collect()
    }

    /// The values of the hidden fields of a form.
    pub fn values(&self) -> Vec<String> {
        self.0.iter().map(|(key, number)| format!("{key}:{number}")).collect()
    }

    /// The address of a page for this selection. `more` adds fields; empty values are left out.
    pub fn address(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for value in self.values() {
            query.append_pair("anliegen", &value);
        }
        for (name, value) in more.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        let query = query.finish().replace("%3A", ":");
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn read(query: &str) -> Vec<(String, u32)> {
        Selection::read(&Fields::parse(query.as_bytes()), &samples::catalogue()).0
    }

    #[test]
    fn the_form_and_the_address_mean_the_same() {
        let wanted = vec![("personalausweis".to_owned(), 2), ("reisepass".to_owned(), 1)];
        assert_eq!(read("anliegen=personalausweis:2&anliegen=reisepass:1"), wanted);
        assert_eq!(
            read("anliegen=personalausweis&anzahl.personalausweis=2&anliegen=reisepass&anzahl.x=9"),
            wanted
        );
    }

    #[test]
    fn garbage_is_left_out_and_numbers_are_brought_into_range() {
        assert_eq!(read("anliegen=&anliegen=:&anliegen=nix:3&anliegen=%00"), vec![]);
        let one = |number| vec![("personalausweis".to_owned(), number)];
        assert_eq!(read("anliegen=personalausweis:-3"), one(1));
        assert_eq!(read("anliegen=personalausweis:99999999999999"), one(1));
        assert_eq!(read("anliegen=personalausweis:99"), one(4));
        assert_eq!(read("anliegen=personalausweis:2&anliegen=personalausweis:3"), one(2));
    }

    #[test]
    fn an_address_reads_back() {
        let selection = Selection(vec![("personalausweis".to_owned(), 2)]);
        let address = selection.address("/termine", &[("ort", "alle"), ("tag", "")]);
        assert_eq!(address, "/termine?anliegen=personalausweis:2&ort=alle");
    }
}
