// A guest's rights in a real browser: a code by mail, everything that is kept, and erasing it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linkTo, looking } from './people.mjs'
import { BASE, book, chooseService, chooseTime, erika, fillIn, open } from './product.mjs'

const GUEST = '/datenschutz/meine-daten'

const SIGHTS = [
  { name: 'desktop', width: 1280, script: true },
  { name: 'telefon-ohne-skript', width: 390, script: false },
]

for (const [number, { name, ...sight }] of SIGHTS.entries()) {
  test(`a guest sees and erases what is kept: ${name}`, async () => {
    const { page, close } = await open(sight)
    const { look, found } = looking(page, `daten-${name}`, sight.script)
    const email = `gast${number}${Date.now()}@example.org`
    const press = path => page.locator(`form[action="${GUEST}${path}"] .kern-btn`).first().click()
    try {
      await chooseService(page)
      await chooseTime(page)
      await fillIn(page, { ...erika, email })
      await page.waitForURL(/\/pruefen/)
      await book(page)
      for (const language of ['', '?sprache=leicht']) {
        await page.goto(`${BASE}/datenschutz${language}`)
        await look(`erklaerung${language && '-leicht'}`)
      }

      await page.goto(BASE + GUEST)
      await look('beginn')
      await page.locator('input[name="email"]').fill(email)
      await press('')
      await page.waitForLoadState()
      await look('gesendet')
      const link = await linkTo(`${GUEST}/code`, email)
      await page.goto('about:blank')
      await page.goto(link)
      if (!sight.script) {
        await page.locator('input[name="code"]').fill(link.split('#')[1])
        await press('/code')
      }
      await page.locator('input[name="ja"], button[name="ja"]').first().waitFor({ state: 'attached' })
      assert.ok(!page.url().includes(link.split('#')[1]), 'the code is in no address')
      await look('code')
      await press('/code')
      await page.waitForURL(/\/ansicht/)
      assert.match(await page.locator('main').innerText(), new RegExp(email))
      await look('ansicht')
      await page.goto(`${BASE}${GUEST}/loeschen`)
      await look('loeschen')
      await press('/loeschen')
      await page.waitForURL(/getan=geloescht/)
      await look('geloescht')
      assert.deepEqual(found, [])
    } finally {
      await close()
    }
  })
}
