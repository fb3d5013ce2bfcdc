//! Files that are made from the code, so that they cannot disagree with it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use kernel::{ErrorCode, Locale, inventory::Entry, text};

use crate::{config, graphql};

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Where it belongs.
    pub path: PathBuf,
    /// What belongs there.
    pub content: String,
}

impl Generated {
    /// Whether the file on disk is the same.
    pub fn is_current(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|found| found == self.content)
    }

    /// Writes the file.
    pub fn write(&self) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.path, &self.content)
    }
}

/// All generated files of the project at `root`. The privacy page keeps its hand-written head.
pub fn generated(root: &Path) -> io::Result<Vec<Generated>> {
    let privacy = root.join("docs/privacy.md");
    let head = match fs::read_to_string(&privacy) {
        Ok(page) => page,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::from("# Privacy\n\n"),
        Err(error) => return Err(error),
    };
    Ok(vec![
        Generated { path: root.join("schema.graphql"), content: graphql::sdl() },
        Generated { path: root.join("schema-ops.graphql"), content: graphql::operator_sdl() },
        Generated { path: root.join("docs/errors.md"), content: errors() },
        Generated { path: root.join("docs/roles.md"), content: roles() },
        Generated { path: root.join("docs/configuration.md"), content: config::reference() },
        Generated { content: imports(root)?, path: root.join("docs/import.md") },
        Generated { path: privacy, content: privacy::inventory::docs_page(&head, &inventory()) },
    ])
}

/// What every table of the installation is there for.
pub fn inventory() -> Vec<Entry> {
    portal::data_map()
}

/// `docs/import.md`: what is written by hand, up to the mark, and the columns.
fn imports(root: &Path) -> io::Result<String> {
    const MARK: &str = "columns.rs; change that file. -->";
    let page = fs::read_to_string(root.join("docs/import.md"))?;
    let head = page.split_once(MARK).map_or(page.as_str(), |(head, _)| head);
    Ok(format!("{head}{MARK}\n\n{}", scheduling::import_columns()))
}

/// `docs/roles.md`.
fn roles() -> String {
    format!(
        "# Wer darf was

<!-- Made by `stadttermin docs` from crates/kernel/src/policy.rs; change that file. -->

Diese Tabelle ist der Programmtext in lesbarer Form: Sie wird aus ihm erzeugt, und ein Test vergleicht beide. „am Standort“ heißt:
nur an den Standorten, für die jemand die Rolle hat; wer sie für die ganze Kommune hat, darf es überall. Was jemand nicht sehen darf,
gibt es für sie oder ihn nicht (`NOT_FOUND`). Schlüssel sind Zugangsschlüssel für Programme der Kommune.

{}",
        kernel::policy::matrix()
    )
}

/// `docs/errors.md`.
fn errors() -> String {
    let mut page = String::from(
        "# Error codes

<!-- Made by `stadttermin docs` from crates/kernel/src/error.rs; change that file. -->

Every GraphQL error has `extensions.code` from this closed list, `extensions.requestId` (the trace id, also in the
`x-request-id` header), `extensions.retryable`, and a `message` for people in the language of `Accept-Language`.
`extensions.field` names the input that can be corrected; `extensions.problems` lists all fields of a contact that
need correction; `extensions.retryAfterSeconds` belongs to `RATE_LIMITED`; `extensions.detail` tells developers why a
request did not match the schema.

Refusals by the API itself answer HTTP 200 with an `errors` entry. Requests that HTTP or the API's rules forbid
answer 400 (broken JSON, batches), 401 (an access key that is not valid), 403 (foreign `Origin`), 404 (unknown host), 405 (anything but
`POST`), 413 (body too large) or 415 (anything but `application/json`), with the same JSON. Pages answer with the status
of the table.

| code | meaning | same request may succeed later | status of pages | what people read (without a more exact reason) |
|---|---|---|---|---|
",
    );
    for code in ErrorCode::ALL {
        let retry = if code.retryable() { "yes" } else { "no" };
        let sentence = text::errors().say_with(Locale::En, code.text_key(), &[("seconds", "…")]);
        page += &format!(
            "| `{}` | {} | {retry} | {} | {sentence} |\n",
            code.wire(),
            code.meaning(),
            code.status()
        );
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_documented() {
        let page = errors();
        for code in ErrorCode::ALL {
            assert!(page.contains(&format!("| `{}` | ", code.wire())));
        }
    }
}
