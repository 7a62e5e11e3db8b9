// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
	"strings"
)

// choose picks by names in a list with commas, and keeps the order of all; without a name it picks all.
func choose[T any](all []T, names string, nameOf func(T) string) ([]T, error) {
	if names == "" {
		return all, nil
	}
	wanted := strings.Split(names, ",")
	for _, name := range wanted {
		if !slices.ContainsFunc(all, func(one T) bool { return nameOf(one) == name }) {
			return nil, fmt.Errorf("there is no %q: choose from %s", name, list(all, nameOf))
		}
	}
	return slices.DeleteFunc(all, func(one T) bool { return !slices.Contains(wanted, nameOf(one)) }), nil
}

func list[T any](all []T, nameOf func(T) string) string {
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = nameOf(one)
	}
	return strings.Join(names, ",")
}
