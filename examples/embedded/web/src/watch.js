// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Looks over the SDK's shoulder without being part of its set-up: what the exporter is given and reports, what it
// posts, and what is answered.

import { diag, DiagLogLevel } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { batches, changed, diagnostics, holdOpen, posts } from './records.js';

const watchedUrls = new Set();
const batchOfSpan = new Map(); // id of a batch's first span → batch; the same in the post's body
const bodies = new WeakMap(); // body → what it holds; a re-send posts the very same object

/** Starts watching posts to the endpoint. */
export function watchEndpoint(endpoint) {
  watchedUrls.add(new URL(endpoint, location.href).href);
}

/** To be called once, before the SDK is set up: the SDK must get the watched fetch. */
export function watchSdk() {
  watchExporter();
  watchFetch();
  watchDiagnostics();
}

function watchExporter() {
  const exportSpans = OTLPTraceExporter.prototype.export;
  OTLPTraceExporter.prototype.export = function (spans, done) {
    const finish = openBatch(spans);
    exportSpans.call(this, spans, (result) => {
      done(result);
      finish(result);
    });
  };
}

function openBatch(spans) {
  const batch = {
    id: batches.length + 1, spans: spans.length, delivered: null, error: null, startedAt: Date.now(), endedAt: null,
  };
  const firstSpan = spans[0].spanContext().spanId;
  batches.push(batch);
  batchOfSpan.set(firstSpan, batch);
  changed(batch);
  const release = holdOpen();
  return (result) => {
    batchOfSpan.delete(firstSpan);
    batch.delivered = result.code === 0; // ExportResultCode.SUCCESS
    batch.error = result.error ? String(result.error.message) : null;
    batch.endedAt = Date.now();
    changed(batch);
    release();
  };
}

function watchFetch() {
  const fetchUnwatched = window.fetch.bind(window);
  window.fetch = (input, init) => {
    const watched = init?.method === 'POST' && watchedUrls.has(String(input));
    return watched ? watchPost(init.body, () => fetchUnwatched(input, init)) : fetchUnwatched(input, init);
  };
}

async function watchPost(body, send) {
  const { post, batch } = openPost(body);
  const release = holdOpen();
  try {
    const response = await send();
    post.status = response.status;
    post.retryAfter = response.headers.get('Retry-After'); // null unless CORS exposes it
    post.endedAt = Date.now();
    // The SDK gets its answer at once; the clone is read beside it.
    readBody(response.clone()).then((text) => { post.body = text; }).finally(() => closePost(batch, release));
    return response;
  } catch (error) {
    post.error = String(error);
    post.endedAt = Date.now();
    closePost(batch, release);
    throw error;
  }
}

function openPost(body) {
  const content = bodies.get(body) ?? contentOf(body);
  bodies.set(body, content);
  content.attempts += 1;
  const post = {
    batch: content.batch.id, attempt: content.attempts, spans: content.spans, bytes: body.byteLength,
    status: null, retryAfter: null, body: null, error: null, startedAt: Date.now(), endedAt: null,
  };
  posts.push(post);
  changed(content.batch);
  return { post, batch: content.batch };
}

function closePost(batch, release) {
  changed(batch);
  release();
}

function contentOf(body) {
  const request = JSON.parse(new TextDecoder().decode(body));
  const spans = request.resourceSpans.flatMap((resource) => resource.scopeSpans).flatMap((scope) => scope.spans);
  return { batch: batchOfSpan.get(spans[0].spanId), spans: spans.length, attempts: 0 };
}

/** JSON as data, anything else as text; null if the connection broke in the middle. */
async function readBody(response) {
  const text = await response.text().catch(() => null);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function watchDiagnostics() {
  const record = (level) => (...message) => {
    diagnostics.push({ level, message: message.map(String).join(' '), at: Date.now() });
    changed(null);
  };
  const logger = Object.fromEntries(['error', 'warn', 'info', 'debug', 'verbose'].map((level) => [level, record(level)]));
  diag.setLogger(logger, { logLevel: DiagLogLevel.INFO });
}
