// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package forwarded

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func proxies(tb testing.TB, entries ...string) Proxies {
	tb.Helper()
	var p Proxies
	for _, entry := range entries {
		prefix, err := ParseProxy(entry)
		require.NoError(tb, err)
		p = append(p, prefix)
	}
	return p
}

func TestParseProxy(t *testing.T) {
	for entry, want := range map[string]string{
		"192.0.2.7":         "192.0.2.7/32",
		"10.0.0.0/8":        "10.0.0.0/8",
		"10.0.0.7/32":       "10.0.0.7/32",
		"2001:db8::1":       "2001:db8::1/128",
		"2001:db8::/32":     "2001:db8::/32",
		"::ffff:192.0.2.7":  "192.0.2.7/32",
		"0.0.0.0":           "0.0.0.0/32",
		"128.0.0.0/1":       "128.0.0.0/1",
		"fe80::/10":         "fe80::/10",
		"2001:DB8:0:0::/64": "2001:db8::/64",
	} {
		got, err := ParseProxy(entry)
		require.NoError(t, err, entry)
		assert.Equal(t, want, got.String())
	}
	for entry, want := range map[string]string{
		"":                  "not an address or a CIDR, write it as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32",
		"localhost":         "not an address or a CIDR, write it as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32",
		"10.0.0.0/33":       "not an address or a CIDR, write it as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32",
		"10.0.0.1:80":       "not an address or a CIDR, write it as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32",
		"fe80::1%eth0":      "a zone means nothing here, leave it out",
		"fe80::%eth0/64":    "a zone means nothing here, leave it out",
		"10.1.2.3/8":        "not the beginning of its network, write 10.0.0.0/8, or 10.1.2.3 for one proxy",
		"2001:db8::1/64":    "not the beginning of its network, write 2001:db8::/64, or 2001:db8::1 for one proxy",
		"0.0.0.0/0":         "everybody, who could then say to be anybody: list your own proxies only",
		"::/0":              "everybody, who could then say to be anybody: list your own proxies only",
		"::ffff:0.0.0.0/96": "IPv4 inside of IPv6, write it as IPv4",
	} {
		_, err := ParseProxy(entry)
		assert.EqualError(t, err, want, entry)
	}
}

func TestAllFaultsOfAList(t *testing.T) {
	_, err := ParseProxies("trusted_proxies", []string{"10.0.0.0/8", "localhost", "0.0.0.0/0"})
	require.ErrorContains(t, err, `trusted_proxies[1] is "localhost": not an address`)
	assert.ErrorContains(t, err, `trusted_proxies[2] is "0.0.0.0/0": everybody`)
}

// An address is told whole, a client by the network that it has to itself.
func TestAddress(t *testing.T) {
	behind := map[string][]string{canonical: {"2001:db8:1:2:3:4:5:6"}}
	assert.Equal(t, "2001:db8:1:2:3:4:5:6", proxies(t, "10.0.0.1").Address(tcp("10.0.0.1"), behind).String())
	assert.Equal(t, "2001:db8:1:2::", proxies(t, "10.0.0.1").Client(tcp("10.0.0.1"), behind).String())
	assert.Equal(t, "10.0.0.1", proxies(t, "10.0.0.2").Address(tcp("10.0.0.1"), behind).String())
}

func tcp(address string) net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(address), 4711))
}

func TestPeer(t *testing.T) {
	for name, tt := range map[string]struct {
		peer net.Addr
		want string
	}{
		"IPv4":         {tcp("192.0.2.7"), "192.0.2.7"},
		"IPv4 in IPv6": {tcp("::ffff:192.0.2.7"), "192.0.2.7"},
		"IPv6":         {tcp("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::"},
		"link-local":   {tcp("fe80::1%eth0"), "fe80::"},
		"over HTTP":    {&net.IPAddr{IP: net.ParseIP("192.0.2.7")}, "192.0.2.7"},
		"no address":   {&net.IPAddr{}, "invalid IP"},
		"Unix socket":  {&net.UnixAddr{Name: "@", Net: "unix"}, "invalid IP"},
		"no peer":      {nil, "invalid IP"},
		"nil":          {(*net.TCPAddr)(nil), "invalid IP"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, p := range []Proxies{nil, proxies(t, "203.0.113.0/24", "::1")} {
				forged := map[string][]string{canonical: {"203.0.113.1"}}
				assert.Equal(t, tt.want, p.Client(tt.peer, forged).String())
			}
		})
	}
}

