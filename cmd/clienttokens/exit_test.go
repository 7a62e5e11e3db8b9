// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/freeport"
	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

func TestExitCodes(t *testing.T) {
	faulty := filepath.Join(t.TempDir(), "faulty.yaml")
	require.NoError(t, os.WriteFile(faulty, []byte("tokens: [{kind: webb}]\n"), 0o600))
	absent := filepath.Join(t.TempDir(), "absent.yaml")
	free, err := freeport.Addresses(1)
	require.NoError(t, err)
	addr := free[0]
	for line, want := range map[string]int{
		"clienttokens list":                                                         exitOK,
		"clienttokens lint":                                                         exitOK,
		"clienttokens --help":                                                       exitOK,
		"clienttokens help exit-codes":                                              exitOK,
		"clienttokens completion bash":                                              exitOK,
		"clienttokens import " + absent:                                             exitFailure,
		"clienttokens lint " + absent:                                               exitFailure,
		"clienttokens nope":                                                         exitUsage,
		"clienttokens list --nope":                                                  exitUsage,
		"clienttokens list x":                                                       exitUsage,
		"clienttokens show":                                                         exitUsage,
		"clienttokens update shop":                                                  exitUsage,
		"clienttokens list -o xml":                                                  exitUsage,
		"clienttokens list --redis http://a":                                        exitUsage,
		"clienttokens list --redis redis://a --file b":                              exitUsage,
		"clienttokens explain":                                                      exitUsage,
		"clienttokens show nope":                                                    exitNotFound,
		"clienttokens update nope --name a":                                         exitNotFound,
		"clienttokens rotate nope":                                                  exitNotFound,
		"clienttokens enable nope":                                                  exitNotFound,
		"clienttokens delete nope":                                                  exitNotFound,
		"clienttokens explain --id nope":                                            exitNotFound,
		"clienttokens list --organization nope":                                     exitNotFound,
		"clienttokens organization delete nope":                                     exitNotFound,
		"clienttokens create --organization acme --kind web --id shop":              exitConflict,
		"clienttokens organization create --id acme":                                exitConflict,
		"clienttokens organization delete acme":                                     exitConflict,
		"clienttokens import testdata/import/other.yaml":                            exitConflict,
		"clienttokens create":                                                       exitInvalid,
		"clienttokens create --organization nope --kind web":                        exitInvalid,
		"clienttokens update shop --spans-per-minute -1":                            exitInvalid,
		"clienttokens lint " + faulty:                                               exitInvalid,
		"clienttokens import " + faulty:                                             exitInvalid,
		"clienttokens list --file " + faulty:                                        exitInvalid,
		"clienttokens watch --file " + faulty:                                       exitInvalid,
		"clienttokens list --file " + absent:                                        exitUnavailable,
		"clienttokens watch --file " + absent:                                       exitUnavailable,
		"clienttokens list --redis redis://" + addr:                                 exitUnavailable,
		"clienttokens create --organization a --kind web --redis redis://" + addr:   exitUnavailable,
		"clienttokens list --redis rediss://" + addr + "?ca_file=" + absent:         exitUnavailable,
		"clienttokens explain --token 0123456789abcdef":                             exitRefused,
		"clienttokens explain --id shop --origin https://evil.example":              exitRefused,
		"clienttokens explain --id shop --origin https://shop.example.com -o json":  exitOK,
		"clienttokens explain --id shop --origin https://shop.example.com --path /": exitRefused,
	} {
		t.Run(line, func(t *testing.T) {
			r := newRig(t, "file")
			r.must(t, "clienttokens organization create --id acme --name 'Acme Inc.'")
			r.must(t, "clienttokens create --organization acme --kind web --id shop --origin https://shop.example.com")
			out, message, code := r.do(t, line)
			assert.Equal(t, want, code, message)
			switch want {
			case exitOK, exitRefused:
				assert.Empty(t, message)
			case exitInvalid: // lint prints what it finds
				assert.NotEmpty(t, out+message)
			default:
				assert.Regexp(t, "^clienttokens: ", message)
			}
		})
	}
}

// must carries out a line that has to work.
func (r *rig) must(t *testing.T, line string) string {
	t.Helper()
	out, message, code := r.do(t, line)
	require.Equal(t, exitOK, code, message)
	return out
}

func TestExitCodesOfErrors(t *testing.T) {
	for want, err := range map[int]error{
		exitFailure:     errors.New("x"),
		exitUnavailable: reachable{}.tell(&registry.LostError{}),
		exitNotFound:    reachable{}.tell(&registry.NotFoundError{}),
		exitConflict:    reachable{}.tell(&registry.ConflictError{}),
	} {
		assert.Equal(t, want, exitCode(err))
	}
	assert.Equal(t, exitUnavailable, exitCode(reachable{}.tell(registry.ErrReadOnly)))
}

// No registry is named, or two: the environment counts only where no flag is there.
func TestPlaces(t *testing.T) {
	for name, tt := range map[string]struct {
		environment map[string]string
		line        string
		want        place
		usage       bool
	}{
		"none":                {nil, "", place{}, true},
		"file":                {nil, "--file a", place{file: "a"}, false},
		"both":                {nil, "--file a --redis redis://b", place{}, true},
		"by environment":      {map[string]string{redisVariable: "redis://b"}, "", place{redis: "redis://b"}, false},
		"both by environment": {map[string]string{redisVariable: "redis://b", fileVariable: "a"}, "", place{}, true},
		"a flag goes first":   {map[string]string{redisVariable: "redis://b"}, "--file a", place{file: "a"}, false},
		"over both by variables": {
			map[string]string{redisVariable: "redis://b", fileVariable: "a"}, "--file c", place{file: "c"}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := &cli{surroundings: surroundings{getenv: func(name string) string { return tt.environment[name] }}}
			root := c.root()
			require.NoError(t, root.PersistentFlags().Parse(split(tt.line)))
			c.place.fromEnvironment(c.getenv)
			err := c.place.check()
			assert.Equal(t, tt.usage, is[usageError](err), "%v", err)
			if !tt.usage {
				tt.want.timeout = c.place.timeout
				assert.Equal(t, tt.want, c.place)
			}
		})
	}
}
