// Passkeys: asks the browser for one and sends its answer. On the pages that have a button for it, and only there.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

async function post(address, content) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(content) });
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.detail), { told });
  return told;
}

// The server writes bytes as base64url; the browser wants them as bytes.
function readable({ challenge, user, excludeCredentials = [], allowCredentials = [], ...rest }) {
  const named = (list) => list.map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...rest,
    challenge: bytes(challenge),
    ...(user ? { user: { ...user, id: bytes(user.id) }, excludeCredentials: named(excludeCredentials) } : { allowCredentials: named(allowCredentials) }),
  };
}

async function make(publicKey) {
  const { response } = await navigator.credentials.create({ publicKey });
  return {
    client_data: text(response.clientDataJSON),
    attestation: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  };
}

async function use(publicKey) {
  const { rawId, response } = await navigator.credentials.get({ publicKey });
  return {
    credential: text(rawId),
    client_data: text(response.clientDataJSON),
    authenticator_data: text(response.authenticatorData),
    signature: text(response.signature),
    user: response.userHandle ? text(response.userHandle) : "",
  };
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-passkey]");
  if (!button || button.disabled) return;
  const { passkey: address, back } = button.dataset, trouble = button.parentElement.querySelector("[data-trouble]");
  button.disabled = true;
  trouble.hidden = true;
  try {
    const options = readable((await post(`${address}/options`, {})).public_key);
    await post(address, await ("new" in button.dataset ? make(options) : use(options)));
    location.assign(back);
  } catch ({ told }) {
    if (told?.code === "confirm-needed") location.assign(`/confirm?back=${encodeURIComponent(location.pathname)}`);
    trouble.textContent = told?.detail ?? trouble.dataset.trouble;
    trouble.hidden = false;
    button.disabled = false;
  }
});
