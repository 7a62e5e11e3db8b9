// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package filestore

import "os"

// giveTo leaves a file to the user that writes it: owners here are not those of Unix.
func giveTo(*os.File, os.FileInfo) error {
	return nil
}

// owns has nothing to tell, for the same reason.
func owns(os.FileInfo) bool {
	return true
}

// syncDirectory has nothing to do: directories can't be synchronised.
func syncDirectory(string) error {
	return nil
}
