//! Looks at how old what is stored is: the schedule of deletion against the oldest row of each category.

use chrono::TimeDelta;
use db::retention::Expiring;
use kernel::retention::Category;
use privacy::retention::{self, Period, Rule, receipts};

use super::{Probe, Seen};

/// Statement 25: nothing is older than the municipality's own period, a round of housekeeping allowed.
pub(super) async fn within_periods(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let tx = probe.prover.db.begin(probe.ctx).await?;
    let receipts = receipts::verify(probe.ctx, &tx).await?;
    tx.commit().await?;
    if let receipts::Verdict::Broken { number } = receipts {
        return Ok(Seen::new(
            false,
            format!("ab Löschbeleg {number} fehlt etwas oder wurde geändert"),
        ));
    }
    let settings = &probe.town.settings.retention;
    look(probe, |rule| rule.period(settings)).await
}

/// Statement 26: the municipality's periods are within the longest allowed, and nothing is older than those.
pub(super) async fn within_caps(probe: &Probe<'_>) -> anyhow::Result<Seen> {
    let problems = retention::problems(&probe.town.settings.retention);
    if let Some(beyond) = problems.first() {
        return Ok(Seen::new(false, format!("{} liegt über der Höchstfrist", beyond.key)));
    }
    look(probe, |rule| rule.cap).await
}

async fn look(probe: &Probe<'_>, period: impl Fn(&Rule) -> Period) -> anyhow::Result<Seen> {
    let all: Vec<Box<dyn Expiring>> = crate::retention::expiring(probe.town);
    let mut latest: Option<(TimeDelta, Category)> = None;
    let tx = probe.prover.db.begin(probe.ctx).await?;
    for kind in &all {
        let category = kind.category();
        let Some(oldest) = kind.oldest(&tx, probe.ctx.now()).await? else { continue };
        let late = probe.ctx.now() - period(retention::rule(category)).after(oldest);
        if latest.is_none_or(|(most, _)| late > most) {
            latest = Some((late, category));
        }
    }
    tx.commit().await?;
    let Some((late, category)) = latest else {
        return Ok(Seen::new(true, "es ist nichts gespeichert, was eine Frist hat"));
    };
    let what = privacy::inventory::kind(category);
    Ok(if late > probe.prover.housekeeping_round() {
        Seen::new(false, format!("{what}: seit {} Stunden überfällig", late.num_hours()))
    } else {
        let hours = (-late).num_hours().max(0);
        let kinds = all.len();
        let evidence =
            format!("{kinds} Arten geprüft; als Nächstes fällig: {what}, in {hours} Stunden");
        Seen::new(true, evidence)
    })
}
