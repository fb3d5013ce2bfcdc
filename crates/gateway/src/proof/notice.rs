//! Looks at what the notice says of the municipality.

use super::{Probe, Seen};

/// Name, address and e-mail address of the controller are there.
pub(super) fn controller(probe: &Probe<'_>) -> Seen {
    let controller = &probe.town.controller;
    let parts = [
        ("Name", &controller.name),
        ("Straße", &controller.street),
        ("Postleitzahl", &controller.postal_code),
        ("Ort", &controller.city),
        ("E-Mail-Adresse", &controller.email),
    ];
    let missing: Vec<&str> =
        parts.iter().filter(|(_, value)| value.trim().is_empty()).map(|(part, _)| *part).collect();
    if missing.is_empty() {
        Seen::new(true, format!("{}, mit Anschrift und E-Mail-Adresse", controller.name))
    } else {
        Seen::new(false, format!("es fehlt: {}", missing.join(", ")))
    }
}
