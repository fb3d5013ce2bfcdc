//! The examples of README and `docs/api.md` are pasted into a shell, one after another, and each gets its answer.

use std::{
    fs,
    process::{Command, Output},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use kernel::{Role, Scopes};
use tests::{Setup, TestApp, repository};
use tokio::net::TcpListener;

/// Where the examples expect the service.
const DEMO: &str = "http://haltern.localhost:8080";

/// All blocks of a page that are marked as shell, from its first one that names `from` on.
fn examples(page: &str, from: &str) -> String {
    let text = repository::text(page);
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let blocks: Vec<&str> = blocks.skip_while(|block| !block.contains(from)).collect();
    assert!(!blocks.is_empty(), "{page} has no example with {from}");
    blocks.join("\n")
}

/// What the examples said, and all answers that they got.
struct Said {
    output: Output,
    answers: String,
}

/// Runs a script while the service works, and what it leaves to the worker is done.
async fn paste(
    app: &TestApp,
    listener: TcpListener,
    script: String,
    known: &[(&str, &str)],
) -> Said {
    let place =
        std::env::temp_dir().join(format!("stadttermin-{}", uuid::Uuid::from_u128(rand::random())));
    fs::create_dir(&place).expect("a directory");
    let answers = place.join("answers");
    // what curl gets is written down, wherever the example sends it
    let script = format!(
        "set -eu\ncurl() {{ command curl \"$@\" | tee -a '{}'; }}\n{script}",
        answers.display()
    );
    let mut shell = Command::new("bash");
    shell
        .arg("-c")
        .arg(script)
        .current_dir(&place)
        .env_remove("http_proxy")
        .envs(known.iter().copied());
    let running = tokio::task::spawn_blocking(move || shell.output());
    let working = async {
        loop {
            app.run_jobs().await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let output = tokio::select! {
        output = running => output.expect("not cancelled").expect("bash"),
        () = app.serve(listener) => panic!("the service ended"),
        () = working => panic!("the worker ended"),
    };
    let answers = fs::read_to_string(&answers).unwrap_or_default();
    fs::remove_dir_all(&place).expect("removed");
    Said { output, answers }
}

/// The service at a port and at the machine's time, which the examples ask for (`date`).
async fn service() -> (TestApp, TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let setup = Setup::new().at_port(port).at_real_time(i64::try_from(now).expect("a time"));
    let app = setup.start().await;
    let base = format!("http://{}:{port}", app.haltern.host);
    (app, listener, base)
}

fn check(said: &Said, asked: usize) {
    let errors = String::from_utf8_lossy(&said.output.stderr);
    let answers = said.answers.matches("{\"data\":{").count();
    assert!(said.output.status.success(), "{errors}\n{}", said.answers);
    assert!(!said.answers.contains("\"errors\""), "{}", said.answers);
    assert_eq!(answers, asked, "each example gets an answer: {errors}\n{}", said.answers);
}

#[tokio::test]
async fn the_way_of_the_readme_leads_to_a_cancelled_appointment() {
    let (app, listener, base) = service().await;
    let script = examples("README.md", "gql()").replace(DEMO, &base);
    let asked = script.matches("gql '").count();
    let said = paste(&app, listener, script, &[]).await;
    check(&said, asked);
    assert!(said.answers.contains("\"status\":\"CANCELLED\""), "{}", said.answers);
}

#[tokio::test]
async fn the_examples_of_the_interface_are_answered() {
    let (app, listener, base) = service().await;
    let town = &app.haltern;
    let token = app.office_key(town, Scopes::ALL).await;
    let administrator = app.office_browser(town, Role::TenantAdministrator).await;
    let sid = administrator.cookies["sid"].clone();
    let script = examples("docs/api.md", DEMO).replace(DEMO, &base);
    let ops = app.platform().await;
    let ops_key = app.office_key(&ops, kernel::Scope::PlatformWrite).await;
    let asked = ["graphql '", "account '", "administrator '", "operator '"];
    let asked = asked.iter().map(|ask| script.matches(ask).count()).sum();
    assert!(asked > 20, "{asked} examples");
    let said =
        paste(&app, listener, script, &[("TOKEN", &token), ("SID", &sid), ("OPS_KEY", &ops_key)])
            .await;
    check(&said, asked);
    for part in [
        "\"hasPassword\":true",
        "Telefohn",
        "\"isValid\":false",
        "\"kept\":",
        "_stadttermin.termine",
    ] {
        assert!(said.answers.contains(part), "{part}: {}", said.answers);
    }
}
