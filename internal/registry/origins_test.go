// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestQuotations(t *testing.T) {
	for problem, want := range map[string]string{
		`"example.com": the scheme is missing`:               `"example.com": the scheme is missing`,
		`"abcdefghijklmno": a`:                               `"abcdefghijklmno": a`,
		`"abcdefghijklmnop": a`:                              `"…": a`,
		`"` + strings.Repeat("a", 64) + `"…: a`:              `"…": a`,
		`"https://*.github.io": a`:                           `"https://*.github.io": a`,
		`"https://*.shop.公司.cn:*" is`:                        `"https://*.shop.公司.cn:*" is`,
		`"capacitor://local_host": a`:                        `"capacitor://local_host": a`,
		`"https://abcdefghijklmnop.com": a`:                  `"…": a`,
		`"abcdefghijklmnop://a.com": a`:                      `"…": a`,
		`"https://jo:secret@example.com": a`:                 `"…": a`,
		`"https://example.com/?key=abc": a`:                  `"…": a`,
		`"https://example.com/abcdefgh": a`:                  `"…": a`,
		`"https://example.com#abcdefgh": a`:                  `"…": a`,
		`"https://example.com:abcdefgh": a`:                  `"…": a`,
		`"https://a.` + strings.Repeat("abc.", 14) + `"…: a`: `"…": a`,
		`"a\"b\\": "*" stands for a whole label "b"`:         `"a\"b\\": "*" stands for a whole label "b"`,
		`"a\"bcdefghijklmnopqrst": a`:                        `"…": a`,
		`strangers have names under "co.uk", a "b"`:          `strangers have names under "co.uk", a "b"`,
	} {
		assert.Equal(t, want, withoutEntry(problem))
	}
}
