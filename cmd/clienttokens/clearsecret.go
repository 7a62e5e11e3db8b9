// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

const (
	weakSecret     advice.Kind = "weak_secret"
	mistypedSecret advice.Kind = "mistyped_secret"

	// shortestSecret is what lint wants of secrets that somebody made up, or took along from elsewhere.
	shortestSecret = 32
	ownLength      = 64
)

// clearSecrets warns about secrets that stand in a file in clear. Elsewhere there are only digests, which don't tell. A
// file that can't be read so far has faults, which are said elsewhere.
func clearSecrets(content []byte) []finding {
	var file struct {
		Tokens []struct {
			Secret yaml.Node `yaml:"secret"`
		} `yaml:"tokens"`
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		return nil
	}
	var found []finding
	for i, t := range file.Tokens {
		f := finding{Severity: severityWarning, Line: t.Secret.Line, Field: fmt.Sprintf("tokens[%d].secret", i)}
		switch secret := t.Secret.Value; {
		case !token.UsableSecret(secret):
			continue // absent, or a fault
		case len(secret) < shortestSecret:
			f.Kind, f.Text = weakSecret, fmt.Sprintf("has %d characters, which could be guessed", len(secret))
			f.Fix = fmt.Sprintf("use a generated one, or one of at least %d", shortestSecret)
		case len(secret) == ownLength && strings.HasPrefix(secret, "ct") && !token.WellFormedSecret(secret):
			f.Kind, f.Text = mistypedSecret, "looks like a secret of ours, and its checksum is wrong"
			f.Fix = "copy it again, unless it comes from another product"
		default:
			continue
		}
		found = append(found, f)
	}
	return found
}
