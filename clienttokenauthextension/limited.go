// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package clienttokenauthextension

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/puzpuzpuz/xsync/v4"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	spb "google.golang.org/genproto/googleapis/rpc/status"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/refusal"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/window"
)

// maxLimitedAnswers bounds those that are kept: there are as many limits as operators make up. One takes a kilobyte.
const maxLimitedAnswers = 4096

// limitedAnswers are the answers to used-up limits, each prepared when it is first needed.
type limitedAnswers struct {
	prepared *xsync.Map[usedUp, *limitedAnswer]
}

// usedUp is a limit that is.
type usedUp struct {
	scope window.Scope
	limit window.Limit
}

func newLimitedAnswers() *limitedAnswers {
	return &limitedAnswers{prepared: xsync.NewMap[usedUp, *limitedAnswer]()}
}

// of returns the answer to a limit.
func (l *limitedAnswers) of(scope window.Scope, limit window.Limit) *limitedAnswer {
	key := usedUp{scope, limit}
	if known, ok := l.prepared.Load(key); ok {
		return known
	}
	if l.prepared.Size() >= maxLimitedAnswers { // most of them by limits that were edited long ago
		l.prepared.Clear()
	}
	a := newLimitedAnswer(key)
	l.prepared.Store(key, a)
	return a
}

// limitedAnswer is a refusal.Limited but for the seconds to wait, in every encoding.
type limitedAnswer struct {
	usedUp

	message     [2]string // around the seconds
	json        [3][]byte // around the seconds in the message, and those in the RetryInfo
	info, quota []byte    // protobuf fields of the status, around the RetryInfo
}

// newLimitedAnswer takes an answer apart at seconds that are no number which a limit could be.
func newLimitedAnswer(u usedUp) *limitedAnswer {
	const hole = token.MaxLimit + 1
	st := refusal.Limited(u.scope.String(), int64(u.limit), hole*time.Second)
	a := &limitedAnswer{usedUp: u}
	a.message[0], a.message[1], _ = strings.Cut(st.Message(), strconv.Itoa(hole))
	text, _ := marshalJSON(st.Proto()) // of our own making: it can be marshalled
	copy(a.json[:], bytes.Split(text, []byte(strconv.Itoa(hole))))
	details := st.Proto().GetDetails()
	a.info, a.quota = marshalDetails(details[:1]), marshalDetails(details[2:])
	return a
}

func marshalDetails(details []*anypb.Any) []byte {
	fields, _ := proto.Marshal(&spb.Status{Details: details})
	return fields
}

func (a *limitedAnswer) text(seconds int64) string {
	return a.message[0] + strconv.FormatInt(seconds, 10) + a.message[1]
}

// status is made anew: over gRPC the message has been decoded already, which costs more.
func (a *limitedAnswer) status(seconds int64) *status.Status {
	return refusal.Limited(a.scope.String(), int64(a.limit), time.Duration(seconds)*time.Second)
}

// bodyJSON returns a google.rpc.Status in JSON.
func (a *limitedAnswer) bodyJSON(seconds int64) []byte {
	body := make([]byte, 0, len(a.json[0])+len(a.json[1])+len(a.json[2])+2*maxDigits)
	body = strconv.AppendInt(append(body, a.json[0]...), seconds, 10)
	body = strconv.AppendInt(append(body, a.json[1]...), seconds, 10)
	return append(body, a.json[2]...)
}

// bodyProtobuf returns a google.rpc.Status: field 1 is the code, 2 the message, 3 the details.
func (a *limitedAnswer) bodyProtobuf(seconds int64) []byte {
	text := a.text(seconds)
	body := make([]byte, 0, len(text)+len(a.info)+len(a.quota)+retryRoom)
	body = protowire.AppendTag(body, 1, protowire.VarintType)
	body = protowire.AppendVarint(body, uint64(codes.ResourceExhausted))
	body = protowire.AppendTag(body, 2, protowire.BytesType)
	body = protowire.AppendString(body, text)
	body = append(body, a.info...)
	body = appendRetry(body, seconds)
	return append(body, a.quota...)
}

const (
	maxDigits = 20
	retryRoom = 96 // bytes of the code and of a RetryInfo, with some to spare
	retryType = "type.googleapis.com/google.rpc.RetryInfo"
)

// appendRetry appends a detail that is a RetryInfo: an Any (1 type, 2 value), in which there is a Duration (1), in which
// there are seconds (1).
func appendRetry(b []byte, seconds int64) []byte {
	const tag = 1 // byte
	number := uint64(max(0, seconds))
	duration := tag + protowire.SizeVarint(number)
	retry := tag + protowire.SizeBytes(duration)
	detail := tag + protowire.SizeBytes(len(retryType)) + tag + protowire.SizeBytes(retry)
	b = appendLength(b, 3, detail)
	b = protowire.AppendTag(b, 1, protowire.BytesType)
	b = protowire.AppendString(b, retryType)
	b = appendLength(b, 2, retry)
	b = appendLength(b, 1, duration)
	b = protowire.AppendTag(b, 1, protowire.VarintType)
	return protowire.AppendVarint(b, number)
}

// appendLength begins a field that has other fields in it.
func appendLength(b []byte, field protowire.Number, length int) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.BytesType), uint64(max(0, length)))
}
