// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// This file is the whole set-up: take it, put your own endpoint, token and service name in, and you are done.

import { context, propagation, trace } from '@opentelemetry/api';
import { ZoneContextManager } from '@opentelemetry/context-zone';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, WebTracerProvider } from '@opentelemetry/sdk-trace-web';

/** Starts tracing. A page does this once, before anything it wants to see traced. */
export function startTracing({ endpoint, header, token, timeoutMillis, exportTimeoutMillis, attributes }) {
  const exporter = new OTLPTraceExporter({
    url: endpoint,
    headers: { [header]: token },
    // How long one batch may take, waiting for Retry-After included. A batch that is told to wait longer is
    // dropped at once, so with the SDK's 10 s most batches over a limit are lost; 90 s saves them.
    timeoutMillis,
  });
  const provider = new WebTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'embedded-example-web', ...attributes }),
    // exportTimeoutMillis is when the processor stops waiting and starts the next batch beside this one. It drops
    // nothing, but reports "Timeout" for a batch that may yet be delivered: keep it no shorter than timeoutMillis.
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis })],
  });
  provider.register({ contextManager: new ZoneContextManager() });

  // The exporter's own posts are not traced: it uses the fetch beneath the instrumented one.
  const disableInstrumentations = registerInstrumentations({ instrumentations: [new FetchInstrumentation()] });
  return { provider, disableInstrumentations };
}

/** Ends tracing so that it can be started with other settings. Only a page like this example needs it. */
export function stopTracing({ provider, disableInstrumentations }) {
  disableInstrumentations();
  trace.disable();
  context.disable();
  propagation.disable();
  return provider.shutdown(); // batches that are still waiting are given their time
}
