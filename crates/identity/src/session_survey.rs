//! What sessions of a municipality look like from outside: how many, how long they still last, whether they can be read.

use chrono::TimeDelta;
use kernel::Ctx;
use redis::AsyncCommands;

use crate::{SessionError, Sessions};

/// Keys that one answer of Redis names.
const PAGE: usize = 500;

/// All sessions of a municipality at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SessionSurvey {
    /// How many there are.
    pub sessions: usize,
    /// How many would stay for ever.
    pub without_end: usize,
    /// How many are text that anybody who has Redis can read.
    pub readable: usize,
    /// How long the one that lasts longest still has.
    pub longest: TimeDelta,
}

impl Sessions {
    /// Looks at all sessions of the context's municipality, without opening or prolonging any.
    pub async fn survey(&self, ctx: &Ctx) -> Result<SessionSurvey, SessionError> {
        let pattern = format!("session:{}:*", ctx.tenant());
        let mut survey = SessionSurvey::default();
        let mut cursor = 0_u64;
        loop {
            let (next, keys): (u64, Vec<String>) = self
                .redis
                .run(async |mut redis| {
                    let mut scan = redis::cmd("SCAN");
                    scan.arg(cursor).arg("MATCH").arg(&pattern).arg("COUNT").arg(PAGE);
                    scan.query_async(&mut redis).await
                })
                .await?;
            for key in keys {
                self.look_at(&key, &mut survey).await?;
            }
            if next == 0 {
                return Ok(survey);
            }
            cursor = next;
        }
    }

    async fn look_at(&self, key: &str, survey: &mut SessionSurvey) -> Result<(), SessionError> {
        let seconds: i64 = self.redis.run(async |mut redis| redis.ttl(key).await).await?;
        let held: Option<Vec<u8>> = self.redis.run(async |mut redis| redis.get(key).await).await?;
        // it ran out between the two questions
        let Some(held) = held else { return Ok(()) };
        survey.sessions += 1;
        if seconds < 0 {
            survey.without_end += 1;
        }
        survey.longest = survey.longest.max(TimeDelta::seconds(seconds));
        if std::str::from_utf8(&held).is_ok() {
            survey.readable += 1;
        }
        Ok(())
    }
}
