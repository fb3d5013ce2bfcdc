// Who acts in the demo: the office's people with their authenticator apps, and what the mails say.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { get } from 'node:http'
import { BASE, barriers, scrollsSideways } from './product.mjs'

/** The six digits that an authenticator app shows (RFC 6238). */
export function totp(secret, at = Date.now()) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret.replaceAll(' ', '')].map(letter => letters.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const mac = createHmac('sha1', key).update(step).digest()
  const from = mac[19] & 15
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** A page of the demo as JSON. Not every machine's resolver knows names below `localhost`. */
export function json(path, base = BASE) {
  const { host, port } = new URL(base)
  const headers = { Host: host, Accept: 'application/json' }
  return new Promise((done, failed) => {
    get({ host: '127.0.0.1', port, path, headers }, async answer => {
      let text = ''
      for await (const piece of answer) text += piece
      done(JSON.parse(text))
    }).on('error', failed)
  })
}

/** Who can sign in at the demo. */
export const people = (base = BASE) => json('/demo/codes', base)

/** A code works once: waits for one that nobody has used. */
const used = new Map()
export async function fresh({ email, secret }) {
  while (used.get(email) === totp(secret)) await new Promise(done => setTimeout(done, 1_000))
  used.set(email, totp(secret))
  return totp(secret)
}

export async function signIn(page, person, look = async () => {}, base = BASE) {
  await page.goto(`${base}/amt/anmelden`)
  await look('anmelden')
  await page.locator('#email').fill(person.email)
  await page.locator('#passwort').fill('falsch')
  await page.locator('form[action="/amt/anmelden"] button').click()
  await page.waitForLoadState()
  await look('anmelden-fehler')
  assert.equal(await page.locator('#email').inputValue(), person.email, 'the address stays')
  await page.locator('#passwort').fill(person.password)
  await page.locator('form[action="/amt/anmelden"] button').click()
  await page.waitForURL(/\/amt\/anmelden\/code/)
  await look('code')
  // another file of tests may have used this moment's code
  for (let tries = 0; tries < 3 && new URL(page.url()).pathname !== '/amt'; tries++) {
    await page.locator('#code').fill(await fresh(person))
    const loaded = page.waitForEvent('load')
    await page.locator('form[action="/amt/anmelden/code"] button').first().click()
    await loaded
  }
  await page.waitForURL(/\/amt$/)
  await look('amt')
}

/** The link that the newest mail to this address has to the page at `path`. */
export async function linkTo(path, email) {
  for (let wait = 0; wait < 60; wait++) {
    const sent = (await json('/demo/outbox')).filter(item => item.to.includes(email))
    const links = sent.flatMap(item => item.text.match(/https?:\S+#\S+/g) ?? []).filter(link => link.includes(`${path}#`))
    if (links.length) return links[0]
    await new Promise(done => setTimeout(done, 500))
  }
  throw new Error(`no mail to ${path}`)
}

/** Looks at pages: a picture of each, what axe finds there, and whether one has to scroll sideways. */
export function looking(page, name, script) {
  const found = []
  const look = async step => {
    await page.screenshot({ path: `out/${name}-${step}.png`, fullPage: true })
    assert.equal(await page.locator('h1').count(), 1, `${step} has one main heading`)
    // axe is a script itself
    if (script) found.push(...(await barriers(page)).map(line => `${step}: ${line}`))
    if (await scrollsSideways(page)) found.push(`${step}: scrolls sideways`)
  }
  return { look, found }
}
