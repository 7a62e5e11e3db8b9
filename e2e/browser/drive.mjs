// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Opens a page in headless Chromium, evaluates expressions in it and prints one JSON line with what came of it:
//
//   node drive.mjs '{"url": "http://localhost:8080", "steps": ["document.title"]}'      (or on standard input)
//
//   url             the page to open
//   steps           taken one after another: a JavaScript expression, evaluated in the page, promises awaited;
//                   {goto: url} leaves the page for another one; {open: url} closes its tab for one in a new profile
//   watch           prefixes of the URLs whose requests are recorded; absent = all
//   screenshot      {path, width, height, colorScheme, fullPage}: taken after the last step
//   deadlineMillis  for everything together, default 60000; the browser is closed then
//
// Output: {results, console, pageErrors, requests}. A failure prints a message to standard error and exits with 1.

import { existsSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { watchRequests } from './requests.mjs';

const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';

async function main() {
  const scenario = JSON.parse(process.argv[2] ?? readFileSync(0, 'utf8'));
  if (!existsSync(executablePath)) throw new Error('chromium is missing: apt-get install chromium');
  const deadlineMillis = scenario.deadlineMillis ?? 60_000;
  const browser = await launch(deadlineMillis);
  try {
    const outcome = await before(deadlineMillis, drive(browser, scenario));
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  } finally {
    await browser.close();
  }
}

function launch(timeout) {
  return chromium.launch({
    executablePath,
    timeout,
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'], // nothing but the page shall use the network
  }); // playwright adds --headless, --no-sandbox and an empty profile of its own
}

async function before(deadlineMillis, work) {
  let timer;
  const expired = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${deadlineMillis} ms`)), deadlineMillis);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}

async function drive(browser, { url, steps = [], watch = [''], screenshot }) {
  const seen = { console: [], pageErrors: [], requests: [] };
  const open = (address) => openTab(browser, address, { watch, screenshot, seen });
  let page = await open(url);
  const results = [];
  for (const [index, step] of steps.entries()) {
    if (step.open) {
      await page.close();
      page = await open(step.open);
    }
    if (step.goto) await page.goto(step.goto);
    results.push(typeof step === 'string' ? await evaluate(page, step, index) : null);
  }
  if (screenshot) await page.screenshot({ path: screenshot.path, fullPage: screenshot.fullPage ?? false });
  return { results, ...seen, requests: seen.requests.flatMap((requests) => requests()) };
}

async function openTab(browser, url, { watch, screenshot, seen }) {
  const { width = 1280, height = 800, colorScheme = 'light' } = screenshot ?? {};
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  page.setDefaultTimeout(0); // the deadline is the only limit
  page.on('console', (message) => seen.console.push({ type: message.type(), text: message.text() }));
  page.on('pageerror', (error) => seen.pageErrors.push(String(error)));
  seen.requests.push(await watchRequests(await context.newCDPSession(page), watch));
  await page.goto(url);
  return page;
}

async function evaluate(page, step, index) {
  try {
    return (await page.evaluate(step)) ?? null; // undefined has no JSON
  } catch (error) {
    throw new Error(`step ${index + 1} (${step}): ${error.message}`);
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
