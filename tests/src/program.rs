//! The real program, for tests that start and kill it.

use std::{path::PathBuf, process::Command, sync::OnceLock};

use crate::repository;

/// The path of `stadttermin`, built from the sources of this moment.
pub fn binary() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(build).clone()
}

/// Cargo builds a package's program for that package's own tests only, so it is asked for here: the same call as in
/// `make run`, which the browser suite needs anyway.
fn build() -> PathBuf {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    // What the runner says of this package: build scripts look at it, and would build half of everything anew, now and when
    // it is gone again.
    for (name, _) in std::env::vars().filter(|(name, _)| is_about_this_package(name)) {
        command.env_remove(name);
    }
    let built = command
        .args(["build", "--quiet", "--bin", "stadttermin"])
        .current_dir(repository::root())
        .output()
        .expect("cargo");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let suite = std::env::current_exe().expect("this test's own path");
    // target/debug/deps/suite-… → target/debug/stadttermin
    let folder = suite.parent().and_then(|deps| deps.parent()).expect("a target directory");
    let program = folder.join("stadttermin");
    assert!(program.exists(), "{} is missing", program.display());
    program
}

fn is_about_this_package(name: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
        .iter()
        .any(|part| name.starts_with(part))
}
