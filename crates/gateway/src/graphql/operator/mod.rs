//! The operator's API at `ops.<base domain>`: a schema of its own. It has counts and states of municipalities; nothing of it
//! leads to anybody's data.

mod condition;
mod keys;
mod manage;
mod tenants;
mod viewer;

use async_graphql::{EmptySubscription, MergedObject, Schema};

use self::{
    keys::KeyMutation,
    manage::{DomainMutation, TenantMutation},
    tenants::TenantQuery,
    viewer::OperatorViewerQuery,
};
use super::{limits::Limited, reading::Services, schema};

/// Reading how the platform's municipalities are.
#[derive(Debug, Default, MergedObject)]
pub(crate) struct Query(OperatorViewerQuery, TenantQuery);

/// The operator's deeds. One of these fields per request.
#[derive(Debug, Default, MergedObject)]
pub(crate) struct Mutation(TenantMutation, DomainMutation, KeyMutation);

/// The schema of the operator's host.
pub(crate) type OperatorApi = Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema over the services, with the limits of the municipalities' one.
pub(crate) fn build(services: &Services, introspection: bool) -> OperatorApi {
    let schema = Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .limit_complexity(schema::MOST_COMPLEX)
        .limit_directives(schema::MOST_DIRECTIVES)
        .limit_recursive_depth(schema::DEEPEST_NESTING)
        .disable_suggestions()
        .extension(Limited)
        .data(services.clone());
    if introspection { schema.finish() } else { schema.disable_introspection().finish() }
}

/// The schema definition, in an order that does not depend on the code's.
pub fn sdl() -> String {
    let schema = Schema::build(Query::default(), Mutation::default(), EmptySubscription).finish();
    schema.sdl_with_options(schema::sorted())
}
