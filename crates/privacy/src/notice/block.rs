//! What a section is made of, and how it becomes HTML and plain text.

use std::fmt::Write;

/// A piece of a section. All texts are plain; rendering escapes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// A heading below the section's.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// Points in no order.
    List(Vec<String>),
    /// An address, line by line.
    Address(Vec<Line>),
    /// A table with headings for its columns and its rows.
    Table(Table),
}

/// A line of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// What is read.
    pub text: String,
    /// Where it leads.
    pub link: Option<String>,
}

impl Line {
    /// A line of text.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), link: None }
    }

    /// An e-mail address.
    pub fn email(address: &str) -> Self {
        Self { text: address.to_owned(), link: Some(format!("mailto:{address}")) }
    }

    /// A website.
    pub fn website(url: &str) -> Self {
        Self { text: url.to_owned(), link: Some(url.to_owned()) }
    }
}

/// A table. The first cell of each row is its heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// What the table shows.
    pub caption: String,
    /// Headings of the columns.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// Semantic HTML with the class names of the KERN design system. Sub-headings are `h3`.
pub(super) fn html(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Heading(text) => element(&mut out, "h3", "kern-heading-small", text),
            Block::Paragraph(text) => {
                let lines: Vec<String> = text.lines().map(escaped).collect();
                let _ = writeln!(out, "<p class=\"kern-body\">{}</p>", lines.join("<br>\n"));
            }
            Block::List(items) => {
                out.push_str("<ul class=\"kern-list kern-list--bullet kern-body\">\n");
                for item in items {
                    let _ = writeln!(out, "<li>{}</li>", escaped(item));
                }
                out.push_str("</ul>\n");
            }
            Block::Address(lines) => {
                let lines: Vec<String> = lines.iter().map(line_html).collect();
                let _ = writeln!(out, "<p class=\"kern-body\">{}</p>", lines.join("<br>\n"));
            }
            Block::Table(table) => table_html(&mut out, table),
        }
    }
    out
}

fn element(out: &mut String, tag: &str, class: &str, text: &str) {
    let _ = writeln!(out, "<{tag} class=\"{class}\">{}</{tag}>", escaped(text));
}

fn line_html(line: &Line) -> String {
    match &line.link {
        Some(link) => {
            format!("<a class=\"kern-link\" href=\"{}\">{}</a>", escaped(link), escaped(&line.text))
        }
        None => escaped(&line.text),
    }
}

/// The wrapper can be scrolled and reached by keyboard: on a phone a table may be wider than the page.
fn table_html(out: &mut String, table: &Table) {
    let caption = escaped(&table.caption);
    let _ = writeln!(
        out,
        "<div class=\"kern-table-responsive\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\">\n\
         <table class=\"kern-table\">\n<caption class=\"kern-title\">{caption}</caption>"
    );
    out.push_str("<thead class=\"kern-table__head\"><tr class=\"kern-table__row\">\n");
    for head in &table.head {
        let _ =
            writeln!(out, "<th scope=\"col\" class=\"kern-table__header\">{}</th>", escaped(head));
    }
    out.push_str("</tr></thead>\n<tbody class=\"kern-table__body\">\n");
    for row in &table.rows {
        out.push_str("<tr class=\"kern-table__row\">\n");
        for (position, cell) in row.iter().enumerate() {
            let (open, close) = if position == 0 {
                ("th scope=\"row\" class=\"kern-table__header\"", "th")
            } else {
                ("td class=\"kern-table__cell\"", "td")
            };
            let _ = writeln!(out, "<{open}>{}</{close}>", escaped(cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
}

/// The same for readers of plain text.
pub(super) fn text(blocks: &[Block]) -> String {
    let parts: Vec<String> = blocks.iter().map(block_text).collect();
    parts.join("\n\n")
}

fn block_text(block: &Block) -> String {
    match block {
        Block::Heading(text) | Block::Paragraph(text) => text.clone(),
        Block::List(items) => lines(items.iter().map(|item| format!("- {item}"))),
        Block::Address(rows) => lines(rows.iter().map(|line| line.text.clone())),
        Block::Table(table) => {
            let rows = table.rows.iter().map(|row| {
                lines(table.head.iter().zip(row).map(|(head, cell)| format!("{head}: {cell}")))
            });
            let rows: Vec<String> = rows.collect();
            format!("{}\n\n{}", table.caption, rows.join("\n\n"))
        }
    }
}

fn lines(rows: impl Iterator<Item = String>) -> String {
    rows.collect::<Vec<_>>().join("\n")
}

/// Text for HTML content and quoted attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_municipality_s_data_becomes_markup() {
        let evil = "<script>alert('1 & 2')</script>\"";
        let blocks = [
            Block::Heading(evil.to_owned()),
            Block::Paragraph(evil.to_owned()),
            Block::List(vec![evil.to_owned()]),
            Block::Address(vec![Line::plain(evil), Line::email(evil), Line::website(evil)]),
            Block::Table(Table {
                caption: evil.to_owned(),
                head: vec![evil.to_owned()],
                rows: vec![vec![evil.to_owned(), evil.to_owned()]],
            }),
        ];
        let html = html(&blocks);
        assert!(!html.contains("<script"), "{html}");
        assert!(!html.contains("'1"), "{html}");
        assert_eq!(html.matches("&quot;").count(), 13, "{html}");
    }

    #[test]
    fn a_table_is_read_row_by_row_in_plain_text() {
        let table = Block::Table(Table {
            caption: "Cookies".to_owned(),
            head: vec!["Art".to_owned(), "Quelle".to_owned()],
            rows: vec![vec!["Session-ID".to_owned(), "wir".to_owned()]],
        });
        assert_eq!(text(&[table]), "Cookies\n\nArt: Session-ID\nQuelle: wir");
    }
}
