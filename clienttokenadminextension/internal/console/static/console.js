// Copyright The otelcol-clienttokens Authors
// SPDX-License-Identifier: Apache-2.0

// What saves a click or a look. Pages do all they have to without it.

for (const button of document.querySelectorAll('[data-copy]')) copying(button);
for (const form of document.querySelectorAll('form[data-check]')) checking(form);
for (const form of document.querySelectorAll('form[data-confirm]')) confirming(form);
for (const form of document.querySelectorAll('form[method=post]')) once(form);
for (const part of document.querySelectorAll('[data-fresh]')) refreshing(part);

/** A button that copies the text of an element. */
function copying(button) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = 'Copied';
    } catch { // no permission, or no TLS: the reader copies what is selected
      getSelection().selectAllChildren(source);
      button.textContent = 'Selected: copy it';
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

/** A form that tells about its origins while they are typed. */
function checking(form) {
  const list = form.elements.allowed_origins;
  const said = form.querySelector('[data-checked]');
  let last = 0;
  const check = async () => {
    const asked = ++last;
    if (list.value.trim() === '') {
      said.replaceChildren();
      return;
    }
    const body = new URLSearchParams({ allowed_origins: list.value, token: form.dataset.token ?? '' });
    const answer = await fetch(form.dataset.check, { method: 'POST', body }).catch(() => null);
    if (answer?.ok && asked === last) said.innerHTML = await answer.text(); // made and escaped by the server
  };
  list.addEventListener('input', later(check, 300));
  check();
}

/** A form that can be sent once the name stands in it. */
function confirming(form) {
  const button = form.querySelector('button');
  const match = () => { button.disabled = form.elements.name.value !== form.dataset.confirm; };
  form.addEventListener('input', match);
  match();
}

/** A form that a double click sends once. Who comes back to it may send it again. */
function once(form) {
  const button = form.querySelector('button:not([type])');
  form.addEventListener('submit', () => setTimeout(() => { button.disabled = true; }));
  addEventListener('pageshow', (event) => { if (event.persisted) button.disabled = false; });
}

/** A part of the page that is looked for again every few seconds, unless somebody is in it. */
function refreshing(part) {
  setInterval(async () => {
    if (document.hidden || part.contains(document.activeElement) || part.querySelector('details[open]')) return;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById(part.id);
    if (fresh) part.replaceChildren(...fresh.childNodes);
  }, 5000);
}

function later(work, millis) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, millis);
  };
}
