//! What people may ask for about their data (Art. 15 to 21 GDPR), led across all crates that keep some.

mod processing;
pub mod replay;

use std::{collections::BTreeMap, sync::Arc};

use db::{Db, Fault, TenantTx};
use kernel::{
    AccountId, Ctx, Locale, Telling,
    my_data::{Content, MyData, SCHEMA_PATH},
};
use tenant::{
    Municipality,
    personal_data::{
        Addressee, Clue, Correspondence, DataSubject, Erased, Objection, PersonalData, permit,
    },
};

use crate::requests::{self, RequestKind};

/// The crates that keep people's data, in the order in which they let go of them, and who writes the mails.
#[derive(Clone)]
pub struct Rights {
    contexts: Arc<[Arc<dyn PersonalData>]>,
    pub(crate) post: Arc<dyn Correspondence>,
}

impl std::fmt::Debug for Rights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rights").field("contexts", &self.contexts.len()).finish_non_exhaustive()
    }
}

impl Rights {
    /// Over these crates. What hangs on something else comes before it.
    pub fn new(contexts: Vec<Arc<dyn PersonalData>>, post: Arc<dyn Correspondence>) -> Self {
        Self { contexts: contexts.into(), post }
    }

    /// Whoever the clues lead to: an address leads to an account, and an account to its address.
    pub async fn find(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        clues: &[Clue],
    ) -> Result<DataSubject, Fault> {
        permit(ctx)?;
        let mut who = DataSubject::default();
        for clue in clues {
            self.follow(ctx, tx, clue, &mut who).await?;
        }
        for address in who.addresses.clone() {
            self.follow(ctx, tx, &Clue::Address(address), &mut who).await?;
        }
        if let Some(account) = who.account {
            self.follow(ctx, tx, &Clue::Account(account), &mut who).await?;
        }
        Ok(who)
    }

    async fn follow(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        clue: &Clue,
        who: &mut DataSubject,
    ) -> Result<(), Fault> {
        for context in self.contexts.iter() {
            context.find(ctx, tx, clue, who).await?;
        }
        Ok(())
    }

    /// The account alone, as when it is deleted and its appointments stay.
    pub fn account_alone(account: AccountId) -> DataSubject {
        DataSubject { account: Some(account), ..DataSubject::default() }
    }

    /// Everything that is kept about somebody, why, how long, and who got it.
    pub async fn copy(
        &self,
        ctx: &Ctx,
        db: &Db,
        town: &Municipality,
        who: &DataSubject,
        base_url: &str,
    ) -> Result<MyData, Fault> {
        permit(ctx)?;
        let tx = db.begin(ctx).await?;
        let mut data = self.content(ctx, &tx, who).await?;
        tx.commit().await?;
        for context in self.contexts.iter() {
            context.export_outside(ctx, who, &mut data).await?;
        }
        Ok(MyData {
            schema: format!("{base_url}{SCHEMA_PATH}"),
            created_at: ctx.now(),
            controller: processing::controller(town),
            processing: processing::of(ctx, town, &data),
            data,
        })
    }

    async fn content(&self, ctx: &Ctx, tx: &TenantTx, who: &DataSubject) -> Result<Content, Fault> {
        let mut data = Content::default();
        for context in self.contexts.iter() {
            context.export(ctx, tx, who, &mut data).await?;
        }
        Ok(data)
    }

    /// Writes down that somebody has taken their copy along.
    pub async fn note_copy(
        &self,
        ctx: &Ctx,
        db: &Db,
        town: &Municipality,
        kind: RequestKind,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        let tx = db.begin(ctx).await?;
        requests::done_by_themself(ctx, &tx, town, kind).await?;
        tx.commit().await
    }

    /// Erases somebody at their own wish, and ends what is outside of the database.
    pub async fn erase(
        &self,
        ctx: &Ctx,
        db: &Db,
        town: &Municipality,
        who: &DataSubject,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        let tx = db.begin(ctx).await?;
        self.erase_in(ctx, &tx, town, who).await?;
        requests::done_by_themself(ctx, &tx, town, RequestKind::Erasure).await?;
        tx.commit().await?;
        self.erase_outside(ctx, who).await;
        Ok(())
    }

