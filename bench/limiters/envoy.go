// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"

	"github.com/coocood/freecache"
	ratelimitcommon "github.com/envoyproxy/go-control-plane/envoy/extensions/common/ratelimit/v3"
	pb "github.com/envoyproxy/go-control-plane/envoy/service/ratelimit/v3"
	"github.com/envoyproxy/ratelimit/src/config"
	envoylimiter "github.com/envoyproxy/ratelimit/src/limiter"
	"github.com/envoyproxy/ratelimit/src/redis"
	envoysettings "github.com/envoyproxy/ratelimit/src/settings"
	envoystats "github.com/envoyproxy/ratelimit/src/stats"
	"github.com/envoyproxy/ratelimit/src/utils"
	gostats "github.com/lyft/gostats"
	"github.com/sirupsen/logrus"
)

const (
	// envoyConnections is few: its client puts what is waiting on a connection into one write, so more made it slower.
	envoyConnections = 2
	// envoyCacheSize has room for all keys of each workload.
	envoyCacheSize = 8 << 20
	nearLimitRatio = 0.8 // the default; it concerns statistics only
)

// envoy is the core of Envoy's rate limit service: windows of a whole minute of the clock. It runs in this process, with
// the limits already looked up, so without what gRPC and its configuration cost. It charges what it refuses, and charges
// the organization when it refuses the token.
type envoy struct {
	cache  envoylimiter.RateLimitCache
	limits []*config.RateLimit // of the token, of the organization
	client redis.Client
}

func envoySends() []string {
	return []string{"incrby", "expire"}
}

func openEnvoy(_ context.Context, address string, q quota) (limiter, error) {
	return newEnvoy(address, q, nil)
}

// openEnvoyWithCache remembers in the process which keys are used up, until the minute ends.
func openEnvoyWithCache(_ context.Context, address string, q quota) (limiter, error) {
	return newEnvoy(address, q, freecache.NewCache(envoyCacheSize))
}

func newEnvoy(address string, q quota, local *freecache.Cache) (e *envoy, err error) {
	defer recoverEnvoy(&err)
	logrus.SetOutput(io.Discard) // it warns of its own settings
	store := gostats.NewStore(gostats.NewNullSink(), false)
	manager := envoystats.NewStatManager(store, envoysettings.Settings{})
	client := redis.NewClientImpl(store, false, "", "tcp", "single", address, envoyConnections, 0, 0, nil, false, nil,
		0, "", "")
	return &envoy{
		cache: redis.NewFixedRateLimitCacheImpl(client, nil, utils.NewTimeSourceImpl(), nil, 0, local,
			nearLimitRatio, "", manager, false),
		limits: []*config.RateLimit{envoyLimit(manager, "token", q.token), envoyLimit(manager, "org", q.organization)},
		client: client,
	}, nil
}

func envoyLimit(manager envoystats.Manager, name string, perMinute int) *config.RateLimit {
	return config.NewRateLimit(uint32(perMinute), pb.RateLimitResponse_RateLimit_MINUTE, manager.NewStats(name),
		false, false, false, name, nil, false)
}

func (e *envoy) decide(ctx context.Context, organization, token string, n int) (admitted bool, err error) {
	defer recoverEnvoy(&err)
	for _, status := range e.cache.DoLimit(ctx, envoyRequest(organization, token, n), e.limits) {
		if status.GetCode() != pb.RateLimitResponse_OK {
			return false, nil
		}
	}
	return true, nil
}

func envoyRequest(organization, token string, n int) *pb.RateLimitRequest {
	return &pb.RateLimitRequest{
		Domain:      "spans",
		Descriptors: []*ratelimitcommon.RateLimitDescriptor{descriptor("token", token), descriptor("org", organization)},
		HitsAddend:  uint32(n),
	}
}

func descriptor(key, value string) *ratelimitcommon.RateLimitDescriptor {
	return &ratelimitcommon.RateLimitDescriptor{
		Entries: []*ratelimitcommon.RateLimitDescriptor_Entry{{Key: key, Value: value}},
	}
}

func (e *envoy) close() {
	_ = e.client.Close()
}

// recoverEnvoy makes an error of the panic by which it tells that Redis failed.
func recoverEnvoy(err *error) {
	if failure := recover(); failure != nil {
		*err = fmt.Errorf("envoy: %v", failure)
	}
}
