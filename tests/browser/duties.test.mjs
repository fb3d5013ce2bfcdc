// What whoever looks after data protection sees, in a real browser: deletion, the operator's access, incidents, statistics.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { looking, people, signIn } from './people.mjs'
import { BASE, open } from './product.mjs'

const SIGHTS = [
  { name: 'hell', width: 1280, colorScheme: 'light', script: true },
  { name: 'dunkel-schmal', width: 320, colorScheme: 'dark', script: true },
  { name: 'ohne-skript', width: 390, script: false },
]

for (const { name, ...sight } of SIGHTS) {
  test(`an administrator looks after data protection: ${name}`, async () => {
    const { page, close } = await open(sight)
    const { look, found } = looking(page, `datenschutz-${name}`, sight.script)
    try {
      const person = (await people()).find(one => one.title.startsWith('Verwaltung'))
      await signIn(page, person)
      await page.goto(`${BASE}/amt/datenschutz/loeschung?pruefen=ja`)
      await look('loeschung')
      await page.goto(`${BASE}/amt/statistik`)
      await look('statistik')

      await page.goto(`${BASE}/amt/datenschutz/empfaenger`)
      await look('empfaenger')

      const access = `${BASE}/amt/datenschutz/betreiberzugriff`
      await page.goto(access)
      await page.locator('#grund').fill('x')
      await page.locator(`form[action="/amt/datenschutz/betreiberzugriff"] button`).click()
      await page.waitForLoadState()
      await look('zugriff-fehler')
      await page.locator('#grund').fill('Ein Konto klemmt')
      await page.locator(`form[action="/amt/datenschutz/betreiberzugriff"] button`).click()
      await page.waitForURL(/getan=ja/)
      await look('zugriff')
      await page.locator('form[action$="/zurueckziehen"] button').first().click()
      await page.waitForURL(/getan=zurueck/)

      const one = `${BASE}/amt/datenschutz/vorfaelle/vorfall`
      await page.goto(one)
      await look('vorfall')
      await page.locator('#titel').fill('E-Mail an falschen Verteiler')
      await page.locator('#personen').fill('viele')
      await page.locator('form[action="/amt/datenschutz/vorfaelle/vorfall"] button').click()
      await page.waitForLoadState()
      await look('vorfall-fehler')
      await page.locator('#personen').fill('23')
      await page.locator('form[action="/amt/datenschutz/vorfaelle/vorfall"] button').click()
      await page.waitForURL(/vorfaelle\?getan=ja/)
      await look('vorfaelle')
      await page.locator('a[href*="vorfall?id="]').first().click()
      await look('vorfall-offen')
      assert.match(await page.locator('main').innerText(), /Noch 7[12] Stunden/)
      await page.goto(`${BASE}/datenschutz`)
      await look('erklaerung')
      assert.deepEqual(found, [])
    } finally {
      await close()
    }
  })
}
