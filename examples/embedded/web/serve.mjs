// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// Builds the page and serves it: PORT=8080 node serve.mjs. PORT=0 takes any free port.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const parent = process.ppid;

const build = await context({
  entryPoints: [join(here, 'src/main.js')],
  outdir: join(here, 'public'),
  write: false, // served from memory
  bundle: true,
  minify: true,
  sourcemap: 'linked',
  format: 'esm',
  // Context follows an `await` only if zone.js can see it, so async functions must be compiled to promises.
  target: 'es2016',
  logLevel: 'warning',
});

async function start() {
  await build.rebuild(); // a page that doesn't build is an error now, not at the first request
  // Loopback only; both http://localhost and http://127.0.0.1 get here, and are two different origins.
  const port = Number(process.env.PORT ?? 8080);
  const server = await build.serve({ host: '127.0.0.1', port, servedir: join(here, 'public') });
  console.log(`listening on http://localhost:${server.port}`);
}

async function stop(status = 0) {
  await build.dispose();
  process.exit(status);
}

process.on('SIGTERM', () => stop());
process.on('SIGINT', () => stop());
// Whoever started this may be killed without a chance to stop it.
setInterval(() => { if (process.ppid !== parent) stop(); }, 1000);
start().catch((error) => {
  console.error(error.message);
  stop(1);
});
