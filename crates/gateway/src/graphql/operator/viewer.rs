//! Who is signed in at the operator's.

use async_graphql::{Context, Object, SimpleObject};
use identity::AccountKind;

use crate::graphql::{
    reading::{ApiCaller, Reading},
    viewer::Scope,
};

/// Who is signed in, if anyone.
#[derive(Debug, SimpleObject)]
pub(crate) struct OperatorViewer {
    /// Whether somebody of the operator's is signed in, or the request shows a valid access key.
    signed_in: bool,
    /// Their name.
    name: Option<String>,
    /// What the access key is for.
    key_name: Option<String>,
    /// What the access key allows.
    scopes: Vec<Scope>,
}

#[derive(Debug, Default)]
pub(crate) struct OperatorViewerQuery;

#[Object]
impl OperatorViewerQuery {
    /// Who is signed in, if anyone.
    async fn viewer(&self, ctx: &Context<'_>) -> OperatorViewer {
        let ApiCaller { key, account, .. } = Reading::of(ctx).caller();
        let staff = account.as_ref().filter(|account| account.kind == AccountKind::Staff);
        OperatorViewer {
            signed_in: key.is_some() || staff.is_some(),
            name: staff.map(|account| {
                format!("{} {}", account.profile.first_name, account.profile.last_name)
            }),
            key_name: key.as_ref().map(|key| key.name.clone()),
            scopes: key.iter().flat_map(|key| key.scopes.iter().map(Scope::from)).collect(),
        }
    }
}
