// Pages work for everybody: axe on every page, in light, dark and forced colours, on the narrowest screen, by keyboard.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BASE, FURTHER, barriers, chooseService, open, scrollsSideways, walk } from './product.mjs'

const SIGHTS = [
  { name: 'hell', width: 1280, colorScheme: 'light' },
  { name: 'dunkel', width: 1280, colorScheme: 'dark' },
  { name: 'dunkel-telefon', width: 390, colorScheme: 'dark' },
  { name: 'kontrast', width: 1280, forcedColors: 'active' },
  { name: 'schmal', width: 320 },
]

for (const { name, ...sight } of SIGHTS) {
  test(`no barriers: ${name}`, async () => {
    const { page, close } = await open(sight)
    const found = []
    const look = async step => {
      await page.screenshot({ path: `out/${name}-${step}.png`, fullPage: true })
      found.push(...(await barriers(page)).map(line => `${step}: ${line}`))
      if (await scrollsSideways(page)) found.push(`${step}: scrolls sideways`)
    }
    try {
      const code = await walk(page, look)
      await page.goto(`${BASE}/termin`)
      await page.locator('input#code').fill(code)
      await page.locator('form[action="/termin"] button').first().click()
      await page.waitForURL(/\/termin\/ansicht/)
      await look('verwalten')
      const links = await page.locator('a[href^="/termin/"]').evaluateAll(found => found.map(link => link.getAttribute('href')))
      for (const part of ['/termin/verschieben', '/termin/absagen']) {
        await page.goto(BASE + links.find(link => link.startsWith(part)))
        await look(part.slice(8))
      }
      // the demo's outbox is a tool, no page of the product
      for (const path of FURTHER.filter(path => !path.startsWith('/demo'))) {
        await page.goto(BASE + path)
        await look(path.slice(1).replaceAll('/', '-'))
      }
      assert.deepEqual(found, [])
    } finally {
      await close()
    }
  })
}

test('large text, 200 percent, needs no scrolling sideways', async () => {
  const { page, close } = await open({ width: 640, height: 450, deviceScaleFactor: 2 })
  try {
    await walk(page, async step => assert.ok(!(await scrollsSideways(page)), step))
  } finally {
    await close()
  }
})

test('times are large enough for a thumb', async () => {
  const { page, close } = await open({ width: 390, height: 844 })
  try {
    await chooseService(page)
    const small = await page.locator('form[action^="/reservieren"] button, form[action^="/reservieren"] label').evaluateAll(buttons =>
      buttons.map(button => button.getBoundingClientRect()).filter(box => box.height > 0 && box.height < 44).length)
    assert.equal(small, 0)
  } finally {
    await close()
  }
})

test('the keyboard reaches the content first and sees where it is', async () => {
  const { page, close } = await open()
  try {
    await page.goto(`${BASE}/`)
    await page.keyboard.press('Tab')
    const first = await page.evaluate(() => ({ href: document.activeElement?.getAttribute('href'), text: document.activeElement?.textContent }))
    assert.match(first.href ?? '', /^#/, 'the first stop skips to the content')
    await page.keyboard.press('Enter')
    for (let stop = 0; stop < 12; stop++) {
      await page.keyboard.press('Tab')
      const seen = await page.evaluate(() => {
        const element = document.activeElement
        if (!element || element === document.body) return true
        const shown = style => style.outlineStyle !== 'none' || style.boxShadow !== 'none' || style.borderStyle !== 'none'
        const near = [element, element.nextElementSibling, element.closest('label'), element.parentElement]
        return near.some(part => part && shown(getComputedStyle(part)))
      })
      assert.ok(seen, `stop ${stop} shows its focus`)
    }
  } finally {
    await close()
  }
})

test('a confirmation is printed on one page', async () => {
  const { page, close } = await open()
  try {
    await walk(page)
    const printed = await page.pdf({ format: 'A4' })
    const pages = printed.toString('latin1').match(/\/Type\s*\/Page[^s]/g)?.length ?? 0
    assert.equal(pages, 1)
  } finally {
    await close()
  }
})
