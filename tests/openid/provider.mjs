// A certified OpenID provider (panva/node-oidc-provider) with people of our own making, for the tests. It reads one line
// of JSON (clients, people, whether claims are in the ID token), listens on a free loopback port, prints one line of JSON
// with its issuer, and ends with its standard input. `PUT /people/<name>` changes what is said about somebody.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import Provider from 'oidc-provider'

// what the library has to say must not be mistaken for our line
const say = console.log
console.log = console.info = console.error

const body = async request => {
  let text = ''
  for await (const piece of request) text += piece
  return text
}

const input = createInterface({ input: process.stdin })
const asked = JSON.parse((await input[Symbol.asyncIterator]().next()).value)
const people = new Map(Object.entries(asked.people))
process.stdin.on('end', () => process.exit(0))
process.stdin.resume()

const server = createServer()
await new Promise(ready => server.listen(asked.port ?? 0, '127.0.0.1', ready))
const issuer = `http://127.0.0.1:${server.address().port}`

const key = (type, options, alg) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg,
})
const provider = new Provider(issuer, {
  clients: asked.clients,
  jwks: { keys: [key('rsa', { modulusLength: 2048 }, 'RS256'), key('ec', { namedCurve: 'P-256' }, 'ES256')] },
  cookies: { keys: ['of-the-tests'] },
  scopes: ['openid', 'profile', 'email', 'groups'],
  claims: {
    openid: ['sub', 'acr', 'amr'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name'], groups: ['groups'],
  },
  acrValues: ['zwei-faktoren'],
  conformIdTokenClaims: !asked.claimsInToken,
  pkce: { methods: ['S256'], required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, name) => people.has(name) && {
    accountId: name, claims: () => ({ sub: name, ...people.get(name) }),
  },
  // the municipality has agreed for its people: nobody is asked what may be handed on
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
    grant.addOIDCScope('openid profile email groups')
    await grant.save()
    return grant
  },
})
provider.on('server_error', (_, error) => console.error(error))
const serve = provider.callback()

const FORM = `<!doctype html><html lang="de"><link rel="icon" href="data:,"><title>Anmeldung der Kommune</title><main><h1>Anmeldung der Kommune</h1>
<form method="post"><label for="login">Name</label><input id="login" name="login" required>
<button type="submit">Anmelden</button> <button name="abbrechen" value="ja" formnovalidate>Abbrechen</button></form></main>`

server.on('request', async (request, response) => {
  const { pathname } = new URL(request.url, issuer)
  if (request.method === 'PUT' && pathname.startsWith('/people/')) {
    people.set(pathname.slice('/people/'.length), JSON.parse(await body(request)))
    response.writeHead(204).end()
  } else if (pathname.startsWith('/interaction/') && request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(FORM)
  } else if (pathname.startsWith('/interaction/') && request.method === 'POST') {
    const form = new URLSearchParams(await body(request))
    const name = form.get('login')
    const { acr, amr } = people.get(name) ?? {}
    const result = form.has('abbrechen') || !people.has(name)
      ? { error: 'access_denied', error_description: 'abgebrochen' }
      : { login: { accountId: name, acr, amr } }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  } else {
    serve(request, response)
  }
})
say(JSON.stringify({ issuer }))
