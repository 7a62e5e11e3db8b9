// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package usage

// Counter names one number of [Counts]. Their order is stored, so new ones go to the end; the frequent ones are in front,
// which makes what is stored short.
type Counter uint8

// The counters.
const (
	Admitted Counter = iota
	RefusedToken
	RefusedOrganization
	ShedEstimated
	requestsShed
	requestsOriginDenied
	RefusedClient
	RefusedBatch
	RefusedUnavailable
	requestsOriginMissing
	requestsOriginMalformed
	requestsSignalDenied
	requestsPathUnknown
	requestsDisabled
	requestsExpired
	requestsStale
	numCounters
)

// requestCounters are those of refused requests, by reason.
var requestCounters = [numReasons]Counter{
	Shed:            requestsShed,
	OriginDenied:    requestsOriginDenied,
	OriginMissing:   requestsOriginMissing,
	OriginMalformed: requestsOriginMalformed,
	SignalDenied:    requestsSignalDenied,
	PathUnknown:     requestsPathUnknown,
	Disabled:        requestsDisabled,
	Expired:         requestsExpired,
	Stale:           requestsStale,
}

var reasonOfCounter = func() (reasons [numCounters]Reason) {
	for reason, counter := range requestCounters {
		reasons[counter] = Reason(reason)
	}
	return reasons
}()

// counter returns the number.
func (c *Counts) counter(k Counter) *int64 {
	switch k {
	case Admitted:
		return &c.Admitted
	case RefusedToken:
		return &c.Refused.Token
	case RefusedOrganization:
		return &c.Refused.Organization
	case RefusedClient:
		return &c.Refused.Client
	case RefusedBatch:
		return &c.Refused.Batch
	case RefusedUnavailable:
		return &c.Refused.Unavailable
	case ShedEstimated:
		return &c.ShedEstimated
	default:
		return &c.RequestsRefused[reasonOfCounter[k]]
	}
}
