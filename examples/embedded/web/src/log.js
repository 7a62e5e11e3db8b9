// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// The log on the page: a card for each batch, newest first, a row for each of its posts.

import { describeBatch, describePost } from './answer.js';
import { batches, diagnostics, posts } from './records.js';

const shownBatches = 200;
const cards = new Map();

/** Shows what has changed; batch is null when it is only a message of the SDK. */
export function showChange(page, batch) {
  if (batch) showBatch(page.log, batch);
  else showDiagnostics(page.diagnostics);
  showSummary(page);
}

function showBatch(log, batch) {
  const postsOfBatch = posts.filter((post) => post.batch === batch.id);
  const content = [batchHead(batch, postsOfBatch), postList(postsOfBatch)];
  if (cards.has(batch.id)) {
    cards.get(batch.id).replaceChildren(...content);
    return;
  }
  const card = element('li', 'batch', ...content);
  cards.set(batch.id, card);
  log.prepend(card);
  if (log.children.length > shownBatches) log.lastElementChild.remove();
}

function batchHead(batch, postsOfBatch) {
  const outcome = describeBatch(batch, postsOfBatch);
  const size = postsOfBatch.length > 0 ? ` · ${kilobytes(postsOfBatch[0].bytes)}` : '';
  return element('div', 'batch-head',
    element('span', 'batch-name', `Batch ${batch.id}`),
    element('span', 'batch-size', `${batch.spans} ${batch.spans === 1 ? 'span' : 'spans'}${size}`),
    element('span', `outcome ${outcome.tone}`, outcome.text));
}

function postList(postsOfBatch) {
  return element('ol', 'posts', ...postsOfBatch.map(postRow));
}

function postRow(post) {
  const { label, tone, text, facts } = describePost(post);
  return element('li', 'post',
    element('time', 'time', clock(post.startedAt)),
    element('span', `status ${tone}`, label),
    element('span', 'answer', element('span', 'message', text), ...facts.map(factChip)));
}

function factChip([name, value]) {
  return element('span', 'fact', element('span', 'fact-name', name), ' ', String(value));
}

function showDiagnostics(list) {
  const { level, message, at } = diagnostics.at(-1);
  list.prepend(element('li', 'diagnostic', element('time', 'time', clock(at)), ' ', `${level}: ${message}`));
  if (list.children.length > shownBatches) list.lastElementChild.remove();
}

function showSummary(page) {
  const count = (delivered) => batches.filter((batch) => batch.delivered === delivered);
  const spans = (some) => some.reduce((sum, batch) => sum + batch.spans, 0);
  page.empty.hidden = batches.length > 0;
  page.summary.hidden = batches.length === 0;
  page.diagnosticsCount.textContent = String(diagnostics.length);
  const delivered = count(true);
  const dropped = count(false);
  page.summary.replaceChildren(
    tile('good', 'delivered', `${spans(delivered)} spans`, `${delivered.length} batches`),
    tile('bad', 'dropped', `${spans(dropped)} spans`, `${dropped.length} batches`),
    tile('waiting', 'under way', `${spans(count(null))} spans`, `${count(null).length} batches`),
    tile('plain', 'posts', String(posts.length), statusCounts()));
}

function tile(tone, name, main, detail) {
  return element('div', `tile ${tone}`,
    element('span', 'tile-name', name), element('span', 'tile-main', main), element('span', 'tile-detail', detail));
}

function statusCounts() {
  const counts = new Map();
  for (const post of posts) {
    if (post.endedAt === null) continue;
    const label = post.status ?? 'no answer';
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].map(([label, count]) => `${label}\u00a0×\u00a0${count}`).join(', ');
}

function clock(at) {
  return new Date(at).toLocaleTimeString(undefined, { hour12: false });
}

function kilobytes(bytes) {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}

/** An element with children; strings become text, never markup. */
function element(name, className, ...children) {
  const node = document.createElement(name);
  node.className = className;
  node.append(...children);
  return node;
}
