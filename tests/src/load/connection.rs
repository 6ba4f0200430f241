//! A connection that sends one request after the other. Hand-written: a client
//! library costs more than what some of the servers are measured for.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The longest head of an answer, in bytes.
const HEAD_MAX: usize = 16 * 1024;

pub struct Connection {
    address: String,
    stream: TcpStream,
    request: Vec<u8>,
    reply: Vec<u8>,
}

/// What was answered.
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
    /// From the request's first byte sent to the answer's last one read.
    pub took: Duration,
}

impl Reply {
    /// # Panics
    /// Where the body is no JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

impl Connection {
    /// # Panics
    /// Where nobody answers at the address.
    pub fn open(address: &str) -> Self {
        Self {
            stream: connect(address),
            address: address.to_owned(),
            request: Vec::new(),
            reply: Vec::new(),
        }
    }

    /// Sends a request and reads its answer. Where the server has closed the
    /// connection meanwhile, another one is opened.
    ///
    /// # Panics
    /// Where the answer is none of HTTP/1.1 with a length.
    pub fn send(&mut self, method: &str, path: &str, token: &str, body: &str) -> Reply {
        self.request.clear();
        write!(
            self.request,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .expect("a request");
        let begun = Instant::now();
        if self.stream.write_all(&self.request).is_err() || !self.read_head() {
            self.stream = connect(&self.address);
            self.stream.write_all(&self.request).expect("a request");
            assert!(self.read_head(), "no answer to {method} {path}");
        }
        self.read_reply(begun)
    }

    /// Reads until the head is whole; false where the connection has ended.
    fn read_head(&mut self) -> bool {
        self.reply.clear();
        let mut chunk = [0; 4096];
        while !ends_head(&self.reply) {
            match self.stream.read(&mut chunk) {
                Ok(0) | Err(_) => return false,
                Ok(read) => self.reply.extend_from_slice(&chunk[..read]),
            }
            assert!(
                self.reply.len() < HEAD_MAX || ends_head(&self.reply),
                "an answer's head is too long"
            );
        }
        true
    }

    fn read_reply(&mut self, begun: Instant) -> Reply {
        let head = head_length(&self.reply).expect("a whole head");
        let text = String::from_utf8_lossy(&self.reply[..head]).into_owned();
        let status = text
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status");
        let length: usize = text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(0, |(_, length)| length.trim().parse().expect("a length"));
        let mut body = self.reply.split_off(head);
        let missing = length.saturating_sub(body.len());
        let read = body.len();
        body.resize(read + missing, 0);
        self.stream.read_exact(&mut body[read..]).expect("a body");
        Reply {
            status,
            body,
            took: begun.elapsed(),
        }
    }
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).expect("a server");
    stream.set_nodelay(true).expect("a socket");
    stream
}

fn ends_head(bytes: &[u8]) -> bool {
    head_length(bytes).is_some()
}

fn head_length(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map(|position| position + 4)
}
