//! The client's address: what the rate limits count.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use poem::{Addr, FromRequest, Request, RequestBody, Result};

use crate::state::State;

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// Finds the address: the peer's, or with `trusted` proxies in front the entry of
    /// `X-Forwarded-For` that the outermost of them wrote. Entries further left are the client's
    /// own words and never believed.
    fn of(request: &Request, trusted: usize) -> Self {
        let peer = match request.remote_addr().0 {
            Addr::SocketAddr(address) => address.ip(),
            _ => IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        if trusted == 0 {
            return Self(peer);
        }
        let forwarded: Vec<IpAddr> = request
            .headers()
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|entry| entry.trim().parse().ok())
            .collect();
        let written = forwarded.len().checked_sub(trusted);
        Self(
            written
                .and_then(|at| forwarded.get(at).copied())
                .unwrap_or(peer),
        )
    }

    /// What is counted as one client: an IPv4 address, or an IPv6 /64, which is what one household
    /// gets.
    pub fn bucket(&self) -> IpAddr {
        match self.0 {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(mapped) => IpAddr::V4(mapped),
                None => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (!0_u128 << 64))),
            },
        }
    }
}

impl<'a> FromRequest<'a> for ClientAddress {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let trusted = request
            .data::<State>()
            .map_or(0, |state| state.config.trusted_proxies);
        Ok(Self::of(request, trusted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(header: &str, trusted: usize) -> IpAddr {
        let request = Request::builder()
            .header("x-forwarded-for", header)
            .finish();
        ClientAddress::of(&request, trusted).0
    }

    #[test]
    fn a_client_cannot_choose_its_address() {
        let localhost = IpAddr::V4(Ipv4Addr::LOCALHOST);
        assert_eq!(forwarded("203.0.113.9", 0), localhost);
        assert_eq!(
            forwarded("1.1.1.1, 203.0.113.9", 1).to_string(),
            "203.0.113.9"
        );
        assert_eq!(
            forwarded("1.1.1.1, 203.0.113.9, 10.0.0.2", 2).to_string(),
            "203.0.113.9"
        );
        assert_eq!(forwarded("203.0.113.9", 2), localhost);
    }

    #[test]
    fn neighbours_in_one_ipv6_network_count_as_one_client() {
        let bucket = |text: &str| ClientAddress(text.parse().expect("an address")).bucket();
        assert_eq!(bucket("2001:db8::1"), bucket("2001:db8::ffff:1"));
        assert_ne!(bucket("2001:db8::1"), bucket("2001:db8:0:1::1"));
        assert_eq!(bucket("::ffff:192.0.2.1").to_string(), "192.0.2.1");
    }
}
