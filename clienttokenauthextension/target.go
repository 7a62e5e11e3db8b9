// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/identity"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
)

// target is what a request is sent to, a path or a method of gRPC, among those that are listed.
type target struct {
	listed map[string]admission.Intake
	name   string
}

// check lets through what is listed, and of that only what is the token's to write.
func (t target) check(sender *token.Token) admission.Outcome {
	return admission.CheckTarget(t.listed, t.name, sender)
}

// enter goes on with the rules for which one must see what a request writes: its signal, and then whether a batch of the
// token would fit at all.
func (a *authenticator) enter(r admission.Result, to target) (*identity.Identity, refused) {
	r = r.Then(to.check)
	if r.Admits() {
		if no := a.shed(r.Grant.Holder, to); no != nil {
			a.recording.use(r)
			return nil, no
		}
	}
	id, no := a.settle(r)
	if no != nil {
		return nil, no
	}
	return id, nil
}

// recheck goes through the same rules where auth:, which can't see what a request writes, has issued the identity. It has
// counted the request already, so only a refusal is counted here.
func (a *authenticator) recheck(id *identity.Identity, to target) refused {
	if o := to.check(id.Token()); !o.Admits() {
		id.Meter().Refuse(reasons[o])
		_, no := a.settle(admission.Result{Outcome: o})
		return no
	}
	return a.shed(id.Holder(), to)
}
