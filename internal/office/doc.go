// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Package office is where people get things done with organizations and tokens: one method for each thing, which first
// looks at who asks and what they may. The REST API and the console both stand in front of it, so that nobody may do by
// one what the other refuses. Its rules are in rights.go.
//
// What is asked for is answered from memory, from the registry that the authenticator serves; what is changed is
// checked and written in the store, and a change has arrived in memory, as a rule, when the method returns. No digest of
// a secret leaves the office.
package office
