// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package strictyaml

import "strings"

// join returns the path of a field of what is at path, which is empty for the file.
func join(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}

// around returns the path of what a field is in, empty for the file.
func around(path string) string {
	return path[:max(0, strings.LastIndexAny(path, ".["))]
}

// steps returns the names and indexes that lead from the file to a field.
func steps(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}
