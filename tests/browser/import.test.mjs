// Taking another system's calendar over, in a real browser: a file that cannot be read, a look, the import, and taking it back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { looking, people, signIn } from './people.mjs'
import { BASE, open } from './product.mjs'

const SIGHTS = [
  { name: 'desktop', width: 1280, colorScheme: 'light', script: true },
  { name: 'dunkel-schmal', width: 320, colorScheme: 'dark', script: true },
  { name: 'telefon-ohne-skript', width: 390, script: false },
]
const PLACE = `${BASE}/amt/kalender/uebernahme`

/** A Tuesday, so many weeks from now, as German files have it. */
function tuesday(weeks) {
  const day = new Date()
  day.setUTCDate(day.getUTCDate() + ((9 - day.getUTCDay()) % 7) + 7 * weeks)
  return day.toLocaleDateString('de-DE', { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' })
}

for (const [number, { name, ...sight }] of SIGHTS.entries()) {
  test(`a manager takes a calendar over: ${name}`, async () => {
    const { page, close } = await open(sight)
    const { look, found } = looking(page, `uebernahme-${name}`, sight.script)
    const send = async (file, text) => {
      await page.locator('#datei').setInputFiles({ name: file, mimeType: 'text/csv', buffer: Buffer.from(text) })
      await page.locator('form[action="/amt/kalender/uebernahme"] button').click()
      await page.waitForLoadState()
    }
    try {
      await signIn(page, (await people()).find(one => one.title.startsWith('Leitung')))
      await page.goto(PLACE)
      await look('anfang')
      await page.locator('#grund_de').fill('Umzug')
      await send('leer.csv', 'Sternzeichen\nWaage\n')
      await look('fehler')
      assert.equal(await page.locator('#grund_de').inputValue(), 'Umzug', 'what was typed stays')

      const day = tuesday(6 + number)
      const lines = [
        'Nummer;Datum;Beginn;Leistung;Standort;Vorname;Nachname;E-Mail',
        `${name}-1;${day};09:00;personalausweis;buergerbuero;Erika;Mustermann;erika@example.org`,
        `${name}-2;${day};03:00;personalausweis;buergerbuero;Erika;Mustermann;erika@example.org`,
        `${name}-3;${day};10:00;zaubern;buergerbuero;Erika;Mustermann;erika@example.org`,
      ]
      await send('kalender.csv', lines.join('\n'))
      await look('ansicht')
      assert.match(await page.locator('main').innerText(), /Anliegen gibt es hier nicht/)
      await page.locator('form[action="/amt/kalender/uebernahme/ausfuehren"] button').click()
      await page.waitForLoadState()
      await look('uebernommen')
      assert.equal(await page.locator('td a[href^="/amt/termin"]').count(), 1, 'one appointment was made')
      await page.goto(PLACE)
      await look('liste')
      await page.locator('form[action$="/zuruecknehmen"] button').first().click()
      await page.waitForLoadState()
      await look('zurueckgenommen')
      assert.deepEqual(found, [])
    } finally {
      await close()
    }
  })
}
