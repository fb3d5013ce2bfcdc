//! Just enough of HTML to fill in forms as a browser without JavaScript does.

/// A form of a page.
#[derive(Debug, Clone)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    /// What would be sent, buttons not included.
    pub fields: Vec<(String, String)>,
    /// The choices that are not taken: unchecked boxes, radios and the buttons.
    pub choices: Vec<(String, String)>,
}

impl Form {
    /// Fills in a field, replacing what it held.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A tag with its attributes, or the text between tags.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Open(&'a str, Vec<(String, String)>),
    Close(&'a str),
    Text(&'a str),
}

/// The forms of a page, in order.
pub fn forms(page: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut inside = false;
    let mut textarea: Option<String> = None;
    let mut select: Option<(String, Option<String>, Option<String>)> = None;
    for piece in pieces(page) {
        match piece {
            Piece::Open("form", attributes) => {
                inside = true;
                forms.push(Form {
                    action: get(&attributes, "action").unwrap_or_default(),
                    method: get(&attributes, "method")
                        .unwrap_or_else(|| "get".to_owned())
                        .to_lowercase(),
                    fields: Vec::new(),
                    choices: Vec::new(),
                });
            }
            Piece::Close("form") => inside = false,
            _ if !inside => {}
            Piece::Open("input", attributes) => input(forms.last_mut(), &attributes),
            Piece::Open("button", attributes) => {
                if let (Some(form), Some(name)) = (forms.last_mut(), get(&attributes, "name")) {
                    form.choices.push((name, get(&attributes, "value").unwrap_or_default()));
                }
            }
            Piece::Open("textarea", attributes) => textarea = get(&attributes, "name"),
            Piece::Text(text) => {
                if let (Some(form), Some(name)) = (forms.last_mut(), textarea.take()) {
                    form.fields.push((name, unescape(text)));
                }
            }
            Piece::Open("select", attributes) => {
                select = get(&attributes, "name").map(|name| (name, None, None));
            }
            Piece::Open("option", attributes) => {
                if let Some((_, first, chosen)) = &mut select {
                    let value = get(&attributes, "value").unwrap_or_default();
                    if get(&attributes, "selected").is_some() {
                        *chosen = Some(value.clone());
                    }
                    first.get_or_insert(value);
                }
            }
            Piece::Close("select") => {
                if let (Some(form), Some((name, first, chosen))) = (forms.last_mut(), select.take())
                {
                    form.fields.push((name, chosen.or(first).unwrap_or_default()));
                }
            }
            _ => {}
        }
    }
    forms
}

/// The addresses of a page's links.
pub fn links(page: &str) -> Vec<String> {
    attributes_of(page, &[("a", "href")])
}

/// Every address that a page makes a browser load or go to.
pub fn addresses(page: &str) -> Vec<String> {
    attributes_of(
        page,
        &[
            ("a", "href"),
            ("link", "href"),
            ("script", "src"),
            ("img", "src"),
            ("source", "src"),
            ("source", "srcset"),
            ("iframe", "src"),
            ("form", "action"),
            ("button", "formaction"),
            ("use", "href"),
        ],
    )
}

/// The text of a page as people read it, blanks collapsed.
pub fn text(page: &str) -> String {
    let mut words = String::new();
    let mut hidden = false;
    for piece in pieces(page) {
        match piece {
            Piece::Open("script" | "style" | "head", _) => hidden = true,
            Piece::Close("script" | "style" | "head") => hidden = false,
            Piece::Text(text) if !hidden => {
                words.push_str(&unescape(text));
                words.push(' ');
            }
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The page's title.
pub fn title(page: &str) -> String {
    let begin = page.find("<title>").map_or(0, |at| at + 7);
    let end = page.find("</title>").unwrap_or(begin);
    unescape(page.get(begin..end).unwrap_or_default()).trim().to_owned()
}

fn attributes_of(page: &str, wanted: &[(&str, &str)]) -> Vec<String> {
    pieces(page)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Open(tag, attributes) => Some((tag, attributes)),
            _ => None,
        })
        .flat_map(|(tag, attributes)| {
            wanted
                .iter()
                .filter(move |(known, _)| *known == tag)
                .filter_map(|(_, name)| get(&attributes, name))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn input(form: Option<&mut Form>, attributes: &[(String, String)]) {
    let (Some(form), Some(name)) = (form, get(attributes, "name")) else { return };
    let kind = get(attributes, "type").unwrap_or_default();
    let value = get(attributes, "value");
    match kind.as_str() {
        "checkbox" | "radio" => {
            let value = value.unwrap_or_else(|| "on".to_owned());
            if get(attributes, "checked").is_some() {
                form.fields.push((name, value));
            } else {
                form.choices.push((name, value));
            }
        }
        "submit" => form.choices.push((name, value.unwrap_or_default())),
        _ => form.fields.push((name, value.unwrap_or_default())),
    }
}

fn get(attributes: &[(String, String)], name: &str) -> Option<String> {
    attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

fn pieces(page: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        if at > 0 {
            pieces.push(Piece::Text(&rest[..at]));
        }
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let end = tag_end(rest);
        let tag = rest[1..end].trim_end_matches('/');
        rest = rest.get(end + 1..).unwrap_or_default();
        if let Some(name) = tag.strip_prefix('/') {
            pieces.push(Piece::Close(name.trim()));
        } else {
            let name_end = tag.find(|c: char| c.is_whitespace()).unwrap_or(tag.len());
            pieces.push(Piece::Open(&tag[..name_end], attributes(&tag[name_end..])));
        }
    }
    pieces
}

/// Where a tag ends: a `>` within quotes does not end it.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            (None, '>') => return at,
            _ => {}
        }
    }
    text.len() - 1
}

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..end].to_lowercase();
        rest = rest[end..].trim_start();
        let value = match rest.strip_prefix('=') {
            Some(after) => {
                let after = after.trim_start();
                let (value, remaining) = match after.chars().next() {
                    Some(quote @ ('"' | '\'')) => {
                        after[1..].split_once(quote).unwrap_or((&after[1..], ""))
                    }
                    _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
                };
                rest = remaining.trim_start();
                unescape(value)
            }
            None => String::new(),
        };
        if !name.is_empty() {
            found.push((name, value));
        }
    }
    found
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&nbsp;", "\u{a0}")
        .replace("&#38;", "&")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_reads_it() {
        let page = r#"<!-- <form> --><form method="POST" action="/a?b=1&amp;c=2">
            <input type=hidden name=t value="x&quot;y"><input name="n" required value='a > b'>
            <input type="checkbox" name="c" value="1"><input type="radio" name="r" value="2" checked>
            <select name="s"><option value="1">eins<option value="2" selected>zwei</select>
            <textarea name="w">Wort &amp; Tat</textarea><button name="b" value="go">Los</button></form>"#;
        let form = &forms(page)[0];
        assert_eq!((form.method.as_str(), form.action.as_str()), ("post", "/a?b=1&c=2"));
        assert_eq!(form.value("t"), Some("x\"y"));
        assert_eq!(form.value("n"), Some("a > b"));
        assert_eq!((form.value("r"), form.value("s")), (Some("2"), Some("2")));
        assert_eq!(form.value("w"), Some("Wort & Tat"));
        assert_eq!(form.value("c"), None);
        assert!(form.choices.contains(&("b".to_owned(), "go".to_owned())));
        assert!(text(page).ends_with("Wort & Tat Los"));
    }
}
