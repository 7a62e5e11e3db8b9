// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// The form and the query parameters: two spellings of the same settings.

import { defaults } from './defaults.js';

const numbers = new Set(['spans', 'timeoutMillis', 'exportTimeoutMillis']);

/** Fills the form from the address. */
export function presetForm(form) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(defaults)) {
    const preset = query.get(name) ?? value;
    const field = form.elements[name];
    if (field.type === 'checkbox') field.checked = preset === '1' || preset === true;
    else if (field.type === 'select-one') choose(field, preset);
    else field.value = preset ?? '';
  }
}

/** Whether the address asks to send at once. */
export function autostart() {
  return new URLSearchParams(location.search).get('autostart') === '1';
}

function choose(select, value) {
  const known = [...select.options].some((option) => option.value === String(value));
  if (!known) select.add(new Option(`${value} ms`, value));
  select.value = value;
}

/** What the form holds, numbers as numbers. */
export function readForm(form) {
  const settings = {};
  for (const name of Object.keys(defaults)) {
    const field = form.elements[name];
    if (field.type === 'checkbox') settings[name] = field.checked;
    else settings[name] = numbers.has(name) ? numberOrNull(field.value) : field.value.trim();
  }
  // Never shorter than the exporter's own patience, and never shorter than the SDK's default.
  settings.exportTimeoutMillis ??= Math.max(settings.timeoutMillis, 30_000);
  return settings;
}

function numberOrNull(text) {
  return text.trim() === '' ? null : Number(text);
}

/** The address of this page with the form's settings, at another host if one is given. */
export function linkTo(form, hostname = location.hostname) {
  const link = new URL(location.pathname, location.origin);
  link.hostname = hostname;
  for (const [name, value] of Object.entries(defaults)) {
    const field = form.elements[name];
    const text = field.type === 'checkbox' ? (field.checked ? '1' : '') : field.value.trim();
    if (text !== '' && text !== String(value)) link.searchParams.set(name, text);
  }
  return link.href;
}
