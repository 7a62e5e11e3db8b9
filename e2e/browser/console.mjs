// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Uses the console in headless Chromium as a person does, and prints one JSON line with what came of it:
//
//   node console.mjs '{"url": "http://localhost:4320", "user": "ada", "password": "…", "steps": [["goto", "/"], ["axe"]]}'
//
//   user, password  what is typed when the browser asks; no header is sent before the server has answered 401
//   steps           names of the actions below and their arguments, one after another
//   width, height, colorScheme  of the window, default 1280, 800, "light"
//   scripts         whether pages may run theirs, default true
//
// Output: {results, errors}: one result a step, and what the page and the console complained of.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const actions = {
  goto: async (page, path) => (await page.goto(path)).status(),
  fill: (page, selector, text) => page.fill(selector, text),
  check: (page, selector) => page.check(selector),
  click: (page, selector) => page.click(selector),
  press: (page, key) => page.keyboard.press(key),
  enter: (page) => Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]).then(() => null),
  type: (page, text) => page.keyboard.type(text),
  text: (page, selector) => page.textContent(selector),
  path: (page) => new URL(page.url()).pathname,
  focused: (page) => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim()),
  tabTo,
  overflow: (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth),

  /** Waits until an element has a text in it, without a reload. Returns after how many milliseconds. */
  sees: async (page, selector, text) => {
    const begin = Date.now();
    await page.waitForFunction(([at, wanted]) => document.querySelector(at)?.textContent.includes(wanted), [selector, text]);
    return Date.now() - begin;
  },

  /** What axe-core finds that is serious: [rule, elements]. */
  axe: (page) => page.evaluate(axe).then(() => page.evaluate(async () => {
    const { violations } = await globalThis.axe.run();
    return violations.filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) => [v.id, v.nodes.map((n) => n.html)]);
  })),
};

/** Presses Tab until an element has the focus. Whatever has it on the way must show that. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 100; presses++) {
    await page.keyboard.press('Tab');
    const [there, outline, html] = await page.evaluate((wanted) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return [document.activeElement.matches(wanted), outlineStyle !== 'none' && parseFloat(outlineWidth) > 1, document.activeElement.outerHTML];
    }, selector);
    if (!outline && !html.startsWith('<body')) throw new Error(`nobody sees that this has the focus: ${html}`);
    if (there) return;
  }
  throw new Error('the Tab key does not lead there');
}

async function main() {
  const { url, user, password, steps, width = 1280, height = 800, colorScheme = 'light', scripts = true } = JSON.parse(process.argv[2]);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', timeout: 120_000 });
  try {
    const context = await browser.newContext({
      baseURL: url, httpCredentials: { username: user, password, send: 'unauthorized' }, viewport: { width, height }, colorScheme,
      javaScriptEnabled: scripts,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    const errors = [];
    page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('request', (request) => { if (!request.url().startsWith(url)) errors.push(`elsewhere: ${request.url()}`); });
    const results = [];
    for (const [name, ...rest] of steps) {
      const result = await Promise.resolve(actions[name](page, ...rest)).catch((error) => { throw new Error(`${name} ${rest}: ${error.message}`); });
      results.push(result ?? null);
    }
    process.stdout.write(`${JSON.stringify({ results, errors })}\n`);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
