//! Where a request comes from. A proxy that is trusted says for whom it asks; nobody else is believed.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Addresses and networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Reads a list with commas or spaces between; `Err` with what is neither an address nor a network.
    pub fn read(list: &str) -> Result<Self, String> {
        let parts = list.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
        let network = |part: &str| {
            let address = part.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
            address.or_else(|_| part.parse()).map_err(|_| part.to_owned())
        };
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }

    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Whom a request comes from: the peer, or where that is a trusted proxy, the nearest address that it names which is none.
/// Each proxy adds to the end of the list the address that it was asked by, so that what a client has put there itself
/// stands further in front, and is never reached.
pub fn of(proxies: &Networks, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut known = peer.to_canonical();
    let lines = headers.get_all(FORWARDED_FOR);
    let lines: Vec<&str> = lines.iter().map(|line| line.to_str().unwrap_or("?")).collect();
    for named in lines.iter().flat_map(|line| line.split(',')).rev() {
        if !proxies.contain(known) {
            break;
        }
        let Some(address) = read(named.trim()) else { break };
        known = address;
    }
    known
}

/// As proxies write it: with a port or without, in brackets or without.
fn read(text: &str) -> Option<IpAddr> {
    let address = text.parse().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    address.ok().or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

/// What an address is counted as. Whoever has one of version 6 has all of its network.
pub fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

type Counts = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// How many connections each address has open.
pub struct Doors {
    most: usize,
    exempt: Networks,
    open: Counts,
}

/// A connection that is counted until this is dropped; nothing where its address is exempt.
pub struct Entered(Option<(Counts, IpAddr)>);

/// How many connections there may be in all, whoever they are from.
pub struct Room {
    places: Arc<Semaphore>,
}

impl Room {
    pub fn new(places: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS))) }
    }

    /// A place that is taken until it is dropped; `None` where all are.
    pub fn take(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }
}

impl Doors {
    /// `most` for each address but the exempt ones.
    pub fn new(most: usize, exempt: Networks) -> Self {
        Self { most, exempt, open: Arc::default() }
    }

    /// The networks of loopback, and these.
    pub fn exempt(proxies: &Networks) -> Networks {
        let loopback = ["127.0.0.0/8", "::1/128"].into_iter().filter_map(|network| network.parse().ok());
        Networks(loopback.chain(proxies.0.iter().copied()).collect())
    }

    /// `None` where the address has as many open as it may.
    pub fn enter(&self, address: IpAddr) -> Option<Entered> {
        if self.exempt.contain(address) {
            return Some(Entered(None));
        }
        let address = counted(address);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Entered(Some((Arc::clone(&self.open), address))))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let Some((open, address)) = &self.0 else { return };
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(address) {
            *count -= 1;
            if *count == 0 {
                open.remove(address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn asked(proxies: &str, peer: &str, lines: &[&'static str]) -> IpAddr {
        let headers = lines.iter().map(|line| (FORWARDED_FOR, HeaderValue::from_static(line))).collect();
        of(&Networks::read(proxies).unwrap(), address(peer), &headers)
    }

    #[test]
    fn nobody_but_a_trusted_proxy_is_believed() {
        assert_eq!(asked("", "192.0.2.1", &["198.51.100.7"]), address("192.0.2.1"));
        assert_eq!(asked("10.0.0.1", "192.0.2.1", &["198.51.100.7"]), address("192.0.2.1"));
        assert_eq!(asked("192.0.2.1", "192.0.2.1", &["198.51.100.7"]), address("198.51.100.7"));
        assert_eq!(asked("192.0.2.1", "192.0.2.1", &[]), address("192.0.2.1"));
        assert_eq!(asked("192.0.2.1", "::ffff:192.0.2.1", &["198.51.100.7"]), address("198.51.100.7"));
    }

    #[test]
    fn what_a_client_says_itself_is_never_reached() {
        let proxies = "10.0.0.0/8 192.0.2.1";
        assert_eq!(asked(proxies, "192.0.2.1", &["1.1.1.1, 198.51.100.7"]), address("198.51.100.7"));
        assert_eq!(asked(proxies, "192.0.2.1", &["1.1.1.1, 198.51.100.7, 10.2.3.4"]), address("198.51.100.7"));
        assert_eq!(asked(proxies, "192.0.2.1", &["1.1.1.1", "198.51.100.7"]), address("198.51.100.7"));
        assert_eq!(asked(proxies, "192.0.2.1", &["10.1.1.1, unknown, 10.2.3.4"]), address("10.2.3.4"));
        assert_eq!(asked(proxies, "192.0.2.1", &["junk"]), address("192.0.2.1"));
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (text, read) in [
            ("198.51.100.7:4711", "198.51.100.7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("2001:db8::7", "2001:db8::7"),
        ] {
            assert_eq!(super::read(text), Some(address(read)), "{text}");
        }
        assert_eq!(Networks::read("127.0.0.1, chat.example"), Err("chat.example".to_owned()));
    }

    #[test]
    fn an_address_has_so_many_connections_and_no_more() {
        let doors = Doors::new(2, Doors::exempt(&Networks::read("192.0.2.1").unwrap()));
        let one = doors.enter(address("198.51.100.7"));
        let two = doors.enter(address("::ffff:198.51.100.7"));
        assert!(one.is_some() && two.is_some() && doors.enter(address("198.51.100.7")).is_none());
        assert!(doors.enter(address("198.51.100.8")).is_some());
        drop(one);
        assert!(doors.enter(address("198.51.100.7")).is_some());
        let network = [doors.enter(address("2001:db8::1")), doors.enter(address("2001:db8::2"))];
        assert!(network.iter().all(Option::is_some) && doors.enter(address("2001:db8::3")).is_none());
        for exempt in ["127.0.0.1", "127.9.9.9", "::1", "192.0.2.1"] {
            let entered: Vec<_> = (0..9).map(|_| doors.enter(address(exempt))).collect();
            assert!(entered.iter().all(Option::is_some), "{exempt}");
        }
    }
}
