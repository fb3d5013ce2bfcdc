// The widget's worker is ours, under its own address: the policy of the page allows no other. The widget begins to work when
// it is on the page, so it comes there after its worker is known.
const template = document.querySelector("template[data-worker]");
const { worker } = template.dataset;
globalThis.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(worker));
template.replaceWith(template.content);
