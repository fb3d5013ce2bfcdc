// Proof of work in a real browser: where a limit nears, the widget solves its challenge and the form goes through; without
// JavaScript one waits. Under the policy of all pages (no code from elsewhere, no inline code).
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { after, before } from 'node:test'
import { barriers, chooseService, erika, open, scrollsSideways } from './product.mjs'
import { start, withStand as standing } from './stand.mjs'

let stand, base

before(async () => {
  stand = await start('limits')
  base = stand?.base
})

after(() => stand?.stop())

const withStand = (name, run) => standing(() => base, name, run)

/** Asks as a program does, from the same address as the browser. Only browsers know what `*.localhost` is. */
async function ask(query, variables = {}) {
  const { host, port } = new URL(base)
  const sent = request({ port, path: '/graphql', method: 'POST', headers: { host, 'content-type': 'application/json' } })
  sent.end(JSON.stringify({ query, variables }))
  const [answer] = await once(sent, 'response')
  return json(answer)
}

/** Asks from this address until the service wants to see some work. */
async function exhaust(asks) {
  for (let turn = 0; turn < 80; turn++) {
    const { errors } = await asks(turn)
    if (errors?.[0].extensions.challenge) return
    assert.ok(!errors, JSON.stringify(errors))
  }
  assert.fail('nobody asked for a proof')
}

/** Holds times as programs do. */
async function hoard() {
  const { data } = await ask('{ services { id name } }')
  const serviceId = data.services.find(service => /Personalausweis beantragen/.test(service.name)).id
  const input = { items: [{ serviceId }], from: '2026-12-08', to: '2026-12-18' }
  const found = await ask(
    'query($input: AvailabilityInput!) { availability(input: $input) { days { slots { start location { id } } } } }', { input })
  // the later ones: people want the first
  const slots = found.data.availability.days.flatMap(day => day.slots).reverse()
  const hold = 'mutation($input: ReserveSlotInput!) { reserveSlot(input: $input) { reservation { token } } }'
  await exhaust(turn => {
    const { start, location } = slots[turn]
    return ask(hold, { input: { items: [{ serviceId }], locationId: location.id, start } })
  })
}

/** Lets mails be sent to nobody. */
async function fill() {
  const send = 'mutation($email: String!) { requestSignInCode(input: { email: $email }) { accepted } }'
  await exhaust(turn => ask(send, { email: `niemand${turn}@example.org` }))
}

/** The way to holding a time. */
async function hold(page) {
  await chooseService(page, base)
  await page.locator('form[action^="/reservieren"] button[name="zeit"]').first().click()
}

/** The way to an account. */
async function register(page) {
  await page.goto(`${base}/konto/registrieren`)
  for (const [name, value] of Object.entries(erika)) await page.locator(`input[name="${name}"]`).fill(value)
  await page.locator('form[action="/konto/registrieren"] .kern-btn--primary').click()
}

const WAYS = [
  { name: 'holding a time', nears: hoard, go: hold, to: /\/angaben/, form: '/reservieren' },
  { name: 'registering', nears: fill, go: register, to: /\/konto\/code\?gesendet=registrierung/, form: '/konto/registrieren' },
]

for (const { name, nears, go, to, form } of WAYS) {
  withStand(`${name}: the browser does the work and the form goes through`, async () => {
    for (const colorScheme of ['light', 'dark']) {
      const { page, asked, complaints, close } = await open({ colorScheme })
      try {
        // what comes last comes late on a slow line: the widget must not begin without it
        await page.route(/-proof\.js$/, route => setTimeout(() => route.continue(), 700))
        await nears()
        await go(page)
        await page.locator('altcha-widget').waitFor()
        assert.equal(new URL(page.url()).pathname, form)
        assert.ok((await page.context().cookies()).length === 0, 'nothing is kept in the browser for it')
        await page.screenshot({ path: `out/proof-${form.split('/').at(-1)}-${colorScheme}.png`, fullPage: true })
        await page.locator('altcha-widget [data-state="verified"]').waitFor({ timeout: 60_000 })
        await page.screenshot({ path: `out/proof-${form.split('/').at(-1)}-${colorScheme}-geloest.png`, fullPage: true })
        assert.deepEqual(await barriers(page), [])
        await page.locator(`form[action="${form}"] .kern-btn--primary`).click()
        await page.waitForURL(to)
        const elsewhere = asked.filter(address => !/^(data|blob):/.test(address) && !address.startsWith(`${base}/`))
        assert.deepEqual(elsewhere, [], 'no request leaves the host')
        const serious = complaints.filter(line => !/status of 429/.test(line))
        assert.deepEqual(serious, [], 'the policy of the page allows what the widget does')
      } finally {
        await close()
        await stand.advance(7200)
      }
    }
  })

  withStand(`${name}: without a script one waits as long as the page says`, async () => {
    const { page, close } = await open({ script: false, width: 320 })
    try {
      await nears()
      await go(page)
      const text = await page.locator('main').innerText()
      const [, wait, unit] = /Warten Sie (\d+) (Sekunden|Minuten)/.exec(text) ?? []
      const seconds = unit === 'Minuten' ? wait * 60 : Number(wait)
      assert.ok(seconds > 0, text)
      assert.match(text, /Telefon|telefonisch|rufen/i, 'or one calls')
      assert.ok(!(await scrollsSideways(page)))
      await page.screenshot({ path: `out/proof-${form.split('/').at(-1)}-ohne-skript.png`, fullPage: true })
      const button = page.locator(`form[action="${form}"] .kern-btn--primary`)
      await button.click()
      assert.equal(new URL(page.url()).pathname, form, 'too soon')
      await stand.advance(seconds)
      await button.click()
      await page.waitForURL(to)
    } finally {
      await close()
      await stand.advance(7200)
    }
  })
}