func TestForwardedFor(t *testing.T) {
	long := strings.Repeat("1", 1<<20)
	for name, tt := range map[string]struct {
		values []string
		want   string
	}{
		"nothing":                          {nil, "10.0.0.1"},
		"an empty line":                    {[]string{""}, "10.0.0.1"},
		"one address":                      {[]string{"192.0.2.7"}, "192.0.2.7"},
		"what a client has put in front":   {[]string{"198.51.100.1, 192.0.2.7"}, "192.0.2.7"},
		"a proxy in front of the proxy":    {[]string{"198.51.100.1, 192.0.2.7, 10.0.0.3"}, "192.0.2.7"},
		"several lines":                    {[]string{"198.51.100.1", "192.0.2.7, 10.0.0.3", "10.0.0.2"}, "192.0.2.7"},
		"only proxies":                     {[]string{"10.0.0.4, 10.0.0.3", "10.0.0.2"}, "10.0.0.4"},
		"spaces and tabs":                  {[]string{" 198.51.100.1 ,\t192.0.2.7 \t"}, "192.0.2.7"},
		"no spaces":                        {[]string{"198.51.100.1,192.0.2.7,10.0.0.3"}, "192.0.2.7"},
		"a port":                           {[]string{"192.0.2.7:4711"}, "192.0.2.7"},
		"a proxy with a port":              {[]string{"192.0.2.7, 10.0.0.3:4711"}, "192.0.2.7"},
		"IPv6":                             {[]string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::"},
		"IPv6 in brackets":                 {[]string{"[2001:db8:1:2:3:4:5:6]"}, "2001:db8:1:2::"},
		"IPv6 with a port":                 {[]string{"[2001:db8:1:2:3:4:5:6]:4711"}, "2001:db8:1:2::"},
		"IPv6 with a zone":                 {[]string{"fe80::1%eth0"}, "fe80::"},
		"IPv4 in IPv6":                     {[]string{"::ffff:192.0.2.7"}, "192.0.2.7"},
		"a proxy's IPv4 in IPv6":           {[]string{"192.0.2.7, ::ffff:10.0.0.3"}, "192.0.2.7"},
		"a proxy by IPv6":                  {[]string{"192.0.2.7, [2001:db8::1]:443"}, "192.0.2.7"},
		"garbage":                          {[]string{"192.0.2.7, unknown"}, "10.0.0.1"},
		"garbage behind a proxy":           {[]string{"192.0.2.7, _hidden, 10.0.0.3"}, "10.0.0.3"},
		"garbage that nobody vouches for":  {[]string{"unknown, 192.0.2.7, 10.0.0.3"}, "192.0.2.7"},
		"a comma at the end":               {[]string{"192.0.2.7,"}, "10.0.0.1"},
		"an empty element":                 {[]string{"192.0.2.7,, 10.0.0.3"}, "10.0.0.3"},
		"an empty line behind":             {[]string{"192.0.2.7", ""}, "10.0.0.1"},
		"a port that is none":              {[]string{"192.0.2.7:99999"}, "10.0.0.1"},
		"IPv4 in brackets":                 {[]string{"[192.0.2.7]"}, "10.0.0.1"},
		"half a bracket":                   {[]string{"[2001:db8::7"}, "10.0.0.1"},
		"leading zeros":                    {[]string{"192.0.02.7"}, "10.0.0.1"},
		"a name":                           {[]string{"localhost"}, "10.0.0.1"},
		"quotes":                           {[]string{`"192.0.2.7"`}, "10.0.0.1"},
		"1 MiB":                            {[]string{long}, "10.0.0.1"},
		"1 MiB of spaces":                  {[]string{strings.Repeat(" ", 1<<20) + "192.0.2.7"}, "10.0.0.1"},
		"1 MiB in front":                   {[]string{long + ", 192.0.2.7"}, "192.0.2.7"},
		"1 MiB of proxies":                 {[]string{strings.Repeat("10.0.0.9,", 1<<20/9) + "10.0.0.3"}, "10.0.0.9"},
		"more proxies than anybody has":    {[]string{"192.0.2.7" + strings.Repeat(", 10.0.0.9", maxHops)}, "10.0.0.9"},
		"as many as anybody might":         {[]string{"192.0.2.7" + strings.Repeat(", 10.0.0.9", maxHops-1)}, "192.0.2.7"},
		"one line for each of the proxies": {append([]string{"192.0.2.7"}, lines("10.0.0.9", 20)...), "192.0.2.7"},
	} {
		t.Run(name, func(t *testing.T) {
			p := proxies(t, "10.0.0.0/8", "2001:db8::1")
			assert.Equal(t, tt.want, p.Client(tcp("10.0.0.1"), map[string][]string{canonical: tt.values}).String())
			assert.Equal(t, tt.want, p.Client(tcp("10.0.0.1"), map[string][]string{lower: tt.values}).String())
			assert.Equal(t, "192.0.2.1", p.Client(tcp("192.0.2.1"), map[string][]string{canonical: tt.values}).String())
		})
	}
}

func lines(value string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = value
	}
	return all
}

func TestLongListsAreCheap(t *testing.T) {
	p := proxies(t, "10.0.0.0/8")
	for name, value := range map[string]string{
		"element": strings.Repeat("1", 1<<20), "list": strings.Repeat("10.0.0.9,", 1<<20/9) + "10.0.0.3",
	} {
		sources := map[string][]string{canonical: {value}}
		assert.LessOrEqual(t, testing.AllocsPerRun(10, func() { p.Client(tcp("10.0.0.1"), sources) }), 10.0, name)
	}
}

// Whatever a client puts in front, its address is what the proxy has added.
func FuzzForged(f *testing.F) {
	p := proxies(f, "10.0.0.0/8", "2001:db8::1")
	for _, seed := range []string{"", ",", "10.0.0.1", "192.0.2.8, 10.0.0.1", "[", "\x00", strings.Repeat("1", 200)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, forged string) {
		for _, values := range [][]string{{forged + ", 192.0.2.7"}, {forged, "192.0.2.7"}, {forged, "192.0.2.7, 10.0.0.3"}} {
			got := p.Client(tcp("10.0.0.1"), map[string][]string{canonical: values})
			assert.Equal(t, "192.0.2.7", got.String(), values)
		}
	})
}

func BenchmarkClient(b *testing.B) {
	p := proxies(b, "10.0.0.0/8", "2001:db8::1")
	for name, value := range map[string]string{
		"alone": "192.0.2.7", "port": "192.0.2.7:4711", "list": "8.8.8.8, 192.0.2.7, 10.0.0.3",
	} {
		sources := map[string][]string{canonical: {value}}
		peer := tcp("10.0.0.1")
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.Client(peer, sources)
			}
		})
	}
	b.Run("peer", func(b *testing.B) {
		peer := tcp("192.0.2.1")
		for b.Loop() {
			p.Client(peer, nil)
		}
	})
}
