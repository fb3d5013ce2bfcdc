//! Roles in forms: a box for the whole municipality, and one for each location where the role has places.

use kernel::{Grant, Grants, LocationId, Role};
use scheduling::Catalogue;

use crate::{fields::Fields, page::Page};

/// The name of the boxes.
const FIELD: &str = "rolle";

/// A role with its boxes.
#[derive(Debug, Clone)]
pub(crate) struct RoleChoice {
    pub name: String,
    /// What people with it do.
    pub does: String,
    pub boxes: Vec<RoleBox>,
}

/// A box of a role.
#[derive(Debug, Clone)]
pub(crate) struct RoleBox {
    pub id: String,
    pub value: String,
    pub label: String,
    pub checked: bool,
}

/// All roles with what is chosen.
pub(crate) fn choices(page: &Page, catalogue: &Catalogue, chosen: &Grants) -> Vec<RoleChoice> {
    let one = |role: &Role| {
        let mut places = vec![(None, page.t("staff-everywhere"))];
        if role.has_places() {
            places.extend(
                catalogue
                    .locations
                    .iter()
                    .map(|place| (Some(place.id), place.name.get(page.locale).to_owned())),
            );
        }
        let boxes = places.into_iter().map(|(location, label)| {
            let grant = Grant { role: *role, location };
            RoleBox {
                id: format!("rolle-{}", value(grant).replace('@', "-")),
                value: value(grant),
                label,
                checked: chosen.iter().any(|has| has == grant),
            }
        });
        RoleChoice {
            name: role_name(page, *role),
            does: page.t(format!("staff-role-{}-does", role.name())),
            boxes: boxes.collect(),
        }
    };
    Role::ALL.iter().map(one).collect()
}

/// What was chosen. What no form of ours offers is left out; the use case checks the rest.
pub(super) fn read(fields: &Fields) -> Grants {
    let one = |text: &str| {
        let (role, place) = text.split_once('@').unwrap_or((text, ""));
        let location = if place.is_empty() { None } else { Some(LocationId::parse(place)?) };
        Some(Grant { role: Role::from_name(role)?, location })
    };
    fields.all(FIELD).filter_map(one).collect()
}

/// The roles of somebody, in words.
pub(super) fn in_words(page: &Page, catalogue: &Catalogue, grants: &Grants) -> Vec<String> {
    let one = |grant: Grant| {
        let role = role_name(page, grant.role);
        match grant.location {
            Some(id) => {
                let place = catalogue.location_ever(id);
                format!("{role} – {}", place.map_or("", |place| place.name.get(page.locale)))
            }
            None => role,
        }
    };
    grants.iter().map(one).collect()
}

fn role_name(page: &Page, role: Role) -> String {
    page.t(format!("staff-role-{}", role.name()))
}

fn value(grant: Grant) -> String {
    match grant.location {
        Some(location) => format!("{}@{location}", grant.role.name()),
        None => grant.role.name().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn what_is_offered_is_what_is_read() {
        let page = Page::new(&samples::visit(), "/");
        let catalogue = samples::catalogue();
        let place = catalogue.locations[0].id;
        let chosen = Grants::from_iter([
            Grant { role: Role::Clerk, location: Some(place) },
            Grant { role: Role::TenantAdministrator, location: None },
        ]);
        let choices = choices(&page, &catalogue, &chosen);
        assert_eq!(choices.len(), Role::ALL.len());
        let boxes = choices.iter().flat_map(|choice| &choice.boxes).filter(|one| one.checked);
        let form: Vec<String> = boxes.map(|one| format!("rolle={}", one.value)).collect();
        assert_eq!(read(&Fields::parse(form.join("&").as_bytes())), chosen);
        assert!(read(&Fields::parse(b"rolle=king&rolle=clerk@x&rolle=")).is_empty());
        assert_eq!(in_words(&page, &catalogue, &chosen).len(), 2);
    }
}
