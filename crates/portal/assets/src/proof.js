// The widget's worker is ours, under its own address: the policy of the page allows no other.
const worker = document.querySelector("altcha-widget").dataset.worker;
globalThis.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(worker));
