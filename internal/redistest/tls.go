// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redistest

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"

	"github.com/redis/go-redis/v9"
)

// TLSServer is a server that speaks only TLS and knows one user, who may do only what ACL rules allow.
type TLSServer struct {
	Server
	caFile string
	config *tls.Config
}

// StartTLS starts a server with a certificate for 127.0.0.1 and localhost from a CA of its own. The default user is off.
// rules are those of Redis ACLs, for example "~ct:*", "+evalsha": without any, the user may do nothing.
func StartTLS(tb testing.TB, username, password string, rules ...string) *TLSServer {
	tb.Helper()
	dir := tb.TempDir()
	ca := newAuthority(tb)
	ca.issue(tb, filepath.Join(dir, "server.pem"), filepath.Join(dir, "server.key"))
	s := &TLSServer{caFile: filepath.Join(dir, "ca.pem")}
	if err := os.WriteFile(s.caFile, ca.pem, 0o600); err != nil {
		tb.Fatal(err)
	}
	s.config = &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost", MinVersion: tls.VersionTLS12}
	s.config.RootCAs.AppendCertsFromPEM(ca.pem)
	s.options = redis.Options{Username: username, Password: password, TLSConfig: s.config}
	s.admin = redis.Options{Username: "redistest", Password: rand.Text(), TLSConfig: s.config}
	s.start(tb, []string{"tls-port"}, s.directives(dir, rules)...)
	return s
}

// directives returns the configuration: TLS with the files in the folder, and the users. The second one is ours; the
// test's may be allowed too little to see that the server is ready.
func (s *TLSServer) directives(dir string, rules []string) []string {
	directives := []string{
		"--port", "0", "--tls-auth-clients", "no", "--tls-ca-cert-file", s.caFile,
		"--tls-cert-file", filepath.Join(dir, "server.pem"), "--tls-key-file", filepath.Join(dir, "server.key"),
		"--user", "default", "off",
		"--user", s.admin.Username, "on", ">" + s.admin.Password, "~*", "&*", "+@all",
		"--user", s.options.Username, "on", ">" + s.options.Password,
	}
	return append(directives, rules...)
}

// CAFile returns the path of the CA's certificate, in PEM.
func (s *TLSServer) CAFile() string {
	return s.caFile
}

// TLSConfig returns what a client needs to trust the server, also through a [Proxy].
func (s *TLSServer) TLSConfig() *tls.Config {
	return s.config.Clone()
}
