#!/bin/sh
# Makes dist/ from KERN, Fira Sans and src/. Needs node, npm, pyftsubset (Debian: fonttools, python3-brotli).
# A cargo build does not need any of this: dist/ is part of the repository.
set -eu
cd "$(dirname "$0")"

npm ci --ignore-scripts --silent
kern=node_modules/@kern-ux/native

# Only the rules that a template uses, then our own; both minified.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
node purge.mjs "$kern/dist/kern.css" src/app.css > "$work/kern.css"
cat "$work/kern.css" src/app.css > "$work/app.css"
npx --no-install esbuild "$work/app.css" --minify --log-level=warning --outfile=dist/app.css
npx --no-install esbuild src/app.js --minify --target=es2020 --log-level=warning --outfile=dist/app.js
npx --no-install esbuild src/passkey.js --minify --target=es2020 --log-level=warning --outfile=dist/passkey.js

# ALTCHA's widget for strict policies, its worker, its German words: for the page that asks for a proof of work.
npx --no-install esbuild src/proof.js --minify --target=es2020 --log-level=warning --outfile=dist/proof.js
altcha=node_modules/altcha/dist
mkdir -p dist/altcha dist/licences
cp "$altcha/external/altcha.min.js" dist/altcha/altcha.js
cp "$altcha/external/altcha.css" dist/altcha/altcha.css
cp "$altcha/workers/pbkdf2.js" dist/altcha/altcha.pbkdf2.js
npx --no-install esbuild "$altcha/i18n/de.js" --minify --log-level=warning --outfile=dist/altcha/altcha.de.js
cp node_modules/altcha/LICENSE.txt dist/licences/ALTCHA-MIT.txt

# Latin with umlauts and the letters of the neighbours' names, punctuation, the euro.
mkdir -p dist/fonts dist/licences
for weight in Regular SemiBold Bold; do
  pyftsubset "$kern/dist/fonts/fira-sans/FiraSans-$weight.woff2" \
    --unicodes='U+0020-007E,U+00A0-017F,U+0218-021B,U+1E9E,U+2010-2015,U+2018-201E,U+2020,U+2022,U+2026,U+2030,U+2032,U+2033,U+2039,U+203A,U+20AC,U+2122,U+2190-2193,U+2212,U+2713' \
    --layout-features='kern,liga,mark,mkmk,ccmp,locl,tnum,lnum,case' --flavor=woff2 \
    --output-file="dist/fonts/FiraSans-$weight.woff2"
done
cp "$kern/LICENSE.md" dist/licences/KERN-EUPL-1.2.md
cp src/FiraSans-OFL-1.1.txt dist/licences/

wc -c dist/app.css dist/*.js dist/fonts/*
