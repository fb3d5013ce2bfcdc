//! What of accounts, codes, sign-ins and access keys ends, and since when. For how long each is kept says the retention
//! schedule (crate `privacy`).

use db::retention::{Expiring, Rows};
use kernel::retention::Category;

use crate::citizens::{EndedCodes, UnusedAccounts};

/// Everything of this crate that ends.
pub fn expiring() -> Vec<Box<dyn Expiring>> {
    let rows = |category, table, since| Rows { category, table, since, only: "true" };
    vec![
        Box::new(EndedCodes),
        Box::new(UnusedAccounts),
        Box::new(rows(Category::SignInAddress, "sign_in_address", "at")),
        Box::new(rows(Category::SignIn, "sign_in", "at")),
        Box::new(rows(Category::AccessKey, "access_key", "LEAST(expires_at, revoked_at)")),
    ]
}
