// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// What the buttons do. Each that sends resolves, never rejects, when the SDK is through with every batch.

import { context, trace } from '@opentelemetry/api';
import { burst } from './defaults.js';
import { batches, settled } from './records.js';
import { providerFor } from './session.js';

// The SDK's maxExportBatchSize. Its queue holds 2,048 spans and drops what is beyond, so it is emptied every batch.
const batchSize = 512;

/** Makes the number of spans the settings say and has them sent. */
export function sendSpans(settings) {
  return flushing(settings, (provider, flush) => {
    for (let left = settings.spans; left > 0; left -= batchSize) {
      makeTrace(provider.getTracer('example'), Math.min(left, batchSize));
      flush();
    }
  });
}

/** Makes spans and leaves it to the SDK when they are sent: after some seconds, or when the page is hidden. */
export function makeSpans(settings) {
  makeTrace(providerFor(settings).getTracer('example'), settings.spans);
}

/** Sends many batches at once. */
export function exceedLimit(settings) {
  return flushing(settings, (provider, flush) => {
    for (let i = 0; i < burst.batches; i += 1) {
      makeTrace(provider.getTracer('example'), burst.spans);
      flush();
    }
  });
}

/** Fetches a file as a page would; the instrumentation makes the span of the fetch itself. */
export async function fetchSomething(settings) {
  const before = batches.length;
  const tracer = providerFor(settings).getTracer('example');
  await tracer.startActiveSpan('fetch something', async (span) => {
    await fetch('style.css', { cache: 'no-store' }).then((response) => response.text());
    span.end();
  });
  // FetchInstrumentation ends its span 300 ms later (it waits for the browser's resource timing).
  await new Promise((resolve) => { setTimeout(resolve, 500); });
  return flushing(settings, (_, flush) => flush(), before);
}

async function flushing(settings, act, before = batches.length) {
  const provider = providerFor(settings);
  const flushes = [];
  act(provider, () => flushes.push(provider.forceFlush()));
  const results = await Promise.allSettled(flushes);
  // forceFlush does not wait for a batch that a full queue had started already.
  await settled();
  const failed = results.find((result) => result.status === 'rejected');
  return { batches: batches.slice(before), flushError: failed ? String(failed.reason) : null };
}

/** One parent and its children, `count` spans together. */
function makeTrace(tracer, count) {
  const parent = tracer.startSpan('example');
  const inParent = trace.setSpan(context.active(), parent);
  for (let i = 1; i < count; i += 1) {
    tracer.startSpan('example step', { attributes: { 'example.step': i } }, inParent).end();
  }
  parent.end();
}
