// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// The network's view of a page. It comes from DevTools' Network domain because playwright's own request events leave
// out preflights; and from its *ExtraInfo events because only they hold the headers that were really on the wire.

/**
 * Records requests whose URL starts with one of the prefixes. The returned function gives them in the order in which
 * DevTools announces them (a preflight comes shortly before or after its request). A request with neither status nor
 * failure has not been answered, or was refused by the browser itself.
 */
export async function watchRequests(devtools, prefixes) {
  const requests = new Map();
  const of = (id) => {
    if (!requests.has(id)) requests.set(id, { wanted: false, seen: {} });
    return requests.get(id);
  };
  const on = (event, note) => devtools.on(`Network.${event}`, (message) => note(of(message.requestId), message));

  on('requestWillBeSent', (entry, { request, initiator }) => {
    entry.wanted = prefixes.some((prefix) => request.url.startsWith(prefix));
    Object.assign(entry.seen, {
      method: request.method, url: request.url, preflight: initiator.type === 'preflight', status: null, failure: null,
      requestHeaders: entry.wireRequestHeaders ?? lowerCased(request.headers), responseHeaders: null,
    });
  });
  // The ExtraInfo events of a request may come before or after their counterparts.
  on('requestWillBeSentExtraInfo', (entry, { headers }) => {
    entry.wireRequestHeaders = lowerCased(headers);
    entry.seen.requestHeaders = entry.wireRequestHeaders;
  });
  on('responseReceived', (entry, { response }) => {
    entry.seen.status = entry.wireStatus ?? response.status;
    entry.seen.responseHeaders = entry.wireResponseHeaders ?? lowerCased(response.headers);
  });
  on('responseReceivedExtraInfo', (entry, { statusCode, headers }) => {
    entry.wireStatus = statusCode;
    entry.wireResponseHeaders = lowerCased(headers);
    Object.assign(entry.seen, { status: statusCode, responseHeaders: entry.wireResponseHeaders });
  });
  on('loadingFailed', (entry, { errorText, corsErrorStatus, blockedReason }) => {
    entry.seen.failure = [errorText, corsErrorStatus?.corsError, blockedReason].filter(Boolean).join(', ');
  });

  await devtools.send('Network.enable');
  return () => [...requests.values()].filter((entry) => entry.wanted).map((entry) => entry.seen);
}

function lowerCased(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
