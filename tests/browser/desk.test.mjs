// The office's desk in a real browser: the day, a caller's booking, the customers, and what the others see.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { looking, people, signIn } from './people.mjs'
import { BASE, open } from './product.mjs'

const SIGHTS = [
  { name: 'desktop', width: 1280, script: true },
  { name: 'telefon', width: 390, script: false },
]

for (const { name, ...sight } of SIGHTS) {
  test(`the office books for a caller: ${name}`, async () => {
    const { page, close } = await open(sight)
    const { look, found } = looking(page, `tisch-${name}`, sight.script)
    const caller = `Anruferin${name}`
    try {
      await signIn(page, (await people()).find(one => one.title.startsWith('Leitung')))
      await look('amt')
      await page.goto(`${BASE}/amt/buchen`)
      await look('buchen')
      await page.locator('input[name="anliegen"]').first().check()
      await page.locator('button[name="was"][value="zeiten"]').click()
      await page.waitForLoadState()
      await look('zeiten')
      await page.locator('button[name="zeit"]').first().click()
      await page.waitForLoadState()
      await look('gehalten')
      await page.locator('button[name="was"][value="buchen"]').click()
      await page.waitForLoadState()
      await look('fehler')
      await page.locator('input[name="firstName"]').fill('Anna')
      await page.locator('input[name="lastName"]').fill(caller)
      await page.locator('input[name="phone"]').fill('02364 933-0')
      await page.locator('button[name="was"][value="buchen"]').click()
      await page.waitForLoadState()
      await look('gebucht')
      await page.goto(`${BASE}/amt/kunden`)
      await page.locator('#suche').fill(caller)
      await page.locator('input[name="nach"]').first().check()
      await page.locator('form[action="/amt/kunden"] button').click()
      await page.waitForLoadState()
      await look('kunden')
      await page.locator('td a').first().click()
      await page.waitForURL(/\/amt\/termin/)
      assert.match(await page.locator('main').innerText(), new RegExp(caller))
      await look('termin')
      for (const path of ['tag', 'kalender', 'schluessel', 'konto']) {
        await page.goto(`${BASE}/amt/${path}`)
        await look(path)
      }
      assert.deepEqual(found, [])
    } finally {
      await close()
    }
  })

  test(`data protection and the operator look: ${name}`, async () => {
    const { page, context, close } = await open(sight)
    const { look, found } = looking(page, `aufsicht-${name}`, sight.script)
    try {
      await signIn(page, (await people()).find(one => one.title.startsWith('Datenschutz')))
      for (const path of ['anmeldungen', 'protokoll']) {
        await page.goto(`${BASE}/amt/${path}`)
        await look(path)
      }
      await context.clearCookies()
      const ops = BASE.replace('haltern', 'ops')
      await signIn(page, (await people(ops))[0], async () => {}, ops)
      await page.goto(`${ops}/amt/kommunen`)
      assert.match(await page.locator('main').innerText(), /Haltern/)
      await look('kommunen')
      assert.deepEqual(found, [])
    } finally {
      await close()
    }
  })
}
