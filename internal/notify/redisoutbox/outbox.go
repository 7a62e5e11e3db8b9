// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisoutbox

import (
	"context"
	_ "embed" // the scripts
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/notify/outbox"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
)

var (
	//go:embed put.lua
	putSource string
	//go:embed next.lua
	nextSource string
	//go:embed settle.lua
	settleSource string

	put    = redisconn.NewScript(putSource)
	next   = redisconn.NewScript(nextSource)
	settle = redisconn.NewScript(settleSource)
)

// Outbox is in Redis. Use Open and Close.
type Outbox struct {
	client  redis.UniversalClient
	prefix  string
	timeout time.Duration // of each call
}

var _ outbox.Outbox = (*Outbox)(nil)

// Open returns the outbox, which connects when it is first asked. The config must be valid; the error is about the files
// that tls names.
func Open(ctx context.Context, config *redisconn.Config) (*Outbox, error) {
	client, err := redisconn.NewClient(ctx, config)
	if err != nil {
		return nil, err
	}
	return &Outbox{client, "{" + config.Prefix + ":registry}:notifications:", config.Timeout}, nil
}

// Close ends connections.
func (o *Outbox) Close() error {
	return o.client.Close()
}

func (o *Outbox) position() string { return o.prefix + "position" }

func (o *Outbox) claim(c outbox.Claim) string { return o.prefix + "told:" + c.Name }

// channel returns the keys of a channel: what is to be delivered, and when.
func (o *Outbox) channel(c outbox.Channel) []string {
	return []string{o.prefix + string(c), o.prefix + string(c) + ":due"}
}

// Position implements outbox.Outbox.
func (o *Outbox) Position(ctx context.Context) (audit.ID, error) {
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	text, err := o.client.Get(ctx, o.position()).Result()
	if errors.Is(err, redis.Nil) {
		return audit.ID{}, nil
	}
	if err != nil {
		return audit.ID{}, err
	}
	return audit.ParseID(text)
}

// Advance implements outbox.Outbox.
func (o *Outbox) Advance(ctx context.Context, from, to audit.ID, deliveries ...outbox.Delivery) (outbox.Result, error) {
	return o.put(ctx, from.String(), to.String(), nil, deliveries)
}

// Once implements outbox.Outbox.
func (o *Outbox) Once(ctx context.Context, claims []outbox.Claim, deliveries ...outbox.Delivery) (outbox.Result, error) {
	return o.put(ctx, "", "", claims, deliveries)
}

func (o *Outbox) put(
	ctx context.Context, from, to string, claims []outbox.Claim, deliveries []outbox.Delivery,
) (outbox.Result, error) {
	channels := outbox.Channels()
	keys := []string{o.position()}
	for _, c := range channels {
		keys = append(keys, o.channel(c)...)
	}
	args := []any{len(channels), from, to, outbox.MaxWaiting}
	for _, c := range claims {
		keys, args = append(keys, o.claim(c)), append(args, c.For.Milliseconds())
	}
	for i := range deliveries {
		text, err := json.Marshal(&deliveries[i])
		if err != nil {
			return outbox.Result{}, err
		}
		args = append(args, slices.Index(channels, deliveries[i].Channel)+1, deliveries[i].Key(), text)
	}
	reply, err := o.run(ctx, put, keys, args...)
	if err != nil || len(reply) == 0 {
		return outbox.Result{}, err
	}
	r := outbox.Result{Done: true, Dropped: map[outbox.Channel]int{}}
	for i, n := range reply {
		dropped, _ := n.(int64)
		r.Dropped[channels[i]] = int(dropped)
	}
	return r, nil
}

func (o *Outbox) run(ctx context.Context, script *redisconn.Script, keys []string, args ...any) ([]any, error) {
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	reply, err := script.Run(ctx, o.client, keys, args...)
	if errors.Is(err, redis.Nil) { // a script that returns nothing
		return nil, nil
	}
	list, _ := reply.([]any)
	return list, err
}

// Fresh implements outbox.Outbox.
func (o *Outbox) Fresh(ctx context.Context, claims []outbox.Claim) ([]outbox.Claim, error) {
	const page = 500
	var fresh []outbox.Claim
	for some := range slices.Chunk(claims, page) {
		found, err := o.fresh(ctx, some)
		if err != nil {
			return nil, err
		}
		fresh = append(fresh, found...)
	}
	return fresh, nil
}

func (o *Outbox) fresh(ctx context.Context, claims []outbox.Claim) ([]outbox.Claim, error) {
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	pipe := o.client.Pipeline()
	held := make([]*redis.BoolCmd, len(claims))
	for i, c := range claims {
		held[i] = pipe.PExpire(ctx, o.claim(c), c.For)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	var fresh []outbox.Claim
	for i, c := range claims {
		if !held[i].Val() {
			fresh = append(fresh, c)
		}
	}
	return fresh, nil
}

// Next implements outbox.Outbox.
func (o *Outbox) Next(ctx context.Context, channel outbox.Channel, lease time.Duration) (outbox.Leased, bool, error) {
	reply, err := o.run(ctx, next, o.channel(channel), lease.Milliseconds())
	if err != nil || len(reply) < 3 {
		return outbox.Leased{}, false, err
	}
	key, _ := reply[0].(string)
	content, _ := reply[1].(string)
	until, _ := reply[2].(string)
	var l outbox.Leased
	if err := json.Unmarshal([]byte(content), &l.Delivery); err != nil {
		if failed := o.remove(ctx, channel, key); failed != nil {
			return l, false, failed
		}
		return l, false, fmt.Errorf("%w: %w", outbox.ErrUnreadable, err)
	}
	l.Until, err = strconv.ParseInt(until, 10, 64)
	return l, err == nil, err
}

// Done implements outbox.Outbox.
func (o *Outbox) Done(ctx context.Context, l outbox.Leased) error {
	return o.remove(ctx, l.Channel, l.Key())
}

func (o *Outbox) remove(ctx context.Context, channel outbox.Channel, key string) error {
	_, err := o.run(ctx, settle, o.channel(channel), key)
	return err
}

// Later implements outbox.Outbox.
func (o *Outbox) Later(ctx context.Context, l outbox.Leased, delay time.Duration) error {
	d := l.Delivery
	d.Attempts++
	text, err := json.Marshal(&d)
	if err != nil {
		return err
	}
	_, err = o.run(ctx, settle, o.channel(l.Channel), l.Key(), l.Until, delay.Milliseconds(), text)
	return err
}
