//! Limits on guessing passwords, codes and second factors, and on asking for codes.
//!
//! A limit that locks an account hands a weapon to whoever wants to keep its owner out. Therefore:
//!
//! * The narrow limit is on an account *from one network*. Somebody who guesses elsewhere does not lock the owner out.
//! * The wide limits (an account from everywhere, a network for all accounts) do not hold for an account at a *known
//!   place*: a network from which it was signed in to lately. There only the narrow limit holds.
//! * Passkeys cannot be guessed; wrong ones count for the client alone, as wrong access keys do; codes by mail have limits of their own, and the known place for them too.
//! * Wrong attempts are given back when the right password follows from the same network: an office whose people
//!   mistype does not lock itself out. An attacker gets back only what was spent on an account that is theirs.

use std::net::IpAddr;

use kernel::{AccountId, Ctx};

use super::{Limit, Limits, RateLimited};

/// The network that an address belongs to: /24 and /48, what one household or provider usually holds.
pub(crate) fn network(address: IpAddr) -> [u8; 7] {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, third, _] = address.octets();
            [4, first, second, third, 0, 0, 0]
        }
        IpAddr::V6(address) => {
            let mut network = [6; 7];
            for (to, from) in network.iter_mut().skip(1).zip(address.octets()) {
                *to = from;
            }
            network
        }
    }
}

/// An account as seen from a network.
fn place(address: IpAddr, login: &str) -> Vec<u8> {
    [&network(address), login.as_bytes()].concat()
}

impl Limits {
    /// Refuses a password when too many wrong ones came for the account from everywhere, or from the network for whatever
    /// account. Not asked at a known place. Counts nothing.
    pub(crate) async fn check_widely(
        &self,
        ctx: &Ctx,
        address: IpAddr,
        login: &str,
    ) -> Result<(), RateLimited> {
        self.check(ctx, Limit::SignInAccount, login.as_bytes()).await?;
        self.check_network(ctx, address).await
    }

    /// The second half of [`Self::check_widely`].
    pub(crate) async fn check_network(
        &self,
        ctx: &Ctx,
        address: IpAddr,
    ) -> Result<(), RateLimited> {
        self.check(ctx, Limit::SignInNetwork, &network(address)).await
    }

    /// Counts a password for the account as seen from the network, before it is compared: of many that are tried at once
    /// none slips through. [`Self::forgive_password`] gives it back.
    pub(crate) async fn take_at_place(
        &self,
        ctx: &Ctx,
        address: IpAddr,
        login: &str,
    ) -> Result<(), RateLimited> {
        self.take(ctx, Limit::SignInPlace, &place(address, login)).await
    }

    /// The same for the account from everywhere. Not asked at a known place.
    pub(crate) async fn take_anywhere(&self, ctx: &Ctx, login: &str) -> Result<(), RateLimited> {
        self.take(ctx, Limit::SignInAccount, login.as_bytes()).await
    }

    /// Counts a wrong password for the network. After the comparison: right ones of a whole office at eight o'clock do
    /// not count, not even for a moment.
    pub(crate) async fn count_wrong_password(&self, ctx: &Ctx, address: IpAddr) {
        let _: Result<(), RateLimited> =
            self.take(ctx, Limit::SignInNetwork, &network(address)).await;
    }

    /// Gives back what a person spent on the way to the right password.
    pub(crate) async fn forgive_password(&self, ctx: &Ctx, address: IpAddr, login: &str) {
        let spent = self.forget(ctx, Limit::SignInPlace, &place(address, login)).await;
        self.give_back(ctx, Limit::SignInAccount, login.as_bytes(), spent).await;
        // the right one was not counted for the network
        let wrong = spent.saturating_sub(1);
        self.give_back(ctx, Limit::SignInNetwork, &network(address), wrong).await;
    }

    /// Counts a code that is to be sent by mail to an address (`login`), or refuses it. Use
    /// [`crate::Identity::take_code_request`], which knows the places of an account.
    pub async fn take_code_request(
        &self,
        ctx: &Ctx,
        address: IpAddr,
        login: &str,
    ) -> Result<(), RateLimited> {
        // one that is full must not use up the other
        self.check(ctx, Limit::CodeNetwork, &network(address)).await?;
        self.take(ctx, Limit::CodeAddress, login.as_bytes()).await?;
        self.take(ctx, Limit::CodeNetwork, &network(address)).await
    }

    /// The same at a known place: nobody elsewhere can use it up.
    pub(crate) async fn take_code_request_at_known_place(
        &self,
        ctx: &Ctx,
        address: IpAddr,
        login: &str,
    ) -> Result<(), RateLimited> {
        self.take(ctx, Limit::CodeAddress, &place(address, login)).await
    }

    /// Counts a second factor before it is compared, or refuses it.
    pub async fn take_second_factor(
        &self,
        ctx: &Ctx,
        account: AccountId,
    ) -> Result<(), RateLimited> {
        self.take(ctx, Limit::SecondFactor, account.uuid().as_bytes()).await
    }

    /// The second factor was right: what was spent on the way is given back.
    pub async fn forgive_second_factor(&self, ctx: &Ctx, account: AccountId) {
        self.forget(ctx, Limit::SecondFactor, account.uuid().as_bytes()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_24_and_48_bits() {
        let network = |address: &str| network(address.parse().unwrap());
        assert_eq!(network("192.0.2.1"), network("192.0.2.254"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.7"));
        assert_ne!(network("192.0.2.1"), network("192.0.3.1"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:ffff::2"));
        assert_ne!(network("2001:db8:1::1"), network("2001:db8:2::1"));
    }
}
