// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"strconv"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// keys begin with the prefix.
type keys struct{ prefix string }

func (k keys) collector(organization, id string) string {
	return k.prefix + ":u:{" + organization + "}:c:" + id
}

// subjectKeys begin with what all keys of a subject begin with.
type subjectKeys string

func (k keys) subject(s usage.Subject) subjectKeys {
	if s.Token == "" {
		return subjectKeys(k.prefix + ":u:{" + s.Organization + "}:o:")
	}
	return subjectKeys(k.prefix + ":u:{" + s.Organization + "}:t:" + s.Token + ":")
}

func (k subjectKeys) page(g usage.Grain, number int64) string {
	kind := "h:"
	if g == usage.Minutes {
		kind = "m:"
	}
	return string(k) + kind + strconv.FormatInt(number, 10)
}

func (k subjectKeys) origins(day int64) string {
	return string(k) + "o:" + strconv.FormatInt(day, 10)
}

func (k subjectKeys) lastUse() string {
	return string(k) + "l"
}
