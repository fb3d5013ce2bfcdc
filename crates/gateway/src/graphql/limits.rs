//! How much one request may ask for, counted before anything is validated or run.

use std::sync::Arc;

use async_graphql::{
    ServerError, ServerResult, Variables,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextParseQuery},
    parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet},
};

use super::errors::ApiError;

/// Fields that one query may begin with, aliases included.
const MOST_ROOT_FIELDS: usize = 10;
/// How deep fields may be nested. Questions about the schema itself are deeper by nature and do not count.
const DEEPEST: usize = 8;
/// Selections that are looked at in all: fragments can multiply without end.
const MOST_SELECTIONS: usize = 2_000;

/// The extension that counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limited;

impl ExtensionFactory for Limited {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for Limited {
    async fn parse_query(
        &self,
        ctx: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        let document = next.run(ctx, query, variables).await?;
        if is_modest(&document) {
            Ok(document)
        } else {
            let error = async_graphql::Error::from(ApiError::too_large());
            Err(ServerError { source: error.source, ..ServerError::new(error.message, None) })
        }
    }
}

fn is_modest(document: &ExecutableDocument) -> bool {
    document.operations.iter().all(|(_, operation)| {
        let most = match operation.node.ty {
            OperationType::Mutation => 1,
            OperationType::Query | OperationType::Subscription => MOST_ROOT_FIELDS,
        };
        let mut walk = Walk { document, seen: 0, fragments: Vec::new() };
        walk.count(&operation.node.selection_set.node, 0)
            .is_some_and(|root_fields| root_fields <= most)
    })
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    seen: usize,
    fragments: Vec<&'a str>,
}

impl<'a> Walk<'a> {
    /// The fields of this level; `None` when a limit is passed.
    fn count(&mut self, set: &'a SelectionSet, depth: usize) -> Option<usize> {
        let mut fields = 0;
        for item in &set.items {
            self.seen += 1;
            if self.seen > MOST_SELECTIONS {
                return None;
            }
            match &item.node {
                Selection::Field(field) => {
                    fields += 1;
                    let inner = &field.node.selection_set.node;
                    if depth == 0 && matches!(field.node.name.node.as_str(), "__schema" | "__type")
                    {
                        continue;
                    }
                    if depth + 1 > DEEPEST {
                        return None;
                    }
                    self.count(inner, depth + 1)?;
                }
                Selection::InlineFragment(fragment) => {
                    fields += self.count(&fragment.node.selection_set.node, depth)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    // A circle is refused by the validation that follows.
                    if self.fragments.contains(&name) {
                        continue;
                    }
                    if let Some(fragment) = self.document.fragments.get(name) {
                        self.fragments.push(name);
                        fields += self.count(&fragment.node.selection_set.node, depth)?;
                        self.fragments.pop();
                    }
                }
            }
        }
        Some(fields)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn modest(query: &str) -> bool {
        is_modest(&parse_query(query).unwrap())
    }

    #[test]
    fn one_change_per_request() {
        assert!(modest("mutation { a }"));
        assert!(!modest("mutation { a: x b: x }"));
        assert!(!modest("mutation { ...F ... { b } } fragment F on Mutation { a }"));
        assert!(!modest("query A { a } mutation B { a b }"));
    }

    #[test]
    fn ten_fields_and_eight_levels_per_question() {
        let fields = |count: usize| {
            format!(
                "{{ {} }}",
                (0..count).map(|i| format!("a{i}: x")).collect::<Vec<_>>().join(" ")
            )
        };
        assert!(modest(&fields(10)));
        assert!(!modest(&fields(11)));
        let nested = |depth: usize| format!("{}{}", "{ a ".repeat(depth), "}".repeat(depth));
        assert!(modest(&nested(8)));
        assert!(!modest(&nested(9)));
        assert!(modest(&format!("{{ __schema {} }}", nested(15))));
    }

    #[test]
    fn fragments_cannot_multiply_without_end() {
        let mut query = String::from("{ ...F0 }");
        for i in 0..20 {
            query += &format!(" fragment F{i} on Query {{ ...F{0} ...F{0} }}", i + 1);
        }
        query += " fragment F20 on Query { a }";
        assert!(!modest(&query));
        assert!(modest("{ ...A } fragment A on Query { ...A }"));
    }
}
