// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/advice"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/duration"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/office"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/token"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/usage/redisstore"
)

const usageHelp = `Shows what a token was used for, or all tokens of an organization together:
spans admitted, and refused by which limit; requests refused before they were
read, by reason; from which origins; when each secret was last used; and by how
much to sample less, or that this isn't needed.

Minutes are known for 24 hours, hours for 30 days, origins for 7 days. With
--step a table shows each step, too; -o json and -o yaml always do, as the API.

It is read from the Redis of the registry, or, if usage.redis is another one,
from that: name it by --usage-redis or by CLIENTTOKENS_USAGE_REDIS. Where there
is none the Collector has it: ask the API of client_token_admin.`

const usageExample = `  clienttokens usage shop-web
  clienttokens usage shop-web --last 1h --step 5m
  clienttokens usage --organization acme --last 30d --step 24h -o json`

const usageRedisVariable = "CLIENTTOKENS_USAGE_REDIS"

// asked is which usage is wanted.
type asked struct {
	token, organization string
	redis               string // where it is, if not in that of the registry
	last, step          time.Duration
}

func (c *cli) usageCommand() *cobra.Command {
	a := &asked{last: day}
	command := &cobra.Command{
		Use: "usage [TOKEN]", Short: "Show what a token or an organization sent, and what to sample",
		Long: usageHelp, Example: usageExample, ValidArgsFunction: c.completeTokens,
	}
	flags := command.Flags()
	takeText(flags, &a.organization, "organization", "ID", "all its tokens together")
	takeDuration(flags, &a.last, "last", "how far to look back (default 24h)")
	takeDuration(flags, &a.step, "step", "of a series, such as 5m, 1h or 24h")
	takeText(flags, &a.redis, "usage-redis", "URL", "of usage.redis, if that is another one")
	command.Args = func(_ *cobra.Command, args []string) error { return a.take(args) }
	command.RunE = c.do(c.with(func(ctx context.Context, r *open, _ []string) error {
		a.redis = cmp.Or(a.redis, c.getenv(usageRedisVariable))
		period, err := usage.NewPeriod(c.now().Add(1-a.last), time.Time{}, a.step, c.now())
		if err != nil {
			return misused(fmt.Errorf("--last and --step: %w", err))
		}
		return c.usage(ctx, r, a, period)
	}))
	return command
}

func (a *asked) take(args []string) error {
	switch {
	case len(args) > 1:
		return errors.New("several ids: name one")
	case len(args) == 1:
		a.token = args[0]
	}
	if (a.token == "") == (a.organization == "") {
		return errors.New("name one token, or one organization by --organization ID")
	}
	return nil
}

// used is what the API tells of the usage of a token, of the token itself, and of what to do about it; of an
// organization only the first.
type used struct {
	usage.Extent
	office.TokenUsage

	LastUsedAt time.Time              `json:"last_used_at,omitzero"`
	Secrets    []office.Secret        `json:"secrets"`
	Sampling   *advice.WordedSampling `json:"sampling,omitempty"`
}

func (c *cli) usage(ctx context.Context, r *open, a *asked, period usage.Period) error {
	if a.token == "" {
		return c.organizationUsage(ctx, r, a, period)
	}
	t, err := r.Token(ctx, a.token)
	if err != nil {
		return err
	}
	reader, err := c.openUsage(ctx, a, t.Organization, "/tokens/"+t.ID)
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }() // nothing was written
	owner, err := r.Organization(ctx, t.Organization)
	if err != nil {
		return err
	}
	u, err := c.readUsage(ctx, reader, period, t.Token, owner.Organization)
	if err != nil {
		return a.unread(err)
	}
	return c.print(asJSON{u}, func(w io.Writer) { c.writeUsage(w, t.Token, owner.Organization, u, a) })
}

func (c *cli) organizationUsage(ctx context.Context, r *open, a *asked, period usage.Period) error {
	o, err := r.Organization(ctx, a.organization)
	if err != nil {
		return err
	}
	reader, err := c.openUsage(ctx, a, o.ID, "")
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }() // nothing was written
	series, err := reader.Series(ctx, period, usage.Subject{Organization: o.ID})
	if err != nil {
		return a.unread(err)
	}
	record := struct {
		usage.Extent
		usage.Series
	}{period.Extent(), series[0]}
	return c.print(asJSON{record}, func(w io.Writer) {
		s := &sheet{}
		s.add("organization", nameOfOrganization(o.Organization))
		c.addCounts(s, period.From(), &record.Totals, a)
		s.write(w, c.width)
		c.writeSteps(w, record.Buckets, a.step > 0)
	})
}

func (c *cli) readUsage(
	ctx context.Context, r usage.Reader, period usage.Period, t *token.Token, owner *token.Organization,
) (*used, error) {
	subject := usage.Subject{Organization: t.Organization, Token: t.ID}
	series, err := r.Series(ctx, period, subject)
	if err != nil {
		return nil, err
	}
	origins, err := r.Origins(ctx, subject, period.From())
	if err != nil {
		return nil, err
	}
	last, err := r.LastUse(ctx, subject)
	if err != nil {
		return nil, err
	}
	sampling, err := advice.SampleFor(ctx, r, t, owner, c.now())
	return &used{
		Extent:     period.Extent(),
		TokenUsage: office.TokenUsage{Series: series[0], Origins: append([]usage.Origin{}, origins...)},
		LastUsedAt: last[0].Token, Secrets: office.SecretsOf(t, last[0]), Sampling: sampling.Worded(),
	}, err
}

// flag is the one that says which Redis it is.
func (a *asked) flag() string {
	if a.redis != "" {
		return "--usage-redis"
	}
	return redisFlag
}

// unread is about a Redis.
func (a *asked) unread(err error) error {
	return &unreachableError{where: "usage", flag: a.flag(), err: fmt.Errorf("%w: %w", registry.ErrUnavailable, err)}
}

// openUsage says where to look instead if usage is in the Collector; path is that of the API behind the organization.
func (c *cli) openUsage(ctx context.Context, a *asked, organization, path string) (*redisstore.Reader, error) {
	url := cmp.Or(a.redis, c.place.redis)
	if url == "" {
		return nil, &elsewhereError{"/organizations/" + organization + path + "/usage"}
	}
	config, err := redisConfig(a.flag(), url)
	if err != nil {
		return nil, err
	}
	reader, err := redisstore.OpenReader(ctx, config, c.now)
	if err != nil {
		return nil, a.unread(err)
	}
	return reader, nil
}

// elsewhereError is about usage that this command can't read.
type elsewhereError struct{ path string }

func (e *elsewhereError) Error() string {
	return "with a token file, usage is kept in the Collector's process, unless --usage-redis names where else: ask its " +
		"client_token_admin\n\n" +
		"  curl -u USER http://localhost:4320/api/v1" + e.path
}

func takeDuration(flags *pflag.FlagSet, to *time.Duration, flag, help string) {
	take(flags, flag, "TIME", help, func(text string) (err error) {
		if *to, err = duration.Parse(text); err == nil && *to == 0 {
			err = errors.New("write a duration above 0, for example 24h")
		}
		return err
	})
}
