// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package forwarded

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
)

// maxHops is more proxies than anybody has in a row: it bounds what a long list costs.
const maxHops = 32

// Proxies are those that are believed when they say, in X-Forwarded-For, from whom they have a request.
type Proxies []netip.Prefix

// ParseProxies reads what a setting with this name lists. The error says of each entry that can't be read what to write.
func ParseProxies(setting string, entries []string) (Proxies, error) {
	var proxies Proxies
	var errs error
	for i, entry := range entries {
		proxy, err := ParseProxy(entry)
		if err != nil {
			errs = errors.Join(errs, fmt.Errorf("%s[%d] is %q: %w", setting, i, entry, err))
		}
		proxies = append(proxies, proxy)
	}
	return proxies, errs
}

// ParseProxy reads the address of a proxy, or a CIDR of several. The error says what to write.
func ParseProxy(entry string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(entry); err == nil {
		if address.Zone() != "" {
			return netip.Prefix{}, errors.New("a zone means nothing here, leave it out")
		}
		address = address.Unmap()
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(entry)
	switch {
	case err != nil:
		return netip.Prefix{}, errors.New("not an address or a CIDR, write it as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32")
	case prefix.Addr().Is4In6():
		return netip.Prefix{}, errors.New("IPv4 inside of IPv6, write it as IPv4")
	case prefix.Bits() == 0:
		return netip.Prefix{}, errors.New("everybody, who could then say to be anybody: list your own proxies only")
	case prefix != prefix.Masked():
		return netip.Prefix{}, fmt.Errorf("not the beginning of its network, write %v, or %v for one proxy",
			prefix.Masked(), prefix.Addr())
	}
	return prefix, nil
}

// Client returns the address of the client that a request comes from, as Address does. All addresses of an IPv6 /64
// belong to one client, and are returned as the first of them.
func (p Proxies) Client(peer net.Addr, sources map[string][]string) netip.Addr {
	return network(p.Address(peer, sources))
}

// Address returns the address that a request comes from: the peer's, or, if that is one of the proxies, the one that it,
// and the proxies before it, have added to X-Forwarded-For last, without zone; IPv4 in IPv6 is IPv4. The zero value says
// that there is no address, for example because the peer is a Unix socket. Sources are HTTP headers or gRPC metadata.
func (p Proxies) Address(peer net.Addr, sources map[string][]string) netip.Addr {
	address := addressOf(peer)
	if p.include(address) {
		return p.follow(address, forwardedFor(sources))
	}
	return address
}

// follow goes from one proxy to the one before, until somebody is none. Nobody vouches for what is further left. What
// can't be read may be from a client, so it ends at the proxy that has added it, and so it does after maxHops.
func (p Proxies) follow(proxy netip.Addr, values []string) netip.Addr {
	hops := 0
	for element := range backwards(values) {
		address, ok := parse(element)
		if !ok || hops == maxHops {
			return proxy
		}
		if !p.include(address) {
			return address
		}
		proxy = address
		hops++
	}
	return proxy
}

func (p Proxies) include(address netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

// addressOf understands what the Collector has as a peer over HTTP and gRPC.
func addressOf(peer net.Addr) netip.Addr {
	var address netip.Addr
	switch peer := peer.(type) {
	case *net.TCPAddr:
		address = peer.AddrPort().Addr()
	case *net.IPAddr:
		address, _ = netip.AddrFromSlice(peer.IP)
	}
	return plain(address)
}

func plain(address netip.Addr) netip.Addr {
	return address.Unmap().WithZone("")
}

// network returns the first address of the /64 that a subscriber has at least; of IPv4 the address.
func network(address netip.Addr) netip.Addr {
	const bits = 64
	if !address.Is6() {
		return address
	}
	prefix, _ := address.Prefix(bits) // can't fail
	return prefix.Addr()
}
