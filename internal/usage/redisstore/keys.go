// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"strconv"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

// keys begin with the prefix.
type keys struct{ prefix string }

func (k keys) organization(id string) string {
	return k.prefix + ":u:{" + id + "}:"
}

func (k keys) subject(s usage.Subject) string {
	if s.Token == "" {
		return k.organization(s.Organization) + "o:"
	}
	return k.organization(s.Organization) + "t:" + s.Token + ":"
}

func (k keys) page(s usage.Subject, g usage.Grain, number int64) string {
	kind := "h:"
	if g == usage.Minutes {
		kind = "m:"
	}
	return k.subject(s) + kind + strconv.FormatInt(number, 10)
}

func (k keys) origins(s usage.Subject, day int64) string {
	return k.subject(s) + "o:" + strconv.FormatInt(day, 10)
}

func (k keys) lastUse(s usage.Subject) string {
	return k.subject(s) + "l"
}

func (k keys) collector(organization, id string) string {
	return k.organization(organization) + "c:" + id
}
