//! As little of HTTP/1.1 as a load generator needs: what it costs is taken from the two that are measured.

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection that is kept.
pub(crate) struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// Where the body of an answer lies.
struct Frame {
    status: u16,
    head: usize,
    body: Body,
}

enum Body {
    Sized(usize),
    Chunked,
}

impl Wire {
    /// Connects on this machine.
    pub(crate) async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("cannot connect")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(2 * 1024) })
    }

    /// Sends a request, reads the answer into `body`, and returns its status.
    pub(crate) async fn exchange(&mut self, request: &[u8], body: &mut Vec<u8>) -> Result<u16> {
        self.stream.write_all(request).await?;
        body.clear();
        self.buffer.clear();
        let frame = loop {
            self.more().await?;
            if let Some(frame) = frame(&self.buffer)? {
                break frame;
            }
        };
        match frame.body {
            Body::Sized(length) => {
                while self.buffer.len() < frame.head + length {
                    self.more().await?;
                }
                body.extend_from_slice(
                    self.buffer.get(frame.head..frame.head + length).unwrap_or_default(),
                );
            }
            Body::Chunked => self.chunks(frame.head, body).await?,
        }
        Ok(frame.status)
    }

    async fn chunks(&mut self, mut at: usize, body: &mut Vec<u8>) -> Result<()> {
        loop {
            let line = loop {
                let rest = self.buffer.get(at..).unwrap_or_default();
                if let Some(end) = find(rest, b"\r\n") {
                    break end;
                }
                self.more().await?;
            };
            let digits = self.buffer.get(at..at + line).unwrap_or_default();
            let length = usize::from_str_radix(std::str::from_utf8(digits)?.trim(), 16)?;
            at += line + 2;
            while self.buffer.len() < at + length + 2 {
                self.more().await?;
            }
            if length == 0 {
                return Ok(());
            }
            body.extend_from_slice(self.buffer.get(at..at + length).unwrap_or_default());
            at += length + 2;
        }
    }

    async fn more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the service closed the connection");
        }
        Ok(())
    }
}

fn frame(bytes: &[u8]) -> Result<Option<Frame>> {
    let Some(end) = find(bytes, b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(bytes.get(..end).unwrap_or_default())?;
    let status = head.get(9..12).and_then(|digits| digits.parse().ok()).context("no status")?;
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let body = match header("content-length") {
        Some(length) => Body::Sized(length.parse()?),
        None if header("transfer-encoding").is_some() => Body::Chunked,
        None => Body::Sized(0),
    };
    Ok(Some(Frame { status, head: end + 4, body }))
}

/// Where `needle` begins.
pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

/// A GraphQL request to a municipality's host.
pub(crate) fn graphql(host: &str, body: &str, request: &mut Vec<u8>) {
    use std::io::Write;
    request.clear();
    // writing to memory does not fail
    let _ = write!(
        request,
        "POST /graphql HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
}

/// A GET of a page.
pub(crate) fn get(host: &str, path: &str, encoding: &str, request: &mut Vec<u8>) {
    use std::io::Write;
    request.clear();
    let _ = write!(
        request,
        "GET {path} HTTP/1.1\r\nhost: {host}\r\naccept-encoding: {encoding}\r\naccept-language: de\r\n\r\n"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_to_its_end() {
        assert!(frame(b"HTTP/1.1 200 OK\r\ncontent-le").unwrap().is_none());
        let whole = frame(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").unwrap().unwrap();
        assert_eq!(whole.status, 200);
        assert!(matches!(whole.body, Body::Sized(5)));
        let parts =
            frame(b"HTTP/1.1 503 No\r\ntransfer-encoding: chunked\r\n\r\n").unwrap().unwrap();
        assert_eq!(parts.status, 503);
        assert!(matches!(parts.body, Body::Chunked));
    }
}
