//! The span of an API request's operation: what kind it is and which fields of the schema it begins with. Clients choose names,
//! aliases and values freely, so none of these is repeated; a name that the schema knows is.

use std::sync::Arc;

use async_graphql::{
    Response, ServerResult, Variables,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextParseQuery, NextRequest},
    parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection},
};
use tracing::{Instrument, Span, field::Empty};

/// The extension that traces.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traced;

impl ExtensionFactory for Traced {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for Traced {
    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let span = tracing::info_span!(
            target: kernel::TRACE,
            "graphql",
            graphql.operation.type = Empty,
            graphql.operation.name = Empty,
            stadttermin.graphql.fields = Empty,
        );
        next.run(ctx).instrument(span).await
    }

    async fn parse_query(
        &self,
        ctx: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        let document = next.run(ctx, query, variables).await?;
        // still the span of the request: nothing else is entered in between
        let span = Span::current();
        if !span.is_disabled() {
            note(&span, &document, |kind, field| is_known(ctx, kind, field));
        }
        Ok(document)
    }
}

fn note(span: &Span, document: &ExecutableDocument, known: impl Fn(OperationType, &str) -> bool) {
    let mut operations = document.operations.iter();
    let (Some((name, operation)), None) = (operations.next(), operations.next()) else { return };
    let kind = operation.node.ty;
    let word = match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    };
    span.record("graphql.operation.type", word);
    let fields = roots(&operation.node, |field| known(kind, field));
    span.record("stadttermin.graphql.fields", fields.join(" "));
    if let Some(name) = name.filter(|name| known(kind, &as_field(name))) {
        span.record("graphql.operation.name", name.as_str());
    }
}

/// The fields that the operation begins with, as the schema calls them, each once.
fn roots(operation: &OperationDefinition, known: impl Fn(&str) -> bool) -> Vec<&str> {
    let mut found = Vec::new();
    for selection in &operation.selection_set.node.items {
        if let Selection::Field(field) = &selection.node {
            let name = field.node.name.node.as_str();
            if known(name) && !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

/// `BookAppointment` and `bookAppointment` alike: clients like to name an operation after its field.
fn as_field(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn is_known(ctx: &ExtensionContext<'_>, kind: OperationType, field: &str) -> bool {
    let registry = &ctx.schema_env.registry;
    let root = match kind {
        OperationType::Query => Some(&registry.query_type),
        OperationType::Mutation => registry.mutation_type.as_ref(),
        OperationType::Subscription => None,
    };
    root.and_then(|name| registry.types.get(name))
        .is_some_and(|root| root.field_by_name(field).is_some())
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn fields(query: &str) -> Vec<String> {
        let document = parse_query(query).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let known = |name: &str| ["services", "viewer"].contains(&name);
        roots(&operation.node, known).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn only_words_of_the_schema_are_repeated() {
        assert_eq!(
            fields("query Erika { Erika: services { id } viewer { signedIn } }"),
            ["services", "viewer"]
        );
        assert_eq!(fields("{ a: services { id } b: services { id } erika { id } }"), ["services"]);
        assert_eq!(as_field("BookAppointment"), "bookAppointment");
    }
}
