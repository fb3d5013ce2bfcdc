//! Recovery codes: for the day on which the phone with the app is gone. Shown once, stored as keyed hashes, each opens
//! once.

use db::{Fault, TenantTx};
use kernel::{AccountId, Ctx};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::accounts::store::recovery_code::{ActiveModel, Column, Entity};

/// How many there are.
pub const COUNT: usize = 8;
/// No I, L, O or U: they are read from paper.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 60 bits, in three groups.
const LETTERS: usize = 12;

/// Makes new codes in the place of the old ones. This is the only time that anybody sees them.
pub(crate) async fn replace(
    ctx: &Ctx,
    tx: &TenantTx,
    account: AccountId,
) -> Result<Vec<String>, Fault> {
    forget(tx, account).await?;
    let codes: Vec<String> = std::iter::repeat_with(|| make(ctx.random())).take(COUNT).collect();
    for code in &codes {
        let row = ActiveModel {
            tenant_id: Set(tx.tenant().uuid()),
            account_id: Set(account.uuid()),
            hash: Set(hash(tx, account, code).await?),
            created_at: Set(ctx.now()),
        };
        Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(codes)
}

/// How many are left.
pub async fn left(tx: &TenantTx, account: AccountId) -> Result<u64, Fault> {
    Ok(of(account, tx).count(tx).await?)
}

/// Removes all of an account.
pub(crate) async fn forget(tx: &TenantTx, account: AccountId) -> Result<(), Fault> {
    Entity::delete_many()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::AccountId.eq(account.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Uses a code up. Of two requests with the same code one is told no.
pub(crate) async fn take(tx: &TenantTx, account: AccountId, typed: &str) -> Result<bool, Fault> {
    let done = Entity::delete_many()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::AccountId.eq(account.uuid()))
        .filter(Column::Hash.eq(hash(tx, account, typed).await?))
        .exec(tx)
        .await?;
    Ok(done.rows_affected > 0)
}

fn of(account: AccountId, tx: &TenantTx) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::TenantId.eq(tx.tenant().uuid()))
        .filter(Column::AccountId.eq(account.uuid()))
}

async fn hash(tx: &TenantTx, account: AccountId, typed: &str) -> Result<Vec<u8>, Fault> {
    let known = format!("{account} {}", normalised(typed));
    Ok(tx.keys().await?.blind_index("recovery_code.hash", &known))
}

fn make(bytes: [u8; LETTERS]) -> String {
    let mut code = String::with_capacity(LETTERS + 2);
    for (place, byte) in bytes.into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        // 256 is a multiple of 32: all letters are equally likely
        code.push(ALPHABET.get(usize::from(byte) % ALPHABET.len()).map_or('0', |c| char::from(*c)));
    }
    code
}

/// As people type it: any case, with blanks and dashes, O for 0, I and L for 1.
fn normalised(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_from_paper() {
        let code = make([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255]);
        assert_eq!(code, "0123-4567-89az");
        assert_eq!(normalised(&code), "0123456789az");
        assert_eq!(normalised(" OI23 4567 89AZ"), "0123456789az");
    }
}
