//! The office's people at single locations, in pages and in the API.

use kernel::{Grant, Grants, LocationId, Role};
use serde_json::{Value, json};

use crate::{Answer, Browser, TestApp, Town, booking::Slot};

impl TestApp {
    /// The id of the location with this German name.
    pub async fn location(&self, town: &Town, name: &str) -> String {
        let found = self.graphql(town, "{ locations { id name } }", json!({})).await;
        let found = found.data("locations");
        let mut places = found.as_array().into_iter().flatten();
        let place = places.find(|place| place["name"] == name);
        place.unwrap_or_else(|| panic!("no {name} in {found}"))["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    }

    /// A browser of somebody with a role at one location.
    pub async fn at_location(&self, town: &Town, role: Role, location: &str) -> Browser<'_> {
        let location = LocationId::parse(location);
        assert!(location.is_some(), "an id");
        self.office_browser(town, Grants::from_iter([Grant { role, location }])).await
    }

    /// Asks GraphQL with the session of a browser.
    pub async fn graphql_in(&self, browser: &Browser<'_>, query: &str, variables: Value) -> Answer {
        let cookie = format!("sid={}", browser.cookies["sid"]);
        let origin = format!("http://{}", browser.host);
        let headers = [("cookie", cookie.as_str()), ("origin", origin.as_str())];
        self.graphql_at(&browser.host, query, variables, &headers).await
    }

    /// The free times of a service on a day at a location.
    pub async fn free_at(
        &self,
        town: &Town,
        service: &str,
        location: &str,
        day: &str,
    ) -> Vec<Slot> {
        let service = self.service(town, service).await;
        let mut slots = self.slots(town, &service, day, day).await;
        slots.retain(|slot| slot.location == location);
        assert!(!slots.is_empty(), "{day} has free times");
        slots
    }
}
