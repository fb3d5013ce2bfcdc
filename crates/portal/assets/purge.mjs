// Writes the rules of a style sheet that our templates use to standard output: node purge.mjs KERN.css OWN.css
import { readFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

const [kern, own] = process.argv.slice(2);
const [{ css }] = await new PurgeCSS().purge({
  content: ["../templates/**/*.html"],
  css: [kern],
  // class names stand whole in the templates, also between askama's braces
  defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
  keyframes: true,
  fontFace: true,
});
// This one hands the colours of the ground on to what stands on it. Its selector, with :is() and :not(), is not
// recognised as ours; all our grounds are the body.
const [, ground] = readFileSync(kern, "utf8").match(/:is\(body,[^{}]*\{([^{}]*)\}/);
const rules = `${css}\nbody{${ground}}`.replace(/\/\*[\s\S]*?\*\//g, "");

// Then the variables: those that a rule of KERN's or ours uses, and those that these are made of.
const definition = /(--kern-[\w-]+)\s*:([^;{}]*)(;|(?=}))/g;
const names = (text) => [...text.matchAll(/var\(\s*(--kern-[\w-]+)/g)].map((found) => found[1]);
const madeOf = new Map();
for (const [, name, value] of rules.matchAll(definition)) {
  madeOf.set(name, [...(madeOf.get(name) ?? []), ...names(value)]);
}
const used = new Set();
const keep = (name) => {
  if (used.has(name)) return;
  used.add(name);
  (madeOf.get(name) ?? []).forEach(keep);
};
names(rules.replace(definition, "") + readFileSync(own, "utf8")).forEach(keep);
process.stdout.write(rules.replace(definition, (whole, name) => (used.has(name) ? whole : "")));
