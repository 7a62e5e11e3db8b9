// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package spanratelimitprocessor

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/redisconn"
)

// lostInterval is how often it is logged at the most that Redis has lost windows.
const lostInterval = time.Minute

// availability knows which servers are away, and tells so the log and, as component status, the pipelines: what has
// changed, never a request. Windows report here while they hold locks, and who listens to the status may take his time;
// so a goroutine tells it, which also spares them what was over before it came to it.
type availability struct {
	logger  *zap.Logger
	redis   string // how it is called
	meaning []zap.Field
	news    chan struct{} // has an element when there may be something to tell
	done    chan struct{}
	telling sync.WaitGroup

	mu   sync.Mutex       // guards what follows
	away map[string]error // servers, and why
	lost lost

	listening sync.Mutex         // guards what follows, while somebody is told
	pipelines map[*instance]bool // true if told that a server is away

	// Only the goroutine uses these.
	told     map[string]error // away when that was logged last
	lostTold time.Time
}

// lost is how often windows were lost that nobody was told of yet, and by which server the last time.
type lost struct {
	times int
	node  string
}

func newAvailability(logger *zap.Logger, cfg *Config) *availability {
	return &availability{
		logger:    logger,
		redis:     redisconn.Describe(cfg.Redis.Get()),
		meaning:   meaning(cfg),
		news:      make(chan struct{}, 1),
		done:      make(chan struct{}),
		away:      map[string]error{},
		pipelines: map[*instance]bool{},
	}
}

// meaning says what a collector does without Redis.
func meaning(cfg *Config) []zap.Field {
	policy := zap.String("on_redis_error", string(cfg.OnRedisError))
	switch cfg.OnRedisError {
	case OnRedisErrorAllow:
		return []zap.Field{policy, zap.String("meaning", "all batches are admitted; when Redis is back they are charged")}
	case OnRedisErrorReject:
		return []zap.Field{policy, zap.String("meaning", "batches that a limit applies to are refused with Unavailable")}
	default:
		return []zap.Field{
			policy, zap.Int("replicas", cfg.Replicas),
			zap.String("meaning", "this collector admits its share of what was left, then limit / replicas, "+
				"and charges it when Redis is back"),
		}
	}
}

// Away takes note that a server can't be asked. See fleet.Monitor.
func (a *availability) Away(node string, why error) {
	a.change(func() { a.away[node] = why })
}

// Back takes note that decisions are shared again. See fleet.Monitor.
func (a *availability) Back(node string) {
	a.change(func() { delete(a.away, node) })
}

// Lost takes note that a server has lost windows. See fleet.Monitor.
func (a *availability) Lost(node string) {
	a.change(func() { a.lost = lost{a.lost.times + 1, node} })
}

func (a *availability) change(by func()) {
	a.mu.Lock()
	by()
	a.mu.Unlock()
	a.stir()
}

// stir has it looked for something to tell.
func (a *availability) stir() {
	select {
	case a.news <- struct{}{}:
	default: // it will be
	}
}

func (a *availability) anyAway() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.away) > 0
}

// join has a pipeline told from now on.
func (a *availability) join(i *instance) {
	a.listening.Lock()
	defer a.listening.Unlock()
	a.pipelines[i] = false
	a.stir()
}

// leave has it told no more, since a component that is stopping has another status.
func (a *availability) leave(i *instance) {
	a.listening.Lock()
	defer a.listening.Unlock()
	delete(a.pipelines, i)
}

func (a *availability) start() {
	a.telling.Go(func() {
		for {
			select {
			case <-a.done:
				return
			case <-a.news:
				a.tell()
			}
		}
	})
}

func (a *availability) stop() {
	close(a.done)
	a.telling.Wait()
}

func (a *availability) tell() {
	away := a.snapshot()
	a.log(away)
	a.tellPipelines(away)
	a.logLost()
}

func (a *availability) snapshot() map[string]error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.away)
}

func (a *availability) log(away map[string]error) {
	for node, why := range away {
		if _, told := a.told[node]; !told {
			a.logger.Warn("Redis does not answer as it should: deciding by on_redis_error until it does",
				slices.Concat(a.where(node), a.meaning, []zap.Field{zap.Error(why)})...)
		}
	}
	for node := range a.told {
		if _, still := away[node]; !still {
			a.logger.Info("Redis answers again: limits are shared", a.where(node)...)
		}
	}
	a.told = away
}

func (a *availability) where(node string) []zap.Field {
	fields := []zap.Field{zap.String("redis", a.redis)}
	if node != "" {
		fields = append(fields, zap.String("node", node))
	}
	return fields
}

func (a *availability) tellPipelines(away map[string]error) {
	a.listening.Lock()
	defer a.listening.Unlock()
	for i, told := range a.pipelines {
		if now := len(away) > 0; now != told {
			a.pipelines[i] = now
			componentstatus.ReportStatus(i.host, a.status(away))
		}
	}
}

func (a *availability) status(away map[string]error) *componentstatus.Event {
	for _, why := range away {
		return componentstatus.NewRecoverableErrorEvent(fmt.Errorf("%s does not answer as it should: %w", a.redis, why))
	}
	return componentstatus.NewEvent(componentstatus.StatusOK)
}

func (a *availability) logLost() {
	if l, due := a.takeLost(); due {
		a.logger.Warn("Redis has lost windows: what this collector admitted in the past minute is charged again",
			append(a.where(l.node), zap.Int("times", l.times))...)
	}
}

// takeLost returns what is to be logged, if it is time for that.
func (a *availability) takeLost() (lost, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.lost.times == 0 || time.Since(a.lostTold) < lostInterval {
		return lost{}, false
	}
	l := a.lost
	a.lost, a.lostTold = lost{}, time.Now()
	return l, true
}
