// Passkeys: asks the browser for one and hands its answer over. Without this script, or in a browser that has no passkeys,
// nothing of it is shown. It stores nothing.
"use strict";
{
  class Refused extends Error {}

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const known = (list) => list.map((one) => ({ ...one, id: bytes(one.id) }));

  const post = async (address, body) => {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const json = await answer.json();
    if (!answer.ok) throw new Refused(json.message);
    return json;
  };

  const signIn = async (second) => {
    const options = await post("/passkey/anmelden/beginn", { zweiter: second });
    const { rawId, type, response } = await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: known(options.allowCredentials),
      },
    });
    const id = text(rawId);
    const credential = {
      id,
      rawId: id,
      type,
      response: {
        clientDataJSON: text(response.clientDataJSON),
        authenticatorData: text(response.authenticatorData),
        signature: text(response.signature),
        userHandle: response.userHandle && text(response.userHandle),
      },
      clientExtensionResults: {},
    };
    // where one wanted to go: the form beside says it, or the address; else back to this page
    const field = document.querySelector('input[name="weiter"]');
    const next = field ? field.value : new URLSearchParams(location.search).get("weiter");
    return post("/passkey/anmelden", { credential, weiter: next || location.pathname });
  };

  const make = async (name) => {
    const options = await post("/passkey/anlegen/beginn", { name });
    const { rawId, type, response } = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: known(options.excludeCredentials),
      },
    });
    const id = text(rawId);
    const credential = {
      id,
      rawId: id,
      type,
      response: {
        clientDataJSON: text(response.clientDataJSON),
        attestationObject: text(response.attestationObject),
      },
      clientExtensionResults: {},
    };
    return post("/passkey/anlegen", { credential });
  };

  for (const place of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : []) {
    const form = place.querySelector("form");
    const said = place.querySelector("[data-passkey-said]");
    const button = form.querySelector("button");
    let busy = false;
    place.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      button.setAttribute("aria-disabled", "true");
      said.textContent = place.dataset.wait;
      try {
        const what = place.dataset.passkey;
        const done = what === "anlegen" ? await make(form.elements.name.value) : await signIn(what === "zweiter");
        location.assign(done.weiter);
      } catch (error) {
        // the browser names its reasons: NotAllowedError, SecurityError, InvalidStateError
        const { name, message } = error;
        const key = name.charAt(0).toLowerCase() + name.slice(1);
        said.textContent = error instanceof Refused ? message : (place.dataset[key] ?? place.dataset.error);
        button.removeAttribute("aria-disabled");
        busy = false;
      }
    });
  }
  if (window.PublicKeyCredential) {
    for (const place of document.querySelectorAll("[data-passkey-missing]")) place.hidden = true;
  }
}
