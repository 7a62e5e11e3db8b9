// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"fmt"
	"strings"
)

type notConfirmedError struct{ kind, id string }

func (e notConfirmedError) Error() string {
	return fmt.Sprintf("that was not the id; nothing was deleted. Try again, or add --yes to delete %s %s without being asked",
		e.kind, e.id)
}

// confirm asks who sits at a terminal to type the id. Nobody else is asked.
func (c *cli) confirm(yes bool, kind, id string) error {
	if yes || !c.interactive {
		return nil
	}
	put(c.err, "Type the id to delete %s %s for good: ", kind, plain(id))
	answer, err := bufio.NewReader(c.in).ReadString('\n')
	if err != nil {
		put(c.err, "\n") // Ctrl-D leaves the cursor behind the question
	}
	if strings.TrimSpace(answer) != id {
		return notConfirmedError{kind, id}
	}
	return nil
}
