//! Looks at what keeps others out.

use db::self_check::Refusal;

use super::{Probe, Seen};

/// The database keeps municipalities apart.
pub(super) async fn isolation(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    match probe.prover.db.self_check().await {
        Ok(()) => Ok(Seen::new(
            true,
            "Zeilenschutz auf allen Tabellen erzwungen; die Rolle des Programms kann ihn nicht umgehen",
        )),
        Err(Refusal::NotIsolated(reasons)) => Ok(Seen::new(false, reasons.join("; "))),
        Err(Refusal::Fault(fault)) => Err(fault.into()),
    }
}
