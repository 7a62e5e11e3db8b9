// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

/** The secret of the demo token in ../tokens.yaml. It may be published: that is what client tokens are for. */
export const demoToken = 'ctNoD0pMnC3M1vrZ8eqis9tTHENoqKWWSqJLXIFVvhYdWWcUhHpQxc6N6c4CODGY';

/** What the form holds until the address says otherwise; the names are those of the query parameters. */
export const defaults = {
  endpoint: 'http://localhost:4318/v1/traces',
  token: demoToken,
  header: 'X-Client-Token',
  spans: 10,
  timeoutMillis: 10_000,
  exportTimeoutMillis: null, // null = follow timeoutMillis, see settings.js
  forge: false,
};

/** "Exceed the limit": more spans in a moment than the demo token may send in a minute. */
export const burst = { batches: 20, spans: 100 };

/** What a visitor who wants to be somebody else would put on the data; the Collector must not believe it. */
export const forgedAttributes = {
  token_id: 'forged-token',
  organization_id: 'forged-organization',
  environment: 'forged-environment',
};
