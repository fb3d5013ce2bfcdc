//! `docs/configuration.md`, made from the comments of `default.toml`.

use super::{DEFAULTS, load::SECRETS};

const HEAD: &str = "# Configuration

<!-- Made by `stadttermin config reference` from crates/gateway/src/config/default.toml; change that file. -->
";

/// The reference of all settings as Markdown.
pub fn reference() -> String {
    let mut page = HEAD.to_owned();
    let mut comment: Vec<&str> = Vec::new();
    let mut section = String::new();
    for line in DEFAULTS.lines() {
        if let Some(text) = line.strip_prefix('#') {
            comment.push(text.trim());
        } else if line.is_empty() {
            // The head of the file is prose; elsewhere a blank line only separates.
            for paragraph in comment.split(|line| line.is_empty()).filter(|lines| !lines.is_empty())
            {
                page += &format!("\n{}\n", paragraph.join("\n"));
            }
            comment.clear();
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
            page += &format!("\n## `[{name}]`\n\n| key | default | meaning |\n|---|---|---|\n");
        } else if let Some((key, value)) = line.split_once(" = ") {
            let secret = if SECRETS.contains(&format!("{section}.{key}").as_str()) {
                " Secret."
            } else {
                ""
            };
            page += &format!(
                "| `{key}` | `{value}` | {}{secret} |\n",
                comment.join(" ").replace('|', "\\|")
            );
            comment.clear();
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_explained() {
        let page = reference();
        assert!(
            page.contains("| `listen` | `\"127.0.0.1:8080\"` | Where pages and API listen. |"),
            "{page}"
        );
        assert!(!page.contains("|  |"), "a key without a comment:\n{page}");
        assert!(page.contains("Secret."));
    }
}
