// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/registry"
)

// young is how long after a modification a file is read again even though it looks the same: a second write within
// the grain of the file system's clock doesn't change the time (Git calls such files racy).
const young = 2 * time.Second

// trust is how long a file is believed not to have changed because it looks the same. Times can be set back, as tar and
// cp -p do, and inodes are used again.
const trust = 10 * time.Second

// patience is for how many looks a file may go on changing.
const patience = 25

type digest = [sha256.Size]byte

// watcher follows one file. It belongs to one goroutine.
type watcher struct {
	file     *File
	follower registry.Follower

	seen   os.FileInfo // at the last look; nil if the file was not there
	read   os.FileInfo // the version that was last read
	readAt time.Time

	served   digest             // content of the version being served
	noted    digest             // content of the version that the audit knows of
	contents *registry.Contents // of the version being served, until the audit knows of it
	refused  digest             // content of the last version that can't be
	failure  string             // what was last reported; empty while all is well

	unsettled int // looks in a row at which the file had changed
}

func (w *watcher) run() {
	ticker := time.NewTicker(w.file.interval)
	defer ticker.Stop()
	for {
		select {
		case <-w.file.done:
			return
		case sum := <-w.file.news:
			w.told(sum)
		case <-ticker.C:
			w.look()
		}
	}
}

// loadFirst waits for a file that is just being written.
func (w *watcher) loadFirst() error {
	for range patience {
		if err := w.load(); err != nil {
			return err
		}
		if w.served != (digest{}) {
			w.seen = w.read
			w.note()
			return nil
		}
		time.Sleep(w.file.interval)
	}
	return restless(w.file.path)
}

func restless(path string) error {
	return fmt.Errorf("%s changes all the time: replace it, less often, by renaming a finished file", path)
}

// look loads the file if it has changed and settled: it must be the same as at the look before. So a file that is
// being written is left alone, and one that is gone for the blink of a rename is no event. A writer that pauses for
// two looks in the midst of a file has its first half taken for a version; who can't exclude that renames.
func (w *watcher) look() {
	info, err := os.Stat(w.file.path)
	if err != nil {
		info = nil
	}
	before := w.seen
	w.seen = info
	switch {
	case err != nil && before == nil:
		w.lost(err)
	case !same(before, info):
		w.await()
		return
	case !w.known(info):
		w.reload()
	case w.failure == "":
		w.follower.Current()
	}
	w.unsettled = 0
	w.note()
}

// note has the audit know of what is served, sooner or later.
func (w *watcher) note() {
	if w.file.notes == nil || w.noted == w.served {
		return
	}
	if w.file.notes.take(w.contents, hex.EncodeToString(w.served[:])) {
		w.noted, w.contents = w.served, nil
	}
}

// told serves a version that this process has put in place, at once: nobody is in the midst of writing that. If somebody
// else has been there since, the looks will find out.
func (w *watcher) told(sum digest) {
	info, content, err := readFile(w.file.path)
	if err != nil || info == nil || sha256.Sum256(content) != sum {
		return
	}
	w.seen, w.unsettled = info, 0
	w.settle(w.take(info, content))
}

// await gives a file time to settle, but not for ever: what is served is older with each look.
func (w *watcher) await() {
	if w.unsettled++; w.unsettled >= patience {
		w.lost(restless(w.file.path))
	}
}

// reload leaves a file that has gone meanwhile to the next look.
func (w *watcher) reload() {
	w.settle(w.load())
}

// settle reports what could not be served.
func (w *watcher) settle(err error) {
	var faults *registry.FaultsError
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
	case errors.As(err, &faults):
		w.fail(err)
	default:
		w.lost(err)
	}
}

// known tells whether this version was read when it could not change any more without looking different, and lately.
func (w *watcher) known(info os.FileInfo) bool {
	return same(w.read, info) && w.readAt.Sub(info.ModTime()) >= young && w.file.now().Sub(w.readAt) < trust
}

// load reads the file and takes it. What changes meanwhile is left to a later look.
func (w *watcher) load() error {
	info, content, err := readFile(w.file.path)
	if err != nil || info == nil {
		return err
	}
	return w.take(info, content)
}

// take serves what was read, unless it is served already.
func (w *watcher) take(info os.FileInfo, content []byte) error {
	w.read, w.readAt = info, w.file.now()
	switch sum := sha256.Sum256(content); sum {
	case w.served:
		w.recovered()
		return nil
	case w.refused:
		return nil
	default:
		return w.serve(content, sum)
	}
}

func (w *watcher) serve(content []byte, sum digest) error {
	contents, faults := Parse(content)
	if len(faults) > 0 {
		w.refused = sum
		w.failure = "" // news, even if it reads like the last one: a value was corrected to another wrong one
		return &registry.FaultsError{Where: w.file.path, Faults: faults}
	}
	w.served, w.refused = sum, digest{}
	w.failure = ""
	if w.file.notes != nil {
		w.contents = contents
	}
	w.follower.Loaded(contents)
	return nil
}

// lost reports that the file can't be read, and forgets what was read: whatever comes back is a change, even if it is
// the very same file.
func (w *watcher) lost(err error) {
	w.read, w.refused = nil, digest{}
	w.fail(err)
}

// recovered tells that the file is again what is being served.
func (w *watcher) recovered() {
	w.refused, w.failure = digest{}, ""
	w.follower.Current()
}

// fail reports each failure once.
func (w *watcher) fail(err error) {
	if w.failure != err.Error() {
		w.failure = err.Error()
		w.follower.Failed(err)
	}
}

// readFile returns no info for a file that changed while it was read.
func readFile(path string) (os.FileInfo, []byte, error) {
	before, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%s is not a regular file: name a YAML file of tokens", path)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	after, err := os.Stat(path)
	if err != nil || !same(before, after) {
		return nil, nil, err
	}
	return after, content, nil
}

func same(a, b os.FileInfo) bool {
	return a != nil && b != nil && os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}
