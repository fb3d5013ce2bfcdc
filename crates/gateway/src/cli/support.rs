//! The operator opens people's data only with the municipality's leave, or in an emergency that the municipality hears of.

use anyhow::{anyhow, bail};
use clap::Args;
use db::TenantTx;
use identity::{accounts::letters::NoticeKind, people};
use kernel::{Ctx, Locale, PublicError};
use privacy::{DutyError, support};

/// An emergency.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Emergency {
    /// Open people's data without the municipality's leave, and say why. It is written into the audit trail, and the
    /// municipality's administrators and its data-protection officer are told by mail. Name no people.
    #[arg(long, value_name = "REASON")]
    break_glass: Option<String>,
}

/// Uses the access that the municipality has given, or breaks the glass. In the transaction that opens the data: without its
/// commit nothing is noted, and nothing must have been shown.
pub(super) async fn open(
    ctx: &Ctx,
    tx: &TenantTx,
    deed: &str,
    emergency: &Emergency,
) -> anyhow::Result<()> {
    // the operator's own people are nobody else's
    if ctx.tenant().is_platform() || support::open(ctx, tx, deed).await? {
        return Ok(());
    }
    let Some(reason) = &emergency.break_glass else {
        bail!(
            "nobody at the municipality has given you access to people's data: an administrator can, at \
             /amt/datenschutz/betreiberzugriff; in an emergency say why with --break-glass"
        )
    };
    support::break_glass(ctx, tx, deed, reason).await.map_err(said)?;
    people::tell_officers(ctx, tx, NoticeKind::BreakGlass).await?;
    Ok(())
}

fn said(error: DutyError) -> anyhow::Error {
    match &error {
        DutyError::BadInput { .. } => anyhow!("--break-glass: {}", error.message(Locale::En)),
        _ => error.into(),
    }
}
