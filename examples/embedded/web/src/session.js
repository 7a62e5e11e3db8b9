// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// The tracing in force. A page has one for its whole life; here the settings may change from click to click.

import { forgedAttributes } from './defaults.js';
import { startTracing, stopTracing } from './tracing.js';
import { watchEndpoint } from './watch.js';

let current = null;

/** The tracer provider for these settings: the one in force if they are the same, else a new one. */
export function providerFor({ spans: _, forge, ...settings }) {
  const options = { ...settings, attributes: forge ? forgedAttributes : {} };
  const key = JSON.stringify(options);
  if (current?.key !== key) {
    // Nobody waits for the old one: its batches may have long to go, and the log shows how they end.
    if (current) stopTracing(current.tracing).catch(() => {});
    watchEndpoint(options.endpoint);
    current = { key, tracing: startTracing(options) };
  }
  return current.tracing.provider;
}
