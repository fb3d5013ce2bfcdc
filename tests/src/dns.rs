//! A name server of the test's own: real questions over UDP, answered from a table.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::net::UdpSocket;

/// Serves TXT records on this machine until it is dropped.
#[derive(Debug)]
pub struct NameServer {
    address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Zone {
    texts: BTreeMap<String, String>,
    is_broken: bool,
}

impl NameServer {
    /// Starts it, with nothing published.
    pub async fn start() -> Self {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = socket.local_addr().expect("an address");
        let zone = Arc::new(Mutex::new(Zone::default()));
        let served = zone.clone();
        let task = tokio::spawn(async move {
            let mut buffer = [0; 1024];
            while let Ok((length, client)) = socket.recv_from(&mut buffer).await {
                let answer = {
                    let zone = served.lock().unwrap_or_else(PoisonError::into_inner);
                    zone.answer(&buffer[..length])
                };
                let _ = socket.send_to(&answer, client).await;
            }
        });
        Self { address, zone, task }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Publishes a TXT record.
    pub fn publish(&self, name: &str, text: &str) {
        let mut zone = self.zone.lock().unwrap_or_else(PoisonError::into_inner);
        zone.texts.insert(name.to_owned(), text.to_owned());
    }

    /// Takes a record away.
    pub fn withdraw(&self, name: &str) {
        self.zone.lock().unwrap_or_else(PoisonError::into_inner).texts.remove(name);
    }

    /// From now on it answers that it cannot answer.
    pub fn fail(&self, is_broken: bool) {
        self.zone.lock().unwrap_or_else(PoisonError::into_inner).is_broken = is_broken;
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Zone {
    /// RFC 1035, section 4: the question comes back, with at most one record.
    fn answer(&self, query: &[u8]) -> Vec<u8> {
        let (name, end) = question(query);
        let found = self.texts.get(&name).filter(|_| !self.is_broken);
        let code: u8 = match (self.is_broken, found) {
            (true, _) => 2,
            (false, Some(_)) => 0,
            (false, None) => 3,
        };
        let mut answer = query[..2].to_vec();
        answer.extend([0x81, 0x80 | code, 0, 1, 0, u8::from(found.is_some()), 0, 0, 0, 0]);
        answer.extend(&query[12..end]);
        if let Some(text) = found {
            let length = u8::try_from(text.len()).expect("a short text");
            answer.extend([0xc0, 0x0c, 0, 16, 0, 1, 0, 0, 0, 0, 0, length + 1, length]);
            answer.extend(text.as_bytes());
        }
        answer
    }
}

/// The name that is asked for, and where the question ends.
fn question(query: &[u8]) -> (String, usize) {
    let (mut labels, mut at) = (Vec::new(), 12);
    while query[at] != 0 {
        let length = usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..=at + length]).to_lowercase());
        at += length + 1;
    }
    (labels.join("."), at + 5)
}
