//! Simulators: whoever guesses, hoards or makes others pay is stopped at the limits, and ordinary people never meet one.

mod bots;
mod guessing;
mod proofs;
mod texts;
