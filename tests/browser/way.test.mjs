// The whole way in a real browser: booking, moving, cancelling, on a desktop and on a phone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BASE, FURTHER, chooseService, chooseTime, fillIn, open, walk } from './product.mjs'

const WAYS = [
  { name: 'desktop-ohne-skript', width: 1280, height: 900, script: false },
  { name: 'telefon-ohne-skript', width: 390, height: 844, script: false },
  { name: 'desktop-mit-skript', width: 1280, height: 900, script: true },
]

for (const { name, ...window } of WAYS) {
  test(`the whole way: ${name}`, async () => {
    const { page, context, asked, complaints, close } = await open(window)
    try {
      const code = await walk(page, async step => {
        await page.screenshot({ path: `out/${name}-${step}.png`, fullPage: true })
        assert.equal(await page.locator('h1').count(), 1, `${step} has one main heading`)
        if (step < '3') assert.deepEqual(await context.cookies(), [], `${step} needs no cookie`)
      })
      assert.match(code.replaceAll(/[\s-]/g, ''), /^[0-9a-z]{32}$/i)

      // with the code, as somebody who kept nothing but the mail
      await page.goto(`${BASE}/termin`)
      await page.locator('input#code').fill(code)
      await page.locator('form[action="/termin"] button').first().click()
      await page.waitForURL(/\/termin\/ansicht/)
      assert.ok(!page.url().includes(code), 'the code is in no address')
      await page.screenshot({ path: `out/${name}-6-verwalten.png`, fullPage: true })

      await page.locator('a[href^="/termin/verschieben"]').first().click()
      await page.waitForURL(/\/termin\/verschieben/)
      await page.screenshot({ path: `out/${name}-7-verschieben.png`, fullPage: true })
      await page.locator('form[action^="/termin/verschieben"] button[name="zeit"]').first().click()
      await page.waitForLoadState()
      await page.screenshot({ path: `out/${name}-8-verschoben.png`, fullPage: true })

      await page.goto(`${BASE}/termin`)
      await page.locator('input#code').fill(code)
      await page.locator('form[action="/termin"] button').first().click()
      await page.waitForURL(/\/termin\/ansicht/)
      await page.locator('a[href^="/termin/absagen"]').first().click()
      await page.screenshot({ path: `out/${name}-9-absagen.png`, fullPage: true })
      await page.locator('form[action^="/termin/absagen"] button').first().click()
      await page.waitForLoadState()
      assert.match(await page.locator('main').innerText(), /abgesagt/)
      await page.screenshot({ path: `out/${name}-10-abgesagt.png`, fullPage: true })

      for (const path of FURTHER) {
        await page.goto(BASE + path)
        await page.screenshot({ path: `out/${name}-${path.slice(1).replaceAll('/', '-')}.png`, fullPage: true })
      }

      const cookies = await context.cookies()
      assert.deepEqual(cookies.map(cookie => cookie.name), ['sid'])
      assert.equal(cookies[0].expires, -1, 'ends with the browser session')
      assert.ok(cookies[0].httpOnly && cookies[0].sameSite === 'Lax' && cookies[0].path === '/')
      if (window.script) {
        const kept = await page.evaluate(async () => [
          localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, (await caches.keys()).length,
          (await navigator.serviceWorker.getRegistrations()).length,
        ])
        assert.deepEqual(kept, [0, 0, 0, 0, 0], 'nothing is kept in the browser')
      }
      const elsewhere = asked.filter(address => !address.startsWith(`${BASE}/`) && !address.startsWith('data:'))
      assert.deepEqual(elsewhere, [], 'no request leaves the host')
      const serious = complaints.filter(line => !/status of (404|422)/.test(line))
      assert.deepEqual(serious, [], 'the browser has nothing to complain about')
    } finally {
      await close()
    }
  })
}

test('the link in the mail opens the appointment and its code stays out of addresses', async () => {
  const { page, asked, close } = await open()
  try {
    const code = (await walk(page)).replaceAll(/[\s-]/g, '')
    await page.context().clearCookies()
    await page.goto(`${BASE}/termin#${code}`)
    await page.waitForURL(/\/termin\/ansicht/)
    assert.ok(asked.every(address => !address.split('#')[0].includes(code)), 'no request has the code in its address')
  } finally {
    await close()
  }
})

test('back, reload and a detour lose nothing', async () => {
  for (const script of [false, true]) {
    const { page, close } = await open({ script })
    try {
      await chooseService(page)
      await chooseTime(page)
      await fillIn(page)
      await page.waitForURL(/\/pruefen/)
      await page.reload()
      assert.match(await page.locator('main').innerText(), /Mustermann/)
      const review = page.url()
      await page.goto(`${BASE}/datenschutz`)
      await page.goto(review)
      assert.match(await page.locator('main').innerText(), /Mustermann/)
      await page.goBack()
      await page.goBack()
      await page.goto(review)
      assert.match(await page.locator('main').innerText(), /Mustermann/)
    } finally {
      await close()
    }
  }
})

test('the two municipalities look and speak for themselves', async () => {
  const { page, close } = await open()
  try {
    await page.goto(`${BASE}/`)
    assert.match(await page.locator('header').innerText(), /Haltern/)
    await page.goto(`${BASE.replace('haltern', 'musterstadt')}/`)
    assert.match(await page.locator('header').innerText(), /Musterstadt/)
    assert.doesNotMatch(await page.locator('body').innerText(), /Haltern|Offizielle Website/)
    await page.screenshot({ path: 'out/musterstadt.png', fullPage: true })
  } finally {
    await close()
  }
})

test('English people find English on the same step', async () => {
  const { page, close } = await open({ script: false, width: 390, height: 844 })
  try {
    await chooseService(page)
    await chooseTime(page)
    await page.locator('button[name="sprache"][value="en"]').click()
    await page.waitForURL(/\/angaben/)
    assert.equal(await page.locator('html').getAttribute('lang'), 'en')
    await page.screenshot({ path: 'out/english-3.png', fullPage: true })
  } finally {
    await close()
  }
})
