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
	"time"

	"github.com/otelcol-clienttokens/otelcol-clienttokens/internal/audit"
)

// slack is how many entries more than are to be kept a journal may hold before it is written anew.
const slack = 1000

// journal is the audit of a file, which stands beside it: a line for each entry, as JSON. Around the entries of an act
// there is a line in front that says which version of the file it is about to write, and one behind when it has done so.
// So an act that was killed was done if the file has that version, and otherwise not; and a version that the last act
// has not written was edited by hand.
type journal struct {
	path    string
	entries []audit.Entry // of acts that were done
	version string        // that the last of these has left; empty: there was none

	begun   []audit.Entry // of an act that is not known to be done
	leadsTo string        // its version; empty: there is no such act

	end     int64  // of what is on disk
	unsaved []byte // what belongs behind it
}

// line is any line of a journal.
type line struct {
	audit.Entry
	mark
}

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

// read passes over what is no line of ours: half of one, or what somebody has done by hand.
func (j *journal) read(content []byte) {
	at := 0
	for text := range bytes.Lines(content) {
		at += len(text)
		var l line
		switch {
		case json.Unmarshal(text, &l) != nil || !bytes.HasSuffix(text, []byte("\n")):
		case l.Writing != "":
			j.begun, j.leadsTo = nil, l.Writing
		case l.Written != "":
			j.complete(l.Written)
			j.end = int64(at)
		case !l.ID.IsZero():
			j.begun = append(j.begun, l.Entry)
		}
	}
}

func (j *journal) complete(version string) {
	j.entries = append(j.entries, j.begun...)
	j.version, j.begun, j.leadsTo = version, nil, ""
}

// settle decides by the version of the file whether an act was done that nobody knows of, for it was killed, or is still
// at work.
func (j *journal) settle(version string) {
	begun, done := j.begun, j.leadsTo == version
	j.begun, j.leadsTo = nil, ""
	if done {
		j.note(version, begun)
	}
}

// begin takes down the entries of an act that is about to write a version.
func (j *journal) begin(version string, entries []audit.Entry) {
	j.add(mark{Writing: version})
	j.begun, j.leadsTo = j.identified(entries), version
	for _, e := range j.begun {
		j.add(e)
	}
}

// done says that the act which was begun has written its version.
func (j *journal) done() {
	j.add(mark{Written: j.leadsTo})
	j.complete(j.leadsTo)
}

// note takes down an act that has been done.
func (j *journal) note(version string, entries []audit.Entry) {
	j.begin(version, entries)
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

// identified gives entries ids, unless they have some.
func (j *journal) identified(entries []audit.Entry) []audit.Entry {
	var last audit.ID
	if n := len(j.entries); n > 0 {
		last = j.entries[n-1].ID
	}
	for i := range entries {
		if entries[i].ID.IsZero() {
			entries[i].ID = last.Next(entries[i].At)
		}
		last = entries[i].ID
	}
	return entries
}

func (j *journal) add(value any) {
	text, err := json.Marshal(value)
	if err != nil {
		return // nothing in an entry fails
	}
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

// shrink writes the journal anew if much of it need not be kept.
func (j *journal) shrink(like os.FileInfo, now time.Time) error {
	kept := audit.Kept(j.entries, now)
	if len(j.entries)-len(kept) < slack {
		return nil
	}
	smaller := &journal{path: j.path + ".new"}
	if err := os.Remove(smaller.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return toBeAllowed(err)
	}
	smaller.note(j.version, kept)
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
	if err := j.shrink(v.info, at); err != nil {
		return err
	}
	j.begin(versionOf(content), entries)
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
