//! Who acts: the browser session with its drafts, accounts of citizens and of the office's people and how they sign in,
//! the access keys of the office's programs, and the limits per client.
//!
//! Sessions and limits live in Redis, and nothing that would be missed is lost with it: without Redis [`Sessions`] say
//! [`SessionError::Unavailable`] at once, and [`Limits`] count in this process. [`accounts`] and [`access_keys`] live in
//! the database.
//!
//! ```no_run
//! # async fn example(ctx: &kernel::Ctx, url: &secrecy::SecretString) -> Result<(), identity::SessionError> {
//! let sessions = identity::Sessions::connect(url);
//! let mut session = identity::Session::new(ctx);
//! session.data.locale = Some(kernel::Locale::En);
//! sessions.save(ctx, &mut session).await?;
//! let header = identity::cookie::set_cookie(session.sid(), true);
//! let known = sessions.load(ctx, session.sid()).await?;
//! # assert!(known.is_some() && !header.is_empty()); Ok(()) }
//! ```

pub mod access_keys;
pub mod accounts;
pub mod citizens;
pub mod cookie;
mod expiring;
mod farewell;
mod inventory;
mod limits;
pub mod openid;
pub mod oversight;
pub mod passkeys;
pub mod password;
pub mod people;
mod personal_data;
mod proof_of_work;
mod redis_address;
mod redis_connection;
pub mod second_factor;
mod session;
mod session_list;
mod session_survey;
pub mod sign_in;
mod usage;

pub use accounts::{Account, AccountError, AccountKind, Profile};
pub use cookie::COOKIES;
pub use expiring::expiring;
pub use farewell::{RedisSilent, forget_municipality};
pub use inventory::INVENTORY;
pub use limits::{Limit, LimitSettings, Limits, RateLimited};
pub use openid::{OpenId, OpenIdError};
pub use password::Passwords;
pub use personal_data::{DataLetters, PersonalAccounts};
pub use proof_of_work::{Errand, ProofNeeded, ProofOfWork};
pub use redis_address::RedisAddress;
pub use redis_connection::RedisConnection;
pub use second_factor::Proof;
pub use session::{
    ABSOLUTE, ABSOLUTE_FOR_STAFF, HALFWAY, Halfway, IDLE, Session, SessionData, SessionError,
    Sessions, SignedIn,
};
pub use session_list::ListedSession;
pub use session_survey::SessionSurvey;
pub use sign_in::{Attempt, FirstFactor, Identity, Passed, Whereabouts};
pub use usage::usage;
