// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"fmt"
	"os"
)

// Rounds takes a sample of each of n things in every round, one after another, in every other round in reverse, so that
// none always comes first. One more round, before those that count, is to warm up. The samples come thing by thing.
func Rounds[S any](what string, rounds, n int, take func(i int) (S, error)) ([][]S, error) {
	samples := make([][]S, n)
	for round := range rounds + 1 {
		showProgress(what, round, rounds)
		for i := range n {
			if round%2 == 1 {
				i = n - 1 - i
			}
			s, err := take(i)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				samples[i] = append(samples[i], s)
			}
		}
	}
	return samples, nil
}

func showProgress(what string, round, rounds int) {
	switch round {
	case 0:
		fmt.Fprintf(os.Stderr, "\n%s: warming up", what)
	case 1:
		fmt.Fprintf(os.Stderr, ", %d rounds ", rounds)
		fallthrough
	default:
		fmt.Fprint(os.Stderr, ".")
	}
	if round == rounds {
		fmt.Fprintln(os.Stderr)
	}
}
