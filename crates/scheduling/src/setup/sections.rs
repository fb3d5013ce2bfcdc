//! What the file's sections look like in the database, so that the audit trail can say which of them an application has
//! changed.

use db::{Fault, TenantTx, audit};

/// The tables of each section.
const SECTIONS: [(&str, &[&str]); 3] = [
    ("services", &["service"]),
    ("locations", &["location", "counter", "counter_service", "contingent"]),
    ("hours", &["opening_rule", "opening_exception", "closure"]),
];

/// A fingerprint of each section as it is now.
pub async fn sections(tx: &TenantTx) -> Result<Vec<(String, String)>, Fault> {
    let mut found = Vec::new();
    for (section, tables) in SECTIONS {
        let mut prints = String::new();
        for table in tables {
            prints += &audit::fingerprint(tx, table).await?;
        }
        found.push((section.to_owned(), prints));
    }
    Ok(found)
}
