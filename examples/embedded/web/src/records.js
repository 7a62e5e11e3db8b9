// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// What happened, as plain data: tests read it, the log shows it.

/** The batches of the SDK: {id, spans, delivered, error, startedAt, endedAt}; delivered is null until it is known. */
export const batches = [];

/** The posts: {batch, attempt, spans, bytes, status, retryAfter, body, error, startedAt, endedAt}. */
export const posts = [];

/** What the SDK tells its DiagLogger: {level, message, at}. */
export const diagnostics = [];

const listeners = new Set();
const pending = new Set();

export function onChange(listener) {
  listeners.add(listener);
}

/** Tells the listeners that something about a batch has changed. */
export function changed(batch) {
  for (const listener of listeners) listener(batch);
}

/** Makes settled() wait until the returned function is called. */
export function holdOpen() {
  let release;
  const promise = new Promise((resolve) => { release = resolve; });
  pending.add(promise);
  return () => {
    pending.delete(promise);
    release();
  };
}

/** Resolves when every batch has its outcome and every answer has been read. */
export async function settled() {
  while (pending.size > 0) await Promise.all(pending);
}
