//! Other people's programs between browser, service and database: `PgBouncer` and `HAProxy`, as Debian has them.

use std::{
    fmt::Write as _,
    fs,
    io::{Read, Write as _},
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        net::UnixStream,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{Database, running::free_port};

/// A program with a folder of its own. Ended with the value.
#[derive(Debug)]
struct Neighbour {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl Neighbour {
    fn start(command: &mut Command, folder: PathBuf, port: u16) -> Self {
        let log = fs::File::create(folder.join("log")).expect("a log");
        let process = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}; deploy/install.sh test"));
        let mut neighbour = Self { process, folder, port };
        neighbour.wait();
        neighbour
    }

    #[expect(clippy::disallowed_methods, reason = "a test's server begins; nothing else runs here")]
    fn wait(&mut self) {
        let until = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            let ended = self.process.try_wait().expect("a status");
            assert!(ended.is_none() && Instant::now() < until, "it does not listen: {}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn folder(name: &str) -> PathBuf {
    let folder =
        std::env::temp_dir().join(format!("stadttermin-{name}-{:016x}", rand::random::<u64>()));
    fs::create_dir_all(&folder).expect("a folder");
    // the program may run as a lesser user
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("readable");
    folder
}

/// `PgBouncer` in front of a test's database, lending connections for one transaction.
#[derive(Debug)]
pub struct PgBouncer {
    neighbour: Neighbour,
}

impl PgBouncer {
    /// Starts it with so many connections to the server. `settings`: further lines of its configuration.
    pub fn start(database: &Database, connections: u32, settings: &str) -> Self {
        let direct = Url::parse(database.app_url.expose_secret()).expect("an address");
        let socket = direct.query_pairs().find(|(name, _)| name == "host");
        let host = socket.map_or_else(
            || direct.host_str().unwrap_or_default().to_owned(),
            |(_, folder)| folder.into_owned(),
        );
        let (folder, port) = (folder("pgbouncer"), free_port());
        let users = folder.join("users");
        let mut known = String::new();
        for url in [&database.app_url, &database.owner_url] {
            let url = Url::parse(url.expose_secret()).expect("an address");
            let _ = writeln!(known, "\"{}\" \"{}\"", url.username(), url.password().unwrap_or(""));
        }
        fs::write(&users, known).expect("written");
        let file = folder.join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={host} port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = trust\nauth_file = {}\npool_mode = transaction\n\
             default_pool_size = {connections}\nmax_client_conn = 1000\n{settings}\n",
            direct.port().unwrap_or(5432),
            users.display(),
        );
        fs::write(&file, text).expect("written");
        let mut command = as_whom(Path::new(&host), program("pgbouncer"));
        Self { neighbour: Neighbour::start(command.arg(&file), folder, port) }
    }

    /// The same address by way of it.
    pub fn address(&self, direct: &SecretString) -> SecretString {
        let mut url = Url::parse(direct.expose_secret()).expect("an address");
        url.set_query(None);
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(self.neighbour.port)).expect("a port");
        SecretString::from(url.to_string())
    }
}

/// Where a program is: Debian keeps servers in a folder that not everybody's path has.
fn program(name: &str) -> PathBuf {
    let usual = Path::new("/usr/sbin").join(name);
    if usual.exists() { usual } else { PathBuf::from(name) }
}

/// `PgBouncer` does not run as root, and the sockets of the private Postgres are for one user only: the one that owns their
/// folder, or, where root owns it, root seen as another.
fn as_whom(sockets: &Path, program: PathBuf) -> Command {
    let own = fs::metadata("/proc/self").map_or(1, |own| own.uid());
    let Some(owner) = fs::metadata(sockets).ok().filter(|_| own == 0) else {
        return Command::new(program);
    };
    let mut command = if owner.uid() == 0 {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-user=1000", "--map-group=1000"]);
        command
    } else {
        let mut command = Command::new("setpriv");
        command.arg(format!("--reuid={}", owner.uid()));
        command.arg(format!("--regid={}", owner.gid())).arg("--clear-groups");
        command
    };
    command.arg(program);
    command
}

/// `HAProxy` in front of some gateways. It takes out whoever is not ready.
#[derive(Debug)]
pub struct HaProxy {
    neighbour: Neighbour,
}

impl HaProxy {
    /// Starts it with these ports behind it. The configuration is that of `docs/operations.md`.
    pub fn start(gateways: &[u16]) -> Self {
        let (folder, port) = (folder("haproxy"), free_port());
        let page = crate::repository::text("docs/operations.md");
        let recipe = page.split("<!-- tried: haproxy -->\n```haproxy\n").nth(1).expect("a recipe");
        let recipe = recipe.split("```").next().unwrap_or_default();
        let (before, _) = recipe.split_once("  server ").expect("a server");
        let mut text = before.replace(
            "bind :443 ssl crt /etc/haproxy/termine.pem",
            &format!("bind 127.0.0.1:{port}"),
        );
        for (number, gateway) in gateways.iter().enumerate() {
            let _ = writeln!(text, "  server gateway-{number} 127.0.0.1:{gateway}");
        }
        // for whoever takes a gateway out before it is stopped
        let orders = folder.join("orders");
        let text = format!("global\n  stats socket {} level admin\n{text}", orders.display());
        let file = folder.join("haproxy.cfg");
        fs::write(&file, text).expect("written");
        let mut command = Command::new(program("haproxy"));
        // in the foreground and alone: a master would outlive its killing
        Self { neighbour: Neighbour::start(command.arg("-db").arg("-f").arg(&file), folder, port) }
    }

    /// Sends nobody to a gateway any more.
    pub fn take_out(&self, number: usize) {
        self.order(number, "drain");
    }

    /// Sends people there again.
    pub fn put_back(&self, number: usize) {
        self.order(number, "ready");
    }

    fn order(&self, number: usize, state: &str) {
        let mut orders =
            UnixStream::connect(self.neighbour.folder.join("orders")).expect("the proxy's socket");
        let order = format!("set server gateways/gateway-{number} state {state}\n");
        orders.write_all(order.as_bytes()).expect("ordered");
        let mut said = String::new();
        orders.read_to_string(&mut said).expect("an answer");
        assert_eq!(said.trim(), "", "{order}");
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.neighbour.port
    }
}
