//! Redis servers of a test's own: with TLS and password, and a group that Sentinels watch.

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A server that ends with the test.
#[derive(Debug)]
pub struct RedisServer {
    /// Its port on this machine.
    pub port: u16,
    process: Child,
    folder: PathBuf,
}

impl RedisServer {
    /// Starts a server with these settings, one `name value` per line.
    pub fn start(settings: &str) -> Self {
        Self::run(free_port(), settings, &[])
    }

    /// Starts a Sentinel that watches the group `name`, whose master is at `port`.
    pub fn sentinel(name: &str, master: u16) -> Self {
        let settings = format!(
            "sentinel monitor {name} 127.0.0.1 {master} 1\nsentinel down-after-milliseconds {name} 300\n\
             sentinel failover-timeout {name} 2000\nsentinel parallel-syncs {name} 1\n"
        );
        Self::run(free_port(), &settings, &["--sentinel"])
    }

    /// Starts a server that speaks TLS only and wants a password. Returns it with its authority's certificate (PEM).
    pub fn with_tls(password: &str) -> (Self, String) {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
        let certificate = made.cert.pem();
        let folder = folder();
        let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
        fs::write(&cert, &certificate).expect("written");
        fs::write(&key, made.signing_key.serialize_pem()).expect("written");
        let port = free_port();
        let settings = format!(
            "tls-port {port}\ntls-cert-file {}\ntls-key-file {}\ntls-ca-cert-file {}\ntls-auth-clients no\n\
             requirepass {password}\n",
            cert.display(),
            key.display(),
            cert.display()
        );
        (Self::run_in(folder, 0, port, &settings, &[]), certificate)
    }

    /// Ends the process at once.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    fn run(port: u16, settings: &str, arguments: &[&str]) -> Self {
        Self::run_in(folder(), port, port, settings, arguments)
    }

    fn run_in(folder: PathBuf, plain: u16, port: u16, settings: &str, arguments: &[&str]) -> Self {
        let file = folder.join("redis.conf");
        let common = format!(
            "port {plain}\nbind 127.0.0.1\ndir {}\nsave \"\"\nappendonly no\ndaemonize no\n",
            folder.display()
        );
        fs::write(&file, format!("{common}{settings}")).expect("written");
        let process = Command::new("redis-server")
            .arg(&file)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is installed");
        let server = Self { port, process, folder };
        server.wait();
        server
    }

    #[expect(clippy::disallowed_methods, reason = "a test's server begins; nothing else runs here")]
    fn pause(&self) {
        let _ = self;
        std::thread::sleep(Duration::from_millis(20));
    }

    fn wait(&self) {
        let until = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < until, "redis-server did not begin to listen");
            self.pause();
        }
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn folder() -> PathBuf {
    let name = format!("stadttermin-redis-{:016x}", rand::random::<u64>());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}
