// A citizen's account in a real browser: registering, booking signed in, another address, signing out everywhere.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linkTo, looking } from './people.mjs'
import { BASE, book, chooseService, chooseTime, open } from './product.mjs'

const PASSWORD = 'vier Kraniche im Moor'

const SIGHTS = [
  { name: 'desktop', width: 1280, script: true },
  { name: 'telefon-ohne-skript', width: 390, script: false },
]

/** Opens the link of a mail; without a script its code is typed. */
async function follow(page, link, script) {
  await page.goto('about:blank')
  await page.goto(link)
  if (!script) {
    await page.locator('#code').fill(link.split('#')[1])
    await page.locator('form[action="/konto/code"] button').click()
  }
  await page.locator('#weiter').waitFor()
  assert.ok(!page.url().includes(link.split('#')[1]), 'the code is in no address')
}

for (const [number, { name, ...sight }] of SIGHTS.entries()) {
  test(`a citizen has an account: ${name}`, async () => {
    const { page, close } = await open(sight)
    const { look, found } = looking(page, `konto-${name}`, sight.script)
    const email = `erika${number}${Date.now()}@example.org`
    const press = action => page.locator(`form[action="${action}"] .kern-btn--primary`).first().click()
    try {
      await page.goto(`${BASE}/konto/registrieren`)
      await look('registrieren')
      await page.locator('#firstName').fill('Erika')
      await page.locator('#lastName').fill('Mustermann')
      await page.locator('#email').fill('erika@')
      await page.locator('#phone').fill('0151 23456789')
      await press('/konto/registrieren')
      await page.waitForLoadState()
      await look('registrieren-fehler')
      assert.match(await page.title(), /^Fehler:/)
      assert.equal(await page.locator('#lastName').inputValue(), 'Mustermann', 'nothing typed is lost')
      await page.locator('#email').fill(email)
      await press('/konto/registrieren')
      await page.waitForURL(/\/konto\/code/)
      await look('code')

      await follow(page, await linkTo('/konto/code', email), sight.script)
      await look('bestaetigen')
      await page.locator('#passwort').fill(PASSWORD)
      await page.locator('#weiter').click()
      await page.waitForURL(/\/konto(\?|$)/)
      await look('konto')

      // signed in, the fields are filled already
      await chooseService(page)
      await chooseTime(page)
      assert.equal(await page.locator('input[name="email"]').inputValue(), email)
      await look('angaben')
      await page.locator('form[action="/angaben"] .kern-btn--primary').last().click()
      await page.waitForURL(/\/pruefen/)
      await book(page)
      await page.goto(`${BASE}/konto`)
      assert.match(await page.locator('main').innerText(), /Personalausweis/)
      await look('konto-mit-termin')
      await page.locator('form[action="/konto/termin"] button').first().click()
      await page.waitForURL(/\/termin\/ansicht/)
      await look('termin')

      const newer = `neu-${email}`
      await page.goto(`${BASE}/konto/angaben`)
      await look('angaben-aendern')
      await page.locator('form[action="/konto/adresse"] #email').fill(newer)
      await page.locator('form[action="/konto/adresse"] button').click()
      await page.waitForLoadState()
      await look('adresse-gesendet')
      await follow(page, await linkTo('/konto/code', newer), sight.script)
      await look('adresse-bestaetigen')
      await page.locator('#weiter').click()
      await page.waitForURL(/\/konto(\?|$)/)
      await page.goto(`${BASE}/konto/angaben`)
      assert.match(await page.locator('main').innerText(), new RegExp(newer))

      for (const path of ['passwort', 'sitzungen', 'anmeldungen', 'passkeys', 'loeschen']) {
        await page.goto(`${BASE}/konto/${path}`)
        await look(path)
      }
      await page.goto(`${BASE}/konto/sitzungen`)
      await page.locator('button[name="aktion"][value="alle"]').click()
      await page.waitForLoadState()
      await page.goto(`${BASE}/konto`)
      await page.waitForURL(/\/konto\/anmelden/)
      await look('anmelden')
      await page.locator('#email').fill(newer)
      await page.locator('#passwort').fill('falsch')
      await page.locator('form[action="/konto/anmelden"] .kern-btn--primary').click()
      await page.waitForLoadState()
      await look('anmelden-fehler')
      assert.equal(await page.locator('#email').inputValue(), newer)
      await page.locator('#passwort').fill(PASSWORD)
      await page.locator('form[action="/konto/anmelden"] .kern-btn--primary').click()
      await page.waitForURL(/\/konto(\?|$)/)
      assert.deepEqual(found, [])
    } finally {
      await close()
    }
  })
}
