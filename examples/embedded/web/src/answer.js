// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Puts posts and batches into words.

const maxResends = 5; // MAX_ATTEMPTS of the SDK's retrying transport

/** What was answered: {label, tone, text, facts}. */
export function describePost(post) {
  if (post.endedAt === null) return { label: '…', tone: 'waiting', text: 'waiting for the answer', facts: [] };
  if (post.status === null) {
    return { label: 'none', tone: 'bad', text: `not readable (network error or CORS): ${post.error}`, facts: [] };
  }
  return { label: String(post.status), tone: toneOf(post.status), text: textOf(post), facts: factsOf(post) };
}

/** What the SDK made of the batch: {tone, text}. */
export function describeBatch(batch, postsOfBatch) {
  if (batch.delivered === true) return { tone: 'good', text: `delivered${afterPosts(postsOfBatch)}` };
  if (batch.delivered === false) {
    return { tone: 'bad', text: `dropped${afterPosts(postsOfBatch)}: ${whyDropped(batch, postsOfBatch)}` };
  }
  return { tone: 'waiting', text: waitingText(postsOfBatch.at(-1)) };
}

function toneOf(status) {
  if (status < 300) return 'good';
  return status === 429 || status >= 500 ? 'wait' : 'bad';
}

function textOf(post) {
  if (typeof post.body === 'string') return post.body;
  return post.body?.message ?? (post.status < 300 ? 'accepted' : '');
}

/** The reason and what belongs to it from the ErrorInfo, and Retry-After: [[name, value], …]. */
function factsOf(post) {
  const details = Array.isArray(post.body?.details) ? post.body.details : [];
  const info = details.find((detail) => typeof detail.reason === 'string');
  const facts = info ? [['reason', info.reason], ...Object.entries(info.metadata ?? {})] : [];
  if (post.retryAfter !== null) facts.push(['Retry-After', `${post.retryAfter} s`]);
  else if (post.status === 429) facts.push(['Retry-After', 'none, or not exposed by CORS']);
  return facts;
}

/** The SDK's error says little of a batch it would have sent again ("retryable status"). */
function whyDropped(batch, postsOfBatch) {
  const last = postsOfBatch.at(-1);
  const retryable = last && (last.status === null || [429, 502, 503, 504].includes(last.status));
  if (!retryable) return batch.error;
  if (postsOfBatch.length > maxResends) return `the SDK sends a batch again ${maxResends} times at most`;
  return 'the wait is longer than what is left of timeoutMillis';
}

function afterPosts(postsOfBatch) {
  return postsOfBatch.length > 1 ? ` after ${postsOfBatch.length} posts` : '';
}

function waitingText(lastPost) {
  if (!lastPost || lastPost.endedAt === null) return 'under way';
  return lastPost.retryAfter === null ? 'the SDK will send it again' : `the SDK sends it again in ${lastPost.retryAfter} s`;
}
