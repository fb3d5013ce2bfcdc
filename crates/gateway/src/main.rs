//! The one binary of the service: `stadttermin serve | worker | migrate | tenant | demo | …`.

use std::process::ExitCode;

use clap::Parser;

/// Requests make many small allocations that other threads free; the system's allocator took an eighth of the time of a
/// request.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // One crypto provider in the whole tree (docs/adr/0003); without this, TLS would not know which.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments = gateway::cli::Arguments::parse();
    match gateway::cli::run(arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("stadttermin: {error:#}");
            ExitCode::FAILURE
        }
    }
}
