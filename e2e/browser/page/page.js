// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// What the tests do in a page without an SDK.

/** A span as in OTLP/JSON. */
function makeSpan(name) {
  return {
    name, traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', kind: 1,
    startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000001000000000',
  };
}

/** Posts a span, and resolves to what the page can read of the answer: {status, body} or {error}. */
async function post(endpoint, token) {
  const headers = { 'Content-Type': 'application/json', 'X-Client-Token': token };
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [makeSpan('posted')] }] }] });
  try {
    const response = await fetch(endpoint, { method: 'POST', headers, body });
    return { status: response.status, body: await response.json() };
  } catch (error) {
    return { error: String(error) };
  }
}

/** The same from a sandboxed frame, whose origin is null. */
function postFramed(endpoint, token) {
  const frame = document.createElement('iframe');
  frame.sandbox = 'allow-scripts';
  frame.srcdoc = `<script src="${location.origin}/page.js"></script>
    <script>post('${endpoint}', '${token}').then((answer) => parent.postMessage(answer, '*'))</script>`;
  return new Promise((resolve) => {
    addEventListener('message', ({ data }) => resolve(data), { once: true });
    document.body.append(frame);
  });
}

/** Resolves when so many more spans have arrived behind the Collector, to whether they have. */
async function arrived(spans) {
  return (await fetch(`/arrived?spans=${spans}`)).ok;
}
