// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package mail

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/wneessen/go-mail"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify"
)

// Send sends an event to one recipient, who sees nobody else's address. link leads to the console; it may be empty. An
// error about this mail alone is a *notify.RejectedError.
func (s *Sender) Send(ctx context.Context, e *notify.Event, recipient, link string) error {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := errors.Join(m.From(s.config.From), m.To(recipient)); err != nil {
		return &notify.RejectedError{Final: true, Err: err}
	}
	m.Subject(subject(e))
	m.SetDateWithValue(e.At)
	m.SetMessageIDWithValue(messageID(e, recipient) + "@" + s.domain)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence is to be told to us
	m.SetBodyString(mail.TypeTextPlain, e.Text(link))
	return s.deliver(ctx, m)
}

// subject breaks encoded words (RFC 2047) that somebody has put into a name: readers would decode them.
func subject(e *notify.Event) string {
	return strings.ReplaceAll(e.Headline(), "=?", "= ?")
}

// messageID is the same when a mail is sent again: mailboxes that look show it once.
func messageID(e *notify.Event, recipient string) string {
	sum := sha256.Sum256([]byte(e.ID + " " + recipient))
	return hex.EncodeToString(sum[:16])
}

const (
	closing   = 421 // the server ends the session, RFC 5321, section 3.8
	permanent = 500
	stranger  = 530 // the server wants to know who asks, RFC 4954, section 6
)

var errNoStartTLS = errors.New(
	"smtp.endpoint offers no STARTTLS: set smtp.encryption: implicit (port 465), or none without a password")

// lacksStartTLS goes by the text: go-mail has no error of its own for it.
func lacksStartTLS(err error) bool {
	return strings.HasSuffix(err.Error(), "target host does not support STARTTLS")
}

// judged tells what is the fault of one mail from what would be of all: the recipient or the content was refused.
func judged(err error) error {
	var failed *mail.SendError
	if !errors.As(err, &failed) && lacksStartTLS(err) {
		return errNoStartTLS
	}
	err = briefError{err}
	if failed == nil || slices.Contains([]int{0, closing, stranger}, failed.ErrorCode()) {
		return err
	}
	switch failed.Reason {
	case mail.ErrSMTPRcptTo, mail.ErrSMTPData, mail.ErrSMTPDataClose:
		return &notify.RejectedError{Final: failed.ErrorCode() >= permanent, Err: err}
	default:
		return err
	}
}
