// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

package filestore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
)

// slack is how many entries a journal grows by until it is looked whether all of them are to be kept.
const slack = 1000

// journal is the audit of a file, which stands beside it: a line for each entry, as JSON. Around the entries of an act
// there is a line in front that says which version of the file it is about to write, and one behind when it has done so.
// So an act that was killed was done if the file has that version, and otherwise not; and a version that the last act
// has not written was edited by hand.
type journal struct {
	path    string
	lines   [][]byte // entries of acts that were done
	version string   // that the last of these has left; empty: there was none

	begun   [][]byte // entries of an act that is not known to be done
	leadsTo string   // its version; empty: there is no such act

	end     int64  // of what is on disk
	unsaved []byte // what belongs behind it
}

// mark is a line that is no entry.
type mark struct {
	Writing string `json:"writing,omitempty"`
	Written string `json:"written,omitempty"`
}

// readJournal returns the journal of a file. One that isn't there is empty.
func readJournal(path string) (*journal, error) {
	j := &journal{path: path + ".audit.jsonl"}
	content, err := os.ReadFile(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return j, nil
	}
	j.read(content)
	return j, err
}

// read leaves half a line at the end away: it is of an act that was not done.
func (j *journal) read(content []byte) {
	at := 0
	for line := range bytes.Lines(content) {
		at += len(line)
		line, whole := bytes.CutSuffix(line, []byte("\n"))
		switch m := markOf(line); {
		case !whole:
		case m.Writing != "":
			j.begun, j.leadsTo = nil, m.Writing
		case m.Written != "":
			j.complete(m.Written)
			j.end = int64(at)
		default:
			j.begun = append(j.begun, line)
		}
	}
}

// markOf is empty of other lines.
func markOf(line []byte) mark {
	var m mark
	if bytes.HasPrefix(line, []byte(`{"writ`)) && json.Unmarshal(line, &m) != nil {
		return mark{}
	}
	return m
}

func (j *journal) complete(version string) {
	j.lines = append(j.lines, j.begun...)
	j.version, j.begun, j.leadsTo = version, nil, ""
}

// find returns what is asked for, the newest first.
func (j *journal) find(q audit.Query) []audit.Entry {
	var found []audit.Entry
	for _, line := range slices.Backward(j.lines) {
		e, ok := readEntry(line)
		switch {
		case !ok:
			continue
		case e.ID.Compare(q.After) <= 0, !q.OldestFirst && q.Full(len(found)):
			return found
		case q.Takes(&e):
			found = append(found, e)
		}
	}
	return found
}

// readEntry reports false for what is no line of ours: somebody has written it by hand.
func readEntry(line []byte) (e audit.Entry, ok bool) {
	err := json.Unmarshal(line, &e)
	return e, err == nil && !e.ID.IsZero()
}

// settle decides by the version of the file whether an act was done that nobody knows of, for it was killed, or is still
// at work.
func (j *journal) settle(version string) {
	begun, done := j.begun, j.leadsTo == version
	j.begun, j.leadsTo = nil, ""
	if done {
		j.begin(version, begun)
		j.done()
	}
}

// begin takes down the entries of an act that is about to write a version.
func (j *journal) begin(version string, entries [][]byte) {
	j.add(mark{Writing: version})
	for _, line := range entries {
		j.unsaved = append(append(j.unsaved, line...), '\n')
	}
	j.begun, j.leadsTo = entries, version
}

// done says that the act which was begun has written its version.
func (j *journal) done() {
	j.add(mark{Written: j.leadsTo})
	j.complete(j.leadsTo)
}

// note takes down an act that has been done.
func (j *journal) note(version string, entries []audit.Entry) {
	j.begin(version, j.written(entries))
	j.done()
}

// noteMissed says that the file was edited by hand while nobody looked, if it was.
func (j *journal) noteMissed(version string, at time.Time) {
	if j.version != "" && j.version != version {
		j.note(version, missed(at))
	}
}

// missed are the entries of an edit of which nobody knows what it changed.
func missed(at time.Time) []audit.Entry {
	return byHand(at).Entries([]audit.Entry{{Kind: audit.KindRegistry, Action: audit.Changed}})
}

func byHand(at time.Time) audit.Act {
	return audit.Act{At: at, By: audit.ByFile}
}

// written gives entries their ids, and writes them down.
func (j *journal) written(entries []audit.Entry) [][]byte {
	var last audit.ID
	if newest := j.find(audit.Query{Limit: 1}); len(newest) > 0 {
		last = newest[0].ID
	}
	lines := make([][]byte, len(entries))
	for i, e := range identified(entries, last) {
		lines[i], _ = json.Marshal(e) // nothing in an entry fails
	}
	return lines
}

// identified gives entries ids that come after the last one.
func identified(entries []audit.Entry, last audit.ID) []audit.Entry {
	for i := range entries {
		last = last.Next(entries[i].At)
		entries[i].ID = last
	}
	return entries
}

func (j *journal) add(m mark) {
	text, _ := json.Marshal(m)
	j.unsaved = append(append(j.unsaved, text...), '\n')
}

// save brings what is new to disk. The journal belongs to whom the file belongs to, and can be read by the same others;
// a file that isn't there yet will be for nobody else.
func (j *journal) save(like os.FileInfo) error {
	file, err := os.OpenFile(j.path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return toBeAllowed(err)
	}
	if like != nil {
		err = errors.Join(giveTo(file, like), file.Chmod(like.Mode().Perm()))
	}
	if err == nil {
		_, err = file.WriteAt(j.unsaved, j.end)
	}
	if err == nil {
		j.end += int64(len(j.unsaved))
		j.unsaved = nil
		err = errors.Join(file.Truncate(j.end), file.Sync()) // what follows are acts that were not done
	}
	return errors.Join(err, file.Close())
}

// shrink writes the journal anew, before it grows by so many entries, if much of it need not be kept.
func (j *journal) shrink(like os.FileInfo, now time.Time, growth int) error {
	if len(j.lines)/slack == (len(j.lines)+growth)/slack {
		return nil
	}
	entries := j.find(audit.Query{})
	slices.Reverse(entries)
	kept := audit.Kept(entries, now)
	if len(j.lines)-len(kept) < slack {
		return nil
	}
	smaller := &journal{path: j.path + ".new"}
	if err := os.Remove(smaller.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return toBeAllowed(err)
	}
	lines := make([][]byte, len(kept))
	for i, e := range kept {
		lines[i], _ = json.Marshal(e)
	}
	smaller.begin(j.version, lines)
	smaller.done()
	err := smaller.save(like)
	if err == nil {
		err = os.Rename(smaller.path, j.path)
	}
	smaller.path = j.path
	*j = *smaller
	return toBeAllowed(err)
}

// announce takes down what a write is about to make of a version.
func (j *journal) announce(v *version, content []byte, entries []audit.Entry, at time.Time) error {
	j.settle(v.name())
	j.noteMissed(v.name(), at)
	if err := j.shrink(v.info, at, len(entries)); err != nil {
		return err
	}
	j.begin(versionOf(content), j.written(entries))
	return j.save(v.info)
}

// confirm says that the write was done.
func (j *journal) confirm(v *version) error {
	j.done()
	if err := j.save(v.info); err != nil {
		return fmt.Errorf("%s is written, but what was done is not noted in its audit: %w", v.path, err)
	}
	return nil
}
