// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// encode returns a record as JSON. Strings are left as they are: no browser reads them here.
func encode(record any) (string, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(record); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// withRevision puts the revision in front of a record's fields, as the script does.
func withRevision(record string, r registry.Revision) string {
	return fmt.Sprintf(`{"revision":%d,%s`, r, record[1:])
}

type storedToken struct {
	Revision registry.Revision `json:"revision"`
	token.Token
}

type storedOrganization struct {
	Revision registry.Revision `json:"revision"`
	token.Organization
}

// decode reads a record. The error doesn't quote it: there could be a secret in it, in the wrong place.
func decode(id, text string, record any) error {
	if err := json.Unmarshal([]byte(text), record); err != nil {
		return fmt.Errorf("the record %.63q is not JSON of the expected form: repair it in Redis", id)
	}
	return nil
}
