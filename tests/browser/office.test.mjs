// The office's people in a real browser: signing in with password and app, setting up an access, and no barriers on the way.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fresh, linkTo, looking, people, signIn, totp } from './people.mjs'
import { BASE, barriers, open } from './product.mjs'

const SIGHTS = [
  { name: 'hell', width: 1280, colorScheme: 'light', script: true },
  { name: 'dunkel-schmal', width: 320, colorScheme: 'dark', script: true },
  { name: 'ohne-skript', width: 1280, script: false },
]

for (const [number, { name, ...sight }] of SIGHTS.entries()) {
  test(`the office signs in and administers: ${name}`, async () => {
    const { page, context, close } = await open(sight)
    const { look, found } = looking(page, `amt-${name}`, sight.script)
    try {
      const person = (await people()).find(one => one.title.startsWith('Verwaltung'))
      await signIn(page, person, look)
      for (const path of ['/amt/konto', '/amt/personen', '/amt/code', '/amt/anmelden/weiter']) {
        await page.goto(BASE + path)
        await look(path.slice(5).replaceAll('/', '-'))
      }
      // invites somebody, whose mail has the code
      const email = `neu${number}${Date.now()}@haltern.example`
      await page.goto(`${BASE}/amt/personen`)
      await page.locator('#vorname').fill('Neu')
      await page.locator('#nachname').fill('Kollegin')
      await page.locator('#email').fill(email)
      await page.locator('input[name="rolle"][value="clerk"]').check()
      await page.locator('form[action="/amt/personen"] button').click()
      await page.waitForURL(/getan=eingeladen/)
      await look('personen-eingeladen')
      await page.locator('td', { hasText: email }).locator('xpath=..').locator('a').click()
      await page.waitForURL(/personen\/person/)
      await look('person')

      const link = await linkTo('/amt/code', email)
      await context.clearCookies()
      await page.goto('about:blank')
      await page.goto(link)
      if (!sight.script) {
        await page.locator('#code').fill(link.split('#')[1])
        await page.locator('form[action="/amt/code"] button').click()
      }
      await page.waitForURL(/\/amt\/einrichten/)
      await look('passwort')
      assert.ok(!page.url().includes(link.split('#')[1]), 'the code is in no address')
      for (const field of ['#passwort', '#wiederholung']) await page.locator(field).fill('vier Kraniche im Moor')
      await page.locator('form[action="/amt/einrichten"] button').click()
      await page.locator('svg[role="img"]').waitFor()
      await look('app')
      const secret = await page.locator('#geheimnis').innerText()
      await page.locator('#code').fill(totp(secret))
      await page.locator('form[action="/amt/einrichten/app"] button').click()
      await page.waitForURL(/\/amt\/konto\/codes/)
      await look('codes')
      await page.locator('form[action="/amt/konto/codes"] button').click()
      await page.waitForURL(/\/amt$/)
      assert.match(await page.locator('main').innerText(), /Neu Kollegin/)
      assert.deepEqual(found, [])
    } finally {
      await close()
    }
  })
}

test('what was typed when the session had ended is sent by a button after signing in', async () => {
  const { page, context, close } = await open()
  try {
    const person = (await people()).find(one => one.title.startsWith('Leitung'))
    await signIn(page, person)
    await page.goto(`${BASE}/amt/kalender`)
    await page.locator('#von').fill('2031-03-04')
    await page.locator('#grund_de').fill('Fortbildung im Haus')
    await context.clearCookies()
    await page.locator('form[action="/amt/kalender/schliessen"] button').click()
    await page.waitForLoadState()
    assert.match(await page.locator('main').innerText(), /ist noch da/)
    assert.deepEqual(await barriers(page), [])
    await page.locator('#email').fill(person.email)
    await page.locator('#passwort').fill(person.password)
    await page.locator('form[action="/amt/anmelden"] button').click()
    await page.waitForURL(/\/amt\/anmelden\/code/)
    await page.locator('#code').fill(await fresh(person))
    await page.locator('form[action="/amt/anmelden/code"] button').first().click()
    await page.waitForURL(/\/amt\/anmelden\/weiter/)
    assert.match(await page.locator('main').innerText(), /Fortbildung im Haus/)
    assert.deepEqual(await barriers(page), [])
    await page.locator('form[action="/amt/kalender/schliessen"] button').click()
    await page.waitForURL(/\/amt\/kalender\/aenderung/)
    await page.locator('form[action="/amt/kalender/verwerfen"] button').click()
  } finally {
    await close()
  }
})
