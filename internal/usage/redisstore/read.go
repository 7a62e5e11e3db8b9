// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package redisstore

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
)

const (
	keysOfRead  = 1000 // one MGET keeps Redis busy for less than a millisecond, or so
	readsOfPipe = 500
)

// Reader tells what is in Redis. It writes nothing.
type Reader struct {
	client  redis.UniversalClient
	keys    keys
	timeout time.Duration
	name    string
	now     func() time.Time
}

var _ usage.Reader = (*Reader)(nil)

// OpenReader returns the reader, which connects when it is first asked. The config must be valid; the error is about the
// files that tls names.
func OpenReader(ctx context.Context, config *redisconn.Config, now func() time.Time) (*Reader, error) {
	client, err := redisconn.NewClient(ctx, config)
	if err != nil {
		return nil, err
	}
	return &Reader{
		client:  client,
		keys:    keys{config.Prefix},
		timeout: config.Timeout,
		name:    redisconn.Describe(config),
		now:     now,
	}, nil
}

// Close ends the connections.
func (r *Reader) Close() error {
	return r.client.Close()
}

// Series implements usage.Reader.
func (r *Reader) Series(ctx context.Context, p usage.Period, subjects ...usage.Subject) ([]usage.Series, error) {
	all := make([]usage.Series, len(subjects))
	for i := range all {
		all[i] = p.NewSeries()
	}
	err := r.pages(ctx, p, subjects, func(i int, number int64, content usage.Page) {
		p.AddTo(&all[i], number, content)
	})
	return all, err
}

// Totals implements usage.Reader.
func (r *Reader) Totals(ctx context.Context, p usage.Period, subjects ...usage.Subject) ([]usage.Counts, error) {
	all := make([]usage.Counts, len(subjects))
	err := r.pages(ctx, p, subjects, func(i int, number int64, content usage.Page) {
		p.AddToTotal(&all[i], number, content)
	})
	return all, err
}

// pages calls visit with the pages that there are in a period, and the index of the subject.
func (r *Reader) pages(
	ctx context.Context, p usage.Period, subjects []usage.Subject,
	visit func(i int, number int64, content usage.Page),
) error {
	for next := 0; next < len(subjects); {
		w := r.want(p, subjects, next)
		contents, err := r.get(ctx, w.keys)
		if err != nil {
			return err
		}
		for k, content := range contents {
			visit(w.pages[k].subject, w.pages[k].number, usage.Page(content))
		}
		next = w.next
	}
	return nil
}

// wanted is what is read at once: pages of one organization, which are on one node of a cluster.
type wanted struct {
	keys  []string
	pages []wantedPage
	next  int // the first subject that isn't among them
}

type wantedPage struct {
	subject int
	number  int64
}

func (r *Reader) want(p usage.Period, subjects []usage.Subject, from int) wanted {
	w := wanted{next: from}
	g, first, last := p.Pages()
	for ; w.next < len(subjects) && len(w.keys) < keysOfRead; w.next++ {
		if subjects[w.next].Organization != subjects[from].Organization {
			break
		}
		of := r.keys.subject(subjects[w.next])
		for number := first; number <= last; number++ {
			w.keys = append(w.keys, of.page(g, number))
			w.pages = append(w.pages, wantedPage{w.next, number})
		}
	}
	return w
}

// get returns the values of keys of one organization, "" where there is none.
func (r *Reader) get(ctx context.Context, keys []string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	args := make([]any, 0, 1+len(keys))
	args = append(args, "mget")
	for _, key := range keys {
		args = append(args, key)
	}
	values := redis.NewStringSliceCmd(ctx, args...) // MGet makes something of each value that may be anything
	if err := r.client.Process(ctx, values); err != nil {
		return nil, r.failed(err)
	}
	return values.Val(), nil
}

func (r *Reader) failed(err error) error {
	return fmt.Errorf("usage can't be read: %s: %w", r.name, err)
}

// Origins implements usage.Reader.
func (r *Reader) Origins(ctx context.Context, token usage.Subject, since time.Time) ([]usage.Origin, error) {
	first := usage.FirstOriginDay(since, r.now())
	last, _ := usage.Hours.At(r.now())
	var keys []string
	of := r.keys.subject(token)
	for day := first; day <= last+1; day++ { // the clock of Redis may be ahead
		keys = append(keys, of.origins(day))
	}
	texts, err := r.get(ctx, keys)
	days := make([]usage.OriginDay, 0, len(texts))
	for _, text := range texts {
		days = append(days, usage.ReadOriginDay(text))
	}
	return usage.SumOrigins(days...), err
}

// LastUse implements usage.Reader.
func (r *Reader) LastUse(ctx context.Context, tokens ...usage.Subject) ([]usage.LastUse, error) {
	all := make([]usage.LastUse, 0, len(tokens))
	for some := range slices.Chunk(tokens, readsOfPipe) {
		hashes, err := r.hashes(ctx, some)
		if err != nil {
			return nil, r.failed(err)
		}
		for _, hash := range hashes {
			all = append(all, readLastUse(hash.Val()))
		}
	}
	return all, nil
}

func (r *Reader) hashes(ctx context.Context, tokens []usage.Subject) ([]*redis.MapStringStringCmd, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	pipe := r.client.Pipeline()
	hashes := make([]*redis.MapStringStringCmd, len(tokens))
	for i, token := range tokens {
		hashes[i] = pipe.HGetAll(ctx, r.keys.subject(token).lastUse())
	}
	_, err := pipe.Exec(ctx)
	return hashes, err
}

func readLastUse(hash map[string]string) usage.LastUse {
	last := usage.LastUse{Secrets: make(map[usage.SecretKey]time.Time, len(hash))}
	for what, text := range hash {
		if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
			last.Set(usage.SecretKey(what), seconds)
		}
	}
	return last
}
