// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
)

// DrawRevisions gives each record a revision drawn from its content, for stores that keep none: whoever changes the
// record changes it.
func (c *Contents) DrawRevisions() {
	for i := range c.Organizations {
		c.Organizations[i].Revision = revisionOf(c.Organizations[i].Organization)
	}
	for i := range c.Tokens {
		c.Tokens[i].Revision = revisionOf(c.Tokens[i].Token)
	}
}

func revisionOf(record any) Revision {
	text, err := json.Marshal(record)
	if err != nil {
		return 1 // a time beyond the year 9999, which is a fault: such a record is never served
	}
	sum := sha256.Sum256(text)
	return Revision(binary.BigEndian.Uint64(sum[:]) | 1) // never 0
}
