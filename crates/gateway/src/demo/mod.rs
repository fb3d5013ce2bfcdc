//! Stand-ins for what the service talks to: a mail server and an SMS provider that keep what they get, and the page
//! that shows it. `stadttermin demo` and the tests use the same ones, over real SMTP and real HTTP.

pub mod codes;
pub mod lox24_stand_in;
pub mod outbox;
mod people;
pub mod run;
mod running;
pub mod script;
mod sign_ins;
pub mod smtp_sink;
