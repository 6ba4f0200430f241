//! Networks by address and length, and the address that a request comes from.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use axum::http::HeaderMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What proxies write whom they ask for into, the last one last.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// Networks in one setting.
const NETWORKS_MAX: usize = 64;
/// Of an address of version 6, what one customer of a provider is given.
const CUSTOMER_BITS: u32 = 64;

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Such as `10.0.0.0/8`, or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        let shift = |width: u32| width - self.bits;
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differs = own.to_bits() ^ other.to_bits();
                differs.checked_shr(shift(32)).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differs = own.to_bits() ^ other.to_bits();
                differs.checked_shr(shift(128)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("takes addresses and networks such as 10.0.0.0/8, not `{text}`");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.trim().parse().map_err(|_| wrong())?,
            None => width,
        };
        if bits > width {
            return Err(wrong());
        }
        Ok(Self { address, bits })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

/// Several; as a list, or in one text with commas between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<Network>);

impl Networks {
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Who asks: the other end of the connection, or where that is a proxy that
    /// is trusted, whoever it asks for. Of several proxies in a row each names
    /// the one before it; what stands before the first that is not trusted may
    /// be made up.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let lines = headers.get_all(FORWARDED_FOR).iter();
        let lines: Vec<&str> = lines.map(|line| line.to_str().unwrap_or("")).collect();
        let mut named = lines.iter().rev().flat_map(|line| line.rsplit(','));
        while self.contain(client) {
            match named.next().map(|text| text.trim().parse::<IpAddr>()) {
                Some(Ok(address)) => client = address.to_canonical(),
                Some(Err(_)) | None => break,
            }
        }
        client
    }
}

impl FromStr for Networks {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let texts = text.split(',').map(str::trim);
        let texts = texts.filter(|text| !text.is_empty());
        let networks: Vec<Network> = texts.map(str::parse).collect::<Result<_, _>>()?;
        if networks.len() > NETWORKS_MAX {
            return Err(format!("takes at most {NETWORKS_MAX} networks"));
        }
        Ok(Self(networks))
    }
}

impl Serialize for Networks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(ToString::to_string))
    }
}

impl<'de> Deserialize<'de> for Networks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            List(Vec<String>),
        }
        let text = match Written::deserialize(deserializer) {
            Ok(Written::Text(text)) => text,
            Ok(Written::List(texts)) => texts.join(","),
            Err(_) => {
                return Err(serde::de::Error::custom(
                    "takes a list of addresses and networks such as 10.0.0.0/8",
                ));
            }
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Whom a limit per address counts as one.
pub fn customer(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let shift = 128 - CUSTOMER_BITS;
            IpAddr::V6((address.to_bits() >> shift << shift).into())
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(text: &str) -> Networks {
        text.parse().unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_holds_what_begins_as_it_does() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("192.168.1.7", "192.168.1.7", "192.168.1.6"),
            ("0.0.0.0/0", "203.0.113.9", "::1"),
            ("fd00::/8", "fdff::1", "fe80::1"),
            ("::/0", "2001:db8::1", "127.0.0.1"),
            ("::1", "::1", "::2"),
            // A socket for both versions shows the older one so.
            ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3"),
        ] {
            let network: Network = network.parse().unwrap();
            assert!(network.contains(ip(inside)), "{network} {inside}");
            assert!(!network.contains(ip(outside)), "{network} {outside}");
        }
        for wrong in [
            "10.0.0.0/33",
            "::/129",
            "10.0.0",
            "here",
            "10.0.0.0/x",
            "/8",
        ] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn networks_are_read_from_a_text_and_from_a_list() {
        let expected = networks("10.0.0.0/8,::1");
        for json in [
            r#""10.0.0.0/8, ::1""#,
            r#"["10.0.0.0/8", "::1/128"]"#,
            r#"["10.0.0.0/8,::1"]"#,
        ] {
            assert_eq!(serde_json::from_str::<Networks>(json).unwrap(), expected);
        }
        let json = serde_json::to_string(&expected).unwrap();
        assert_eq!(json, r#"["10.0.0.0/8","::1/128"]"#);
        for wrong in ["7", r#"["x"]"#, r#"[7]"#] {
            assert!(serde_json::from_str::<Networks>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_proxy_is_believed_where_it_is_trusted_and_no_further() {
        let trusted = networks("10.0.0.0/8");
        let client = |peer: &str, lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, line.parse().unwrap());
            }
            trusted.client(ip(peer), &headers).to_string()
        };
        // Who is no proxy may say what it likes.
        assert_eq!(client("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        // What the client has made up stands first.
        let forged = "192.0.2.66, 198.51.100.1";
        assert_eq!(client("10.0.0.1", &[forged]), "198.51.100.1");
        assert_eq!(
            client("10.0.0.1", &["192.0.2.66", "198.51.100.1, 10.0.0.2"]),
            "198.51.100.1"
        );
        // A proxy that asks for itself, or writes what is no address.
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["10.0.0.2"]), "10.0.0.2");
    }

    #[test]
    fn a_customer_has_one_address_of_version_4_and_many_of_version_6() {
        assert_eq!(customer(ip("192.0.2.1")), ip("192.0.2.1"));
        assert_eq!(customer(ip("2001:db8::1:2:3")), ip("2001:db8::"));
        assert_eq!(customer(ip("2001:db8::1")), customer(ip("2001:db8::2")));
        assert_ne!(
            customer(ip("2001:db8:0:1::")),
            customer(ip("2001:db8:0:2::"))
        );
    }
}
