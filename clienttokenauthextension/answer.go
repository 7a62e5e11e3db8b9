// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"bytes"
	"encoding/json"
	"strings"

	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	spb "google.golang.org/genproto/googleapis/rpc/status"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/admission"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/refusal"
)

// answer is what a refused sender is told, prepared once per outcome in every encoding: refusing must stay cheaper
// than asking.
type answer struct {
	admission.Verdict

	json    bytesAround    // around the message
	details []byte         // protobuf fields of the status after the message
	status  *status.Status // the whole of it, where no origin is named
}

// bytesAround is an encoded status with a hole where the message goes.
type bytesAround struct{ before, after []byte }

// answers holds one answer per refusing outcome.
type answers [admission.NumOutcomes]*answer

// newAnswers makes them all. A sender without token is told the place where one is looked for.
func newAnswers(place string) (answers, error) {
	var all answers
	for o := range admission.NumOutcomes {
		if o.Admits() {
			continue
		}
		v := o.Verdict()
		if o == admission.Missing {
			v.Message += place
		}
		a, err := newAnswer(v)
		if err != nil {
			return all, err
		}
		all[o] = a
	}
	return all, nil
}

func newAnswer(v admission.Verdict) (*answer, error) {
	const hole = "HOLE"
	st := refusal.New(v.GRPC, v.Reason, v.Message, nil)
	details, err := proto.Marshal(&spb.Status{Details: st.Proto().GetDetails()})
	if err != nil {
		return nil, err
	}
	text, err := marshalJSON(refusal.New(v.GRPC, v.Reason, hole, nil).Proto())
	if err != nil {
		return nil, err
	}
	before, after, _ := bytes.Cut(text, []byte(hole))
	return &answer{Verdict: v, json: bytesAround{before, after}, details: details, status: st}, nil
}

// marshalJSON takes out the spaces that protojson puts in at random.
func marshalJSON(st *spb.Status) ([]byte, error) {
	text, err := protojson.Marshal(st)
	if err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	err = json.Compact(&compact, text)
	return compact.Bytes(), err
}

// text is the message, with the refused origin where there is one to name.
func (a *answer) text(origin string) string {
	if origin == "" || !printable(origin) {
		return a.Message
	}
	return a.Message + ": " + origin
}

// bodyJSON returns a google.rpc.Status in JSON. Neither our messages nor a printable origin need escaping.
func (a *answer) bodyJSON(origin string) []byte {
	text := a.text(origin)
	body := make([]byte, 0, len(a.json.before)+len(text)+len(a.json.after))
	body = append(body, a.json.before...)
	body = append(body, text...)
	return append(body, a.json.after...)
}

// bodyProtobuf returns a google.rpc.Status: field 1 is the code, 2 the message, 3 the details.
func (a *answer) bodyProtobuf(origin string) []byte {
	text := a.text(origin)
	body := make([]byte, 0, len(text)+len(a.details)+16)
	body = protowire.AppendTag(body, 1, protowire.VarintType)
	body = protowire.AppendVarint(body, uint64(a.GRPC))
	body = protowire.AppendTag(body, 2, protowire.BytesType)
	body = protowire.AppendString(body, text)
	return append(body, a.details...)
}

// refusedError carries an answer out of Authenticate. Over HTTP the receiver prints Error(), over gRPC it takes the
// status; an error of package status would show its code in the text of the former.
type refusedError struct {
	*answer
	origin string
}

func (e *refusedError) Error() string {
	return e.text(e.origin)
}

// GRPCStatus is what google.golang.org/grpc/status looks for in an error.
func (e *refusedError) GRPCStatus() *status.Status {
	if text := e.Error(); text != e.Message {
		return refusal.New(e.GRPC, e.Reason, text, nil)
	}
	return e.status
}

// printable says whether an origin can be repeated to whoever sent it: only characters that an origin needs, none
// that JSON would escape.
func printable(origin string) bool {
	return !strings.ContainsFunc(origin, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-._~:/[]+", r)
	})
}
