// The operator's pages in a real browser: the list with its lights, a new municipality, its domain, and the question before it
// is suspended. Nothing is suspended here: other tests use the same municipalities.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { BASE, open } from './product.mjs'
import { looking, people, signIn } from './people.mjs'

const ops = BASE.replace('//haltern.', '//ops.')

for (const [name, width, script] of [['betrieb-breit', 1280, true], ['betrieb-schmal', 320, true], ['betrieb-ohne-js', 360, false]]) {
  test(`the operator founds a municipality and looks after it (${name})`, { timeout: 120_000 }, async () => {
    const [operator] = await people(ops)
    const { page, complaints, close } = await open({ width, script })
    const { look, found } = looking(page, name, script)
    try {
      await signIn(page, operator, undefined, ops)
      await page.goto(`${ops}/amt/kommunen`)
      await look('kommunen')
      const slug = `neu${Date.now().toString(36)}`
      await page.goto(`${ops}/amt/kommunen/neu`)
      await look('neu')
      const values = {
        kurzname: slug, name: `Stadt ${slug}`, telefon: '05032 84-0', website: 'https://www.neustadt.example',
        behoerde: 'Stadt Neustadt', strasse: 'Markt 1', plz: '31535', ort: 'Neustadt', email: 'info@neustadt.example',
      }
      await page.locator('form[action="/amt/kommunen/neu"] button').click()
      await page.waitForLoadState()
      await look('neu-fehler')
      for (const [id, value] of Object.entries(values)) await page.locator(`#${id}`).fill(value)
      await page.locator('#land').selectOption('NI')
      await page.locator('form[action="/amt/kommunen/neu"] button').click()
      await page.waitForURL(/kommune\?id=.*getan=angelegt/)
      await page.locator('#domain').fill(`termine.${slug}.example`)
      await page.locator('form[action="/amt/kommunen/domain"] button').last().click()
      await page.waitForURL(/getan=eingetragen/)
      await look('kommune')
      assert.match(await page.locator('main').innerText(), new RegExp(`_stadttermin\\.termine\\.${slug}\\.example`))
      await page.goto(`${ops}/amt/kommunen`)
      await page.getByRole('link', { name: 'Stadt Haltern am See' }).first().click()
      await page.waitForURL(/kommune\?id=/)
      await look('haltern')
      await page.goto((await page.locator('a[href^="/amt/kommunen/aussetzen"]').getAttribute('href')).replace(/^/, ops))
      await look('aussetzen')
      assert.deepEqual(found, [])
      // a form that is refused answers 422, which the console calls an error
      assert.deepEqual(complaints.filter(line => !line.includes('422')), [])
    } finally {
      await close()
    }
  })
}
