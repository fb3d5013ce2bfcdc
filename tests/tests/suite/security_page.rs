//! `docs/security.md` promises tests by name. They exist.

use tests::repository;

/// The tests that a page names as `` `file::test` ``, with the file that must have each.
fn named(page: &str) -> Vec<(String, String)> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.contains("::"));
    let mut found = Vec::new();
    for row in rows {
        for code in row.split('`').skip(1).step_by(2) {
            let Some((file, test)) = code.rsplit_once("::") else { continue };
            let file = match file.strip_suffix(".rs") {
                Some(_) => file.to_owned(),
                None => format!("tests/tests/suite/{file}.rs"),
            };
            found.push((file, test.to_owned()));
        }
    }
    found
}

fn missing(page: &str) -> Vec<String> {
    let exists = |file: &str, test: &str| {
        std::fs::read_to_string(repository::root().join(file))
            .is_ok_and(|source| source.contains(&format!("fn {test}()")))
    };
    let named = named(page).into_iter();
    named.filter(|(file, test)| !exists(file, test)).map(|(f, t)| format!("{f}: {t}")).collect()
}

#[test]
fn every_test_that_the_security_page_names_exists() {
    let page = repository::text("docs/security.md");
    assert!(named(&page).len() > 50, "the table is read");
    assert_eq!(missing(&page), Vec::<String>::new());
    // every row of the threats names one
    let threats = page.split("## Threats").nth(1).and_then(|rest| rest.split("\n## ").next());
    let rows = threats.expect("the table").lines().filter(|line| line.starts_with("| "));
    let bare: Vec<&str> = rows.skip(1).filter(|row| !row.contains("::")).collect();
    assert_eq!(bare, [""; 0]);
    // and a test that was renamed is seen
    let renamed = page.replace("no_answer_can_be_framed", "no_answer_can_be_framed_any_more");
    assert_eq!(missing(&renamed).len(), 1);
}
