//! Calendar entries (RFC 5545, RFC 5546, RFC 6047).

mod content_line;
pub(crate) mod invitation;
