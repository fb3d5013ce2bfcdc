//! The privacy notice.

use async_graphql::{Context, Object, SimpleObject};

use super::{
    errors::ApiError,
    reading::Reading,
    scalars::{Date, Locale},
};

/// A version of the privacy notice (Art. 13 GDPR) in one language.
#[derive(Debug, SimpleObject)]
pub(crate) struct PrivacyNotice {
    /// Rises with every change.
    version: i32,
    /// Its language.
    locale: Locale,
    /// Since when it is in force.
    effective_from: Date,
    /// The SHA-256 of its content, in hexadecimal digits.
    hash: String,
    /// All of it as HTML.
    html: String,
    /// All of it as plain text.
    text: String,
    /// Its sections in order.
    sections: Vec<PrivacyNoticeSection>,
}

/// A section of the privacy notice.
#[derive(Debug, SimpleObject)]
pub(crate) struct PrivacyNoticeSection {
    /// What it is about; stable over versions and languages.
    key: String,
    /// Its heading.
    title: String,
    /// Its text.
    text: String,
}

impl From<::privacy::Notice> for PrivacyNotice {
    fn from(notice: ::privacy::Notice) -> Self {
        Self {
            version: notice.version,
            locale: notice.locale.into(),
            effective_from: Date(notice.effective_from),
            hash: db::signature::hex(&notice.hash),
            html: notice.html(),
            text: notice.text(),
            sections: notice
                .sections
                .into_iter()
                .map(|section| PrivacyNoticeSection {
                    key: section.key,
                    title: section.title,
                    text: section.text,
                })
                .collect(),
        }
    }
}

/// A version of the privacy notice in the list of all.
#[derive(Debug, SimpleObject)]
pub(crate) struct PrivacyNoticeVersion {
    /// Its number.
    version: i32,
    /// Since when it was in force.
    effective_from: Date,
    /// The SHA-256 of its German content, in hexadecimal digits.
    hash: String,
}

#[derive(Debug, Default)]
pub(crate) struct PrivacyQuery;

#[Object]
impl PrivacyQuery {
    /// The privacy notice in force, or an earlier version; in the request's language unless another one is asked for.
    async fn privacy_notice(
        &self,
        ctx: &Context<'_>,
        locale: Option<Locale>,
        version: Option<i32>,
    ) -> Result<PrivacyNotice, ApiError> {
        let reading = Reading::of(ctx);
        let locale = locale.map_or_else(|| reading.locale(), kernel::Locale::from);
        let notice =
            ::privacy::notice(&reading.visit().ctx, reading.tx().await?, locale, version).await?;
        notice.map(PrivacyNotice::from).ok_or_else(ApiError::not_found)
    }

    /// All versions of the privacy notice, the newest first. Each stays readable with `privacyNotice(version:)`.
    async fn privacy_notice_versions(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Vec<PrivacyNoticeVersion>, ApiError> {
        let reading = Reading::of(ctx);
        let found = ::privacy::versions(&reading.visit().ctx, reading.tx().await?).await?;
        let line = |line: ::privacy::VersionLine| PrivacyNoticeVersion {
            version: line.version,
            effective_from: Date(line.effective_from),
            hash: db::signature::hex(&line.hash),
        };
        Ok(found.into_iter().map(line).collect())
    }
}