    /// Erases somebody in a transaction of the caller's, who calls [`Self::erase_outside`] after the commit. The person and
    /// the offices that have mails about them are told.
    pub async fn erase_in(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        town: &Municipality,
        who: &DataSubject,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        let known = self.content(ctx, tx, who).await?;
        let erased = self.let_go(ctx, tx, town, who).await?;
        if !who.people.is_empty()
            && let Some(to) = addressee(&known)
        {
            self.post.write(ctx, tx, &to, Telling::Erased, &[]).await?;
        }
        let mut by_mailbox: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (mailbox, reference) in erased.mailboxes {
            by_mailbox.entry(mailbox).or_default().push(reference);
        }
        for (email, references) in by_mailbox {
            let (first_name, last_name) = (String::new(), String::new());
            let to = Addressee { first_name, last_name, email, locale: Locale::De };
            let facts = [("references", references.join(", "))];
            self.post.write(ctx, tx, &to, Telling::EraseMails, &facts).await?;
        }
        Ok(())
    }

    /// Erases without telling anybody.
    async fn let_go(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        town: &Municipality,
        who: &DataSubject,
    ) -> Result<Erased, Fault> {
        let mut all = Erased::default();
        for context in self.contexts.iter() {
            let erased = context.erase(ctx, tx, town, who).await?;
            all.people.extend(erased.people);
            all.mailboxes.extend(erased.mailboxes);
        }
        Ok(all)
    }

    /// Ends what is outside of the database.
    pub async fn erase_outside(&self, ctx: &Ctx, who: &DataSubject) {
        for context in self.contexts.iter() {
            context.erase_outside(ctx, who).await;
        }
    }

    /// How much of somebody who was erased is left outside of the database.
    pub async fn left_outside(&self, ctx: &Ctx, who: &DataSubject) -> Result<u64, Fault> {
        permit(ctx)?;
        let mut left = 0;
        for context in self.contexts.iter() {
            left += context.left_outside(ctx, who).await?;
        }
        Ok(left)
    }

    /// Restricts somebody's data at their own wish, or lets them be used again.
    pub async fn restrict(
        &self,
        ctx: &Ctx,
        db: &Db,
        town: &Municipality,
        who: &DataSubject,
        is_restricted: bool,
    ) -> Result<(), Fault> {
        let tx = db.begin(ctx).await?;
        self.restrict_in(ctx, &tx, who, is_restricted).await?;
        requests::done_by_themself(ctx, &tx, town, RequestKind::Restriction).await?;
        tx.commit().await
    }

    pub(crate) async fn restrict_in(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        who: &DataSubject,
        is_restricted: bool,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        let since = is_restricted.then(|| ctx.now());
        for context in self.contexts.iter() {
            context.restrict(ctx, tx, who, since).await?;
        }
        Ok(())
    }

    /// Keeps somebody's own objection, or takes it back.
    pub async fn object(
        &self,
        ctx: &Ctx,
        db: &Db,
        town: &Municipality,
        who: &DataSubject,
        (to, is_objecting): (Objection, bool),
    ) -> Result<(), Fault> {
        let tx = db.begin(ctx).await?;
        self.object_in(ctx, &tx, who, to, is_objecting).await?;
        requests::done_by_themself(ctx, &tx, town, RequestKind::Objection).await?;
        tx.commit().await
    }

    pub(crate) async fn object_in(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        who: &DataSubject,
        to: Objection,
        is_objecting: bool,
    ) -> Result<(), Fault> {
        permit(ctx)?;
        let since = is_objecting.then(|| ctx.now());
        for context in self.contexts.iter() {
            context.object(ctx, tx, who, to, since).await?;
        }
        Ok(())
    }
}

/// Whom one can write to about what is erased.
fn addressee(known: &Content) -> Option<Addressee> {
    if let Some(account) = &known.account {
        return Some(Addressee {
            first_name: account.first_name.clone(),
            last_name: account.last_name.clone(),
            email: account.email.clone(),
            locale: Locale::from_key(&account.locale).unwrap_or(Locale::De),
        });
    }
    known.appointments.iter().find_map(|appointment| {
        let contact = appointment.contact.as_ref()?;
        Some(Addressee {
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            email: contact.email.clone()?,
            locale: Locale::from_key(&appointment.language).unwrap_or(Locale::De),
        })
    })
}
