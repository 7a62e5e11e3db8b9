// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

import { exceedLimit, fetchSomething, makeSpans, sendSpans } from './actions.js';
import { burst } from './defaults.js';
import { showChange } from './log.js';
import { batches, diagnostics, onChange, posts } from './records.js';
import { providerFor } from './session.js';
import { autostart, linkTo, presetForm, readForm } from './settings.js';
import { watchSdk } from './watch.js';

const byId = (id) => document.getElementById(id);
const form = byId('settings');
const page = {
  log: byId('log'), summary: byId('summary'), empty: byId('empty'),
  diagnostics: byId('diagnostics'), diagnosticsCount: byId('diagnostics-count'),
};

function showLinks() {
  const otherHost = location.hostname === '127.0.0.1' ? 'localhost' : '127.0.0.1';
  byId('origin').textContent = location.origin;
  byId('link').href = linkTo(form);
  byId('other-origin').href = linkTo(form, otherHost);
  byId('other-origin').textContent = `from ${otherHost}`;
}

/** Makes a button act with what the form holds at that moment. */
function onClick(id, action) {
  byId(id).addEventListener('click', (event) => {
    event.preventDefault();
    if (form.reportValidity()) action(readForm(form));
  });
}

watchSdk();
onChange((batch) => showChange(page, batch));
presetForm(form);
showLinks();
form.addEventListener('input', showLinks);
byId('burst').textContent = `${burst.batches} batches of ${burst.spans} spans at once`;
onClick('send', sendSpans);
onClick('fetch', fetchSomething);
onClick('exceed', exceedLimit);
providerFor(readForm(form)); // tracing starts with the page, as it would anywhere

// For tests and for the curious: the records, and the buttons as functions.
window.example = {
  batches,
  posts,
  diagnostics,
  makeSpans: (spans) => makeSpans({ ...readForm(form), spans }),
  sendSpans: (spans, changes = {}) => sendSpans({ ...readForm(form), ...changes, spans }),
  fetchSomething: (changes = {}) => fetchSomething({ ...readForm(form), ...changes }),
  exceedLimit: (changes = {}) => exceedLimit({ ...readForm(form), ...changes }),
};

if (autostart()) sendSpans(readForm(form));
