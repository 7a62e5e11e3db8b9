// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/client"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// attributes reads what any authenticator may publish: strings and numbers of all kinds, as claims in JSON are, too.
// It keeps the last fault, which must be looked at before what was read is used.
type attributes struct {
	auth client.AuthData
	err  error
}

// id returns the id under a name, empty where there is none. Ids of other authenticators may have any form and
// length; those are replaced by a digest, so that windows have short keys of one alphabet, and so is one that could be
// taken for such a digest.
func (a *attributes) id(scope window.Scope, name string) string {
	id, ok := textOf(a.auth.GetAttribute(name))
	switch {
	case !ok:
		a.err = fmt.Errorf("the sender's %s id can't be read: it must be a string or a number", scope)
		return ""
	case id == "" || token.ValidID(id) && !isDigested(id):
		return id
	}
	digest := sha256.Sum256([]byte(id))
	return digested + hex.EncodeToString(digest[:digestLength])
}

const (
	digested     = "h-"
	digestLength = 16 // bytes
)

func isDigested(id string) bool {
	return strings.HasPrefix(id, digested) && len(id) == len(digested)+hex.EncodedLen(digestLength)
}

// limit returns the limit under a name, and another where there is none. A limit that can't be read is 0.
func (a *attributes) limit(scope window.Scope, name string, absent window.Limit) window.Limit {
	value := a.auth.GetAttribute(name)
	if value == nil {
		return absent
	}
	limit, ok := wholeNumber(value)
	if !ok || limit < 0 || limit > maxLimit {
		a.err = fmt.Errorf("the sender's %s limit can't be read: it must be a whole number from 0 to 1,000,000,000", scope)
		return 0
	}
	return window.Limit(limit)
}

// textOf returns a string, or a number in decimal digits; nil is empty.
func textOf(value any) (string, bool) {
	v := reflect.ValueOf(value)
	switch {
	case value == nil:
		return "", true
	case v.Kind() == reflect.String:
		return v.String(), true
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), true
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10), true
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'f', -1, 64), true
	}
	return "", false
}

// wholeNumber returns a number without fraction, or a decimal string of one; json.Number is such a string.
func wholeNumber(value any) (int64, bool) {
	v := reflect.ValueOf(value)
	switch {
	case v.CanInt():
		return v.Int(), true
	case v.CanUint():
		return int64(min(v.Uint(), math.MaxInt64)), true
	case v.CanFloat():
		f := v.Float()
		// Out of this range, and for NaN, what a conversion gives depends on the processor.
		return int64(f), f == math.Trunc(f) && math.Abs(f) <= maxLimit
	case v.Kind() == reflect.String:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		return n, err == nil
	}
	return 0, false
}
