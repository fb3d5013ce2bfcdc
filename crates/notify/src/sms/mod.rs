//! SMS: what they say, to which numbers they go, and who carries them.

pub(crate) mod erase;
pub(crate) mod gsm7;
pub(crate) mod lox24;
pub(crate) mod number;
pub(crate) mod provider;
pub(crate) mod text;
