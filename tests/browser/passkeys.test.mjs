// Passkeys in a real browser, with a device that Chromium plays: made, used, cancelled, and not offered where there are none.
// Begins with somebody who is signed in, at a service of its own (tests/examples/stand.rs).
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { barriers, open } from './product.mjs'
import { start, withStand as standing } from './stand.mjs'

let stand, base, staff

before(async () => {
  stand = await start()
  ;({ base, staff } = stand ?? {})
})

after(() => stand?.stop())

/** A browser with a device that recognises its owner; `signedIn`: with the session of somebody of the office. */
async function browser({ signedIn = false, ...more } = {}) {
  const opened = await open(more)
  const { page, context } = opened
  if (signedIn) await context.addCookies([{ name: 'sid', value: staff, url: base, httpOnly: true, sameSite: 'Lax' }])
  const devices = await context.newCDPSession(page)
  await devices.send('WebAuthn.enable')
  const { authenticatorId } = await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true,
    },
  })
  return { ...opened, device: (name, more = {}) => devices.send(`WebAuthn.${name}`, { authenticatorId, ...more }) }
}

const withStand = (name, run) => standing(() => base, name, run)

withStand('a passkey is made and signs in', async () => {
  const { page, context, complaints, device, close } = await browser({ signedIn: true })
  try {
    await page.goto(`${base}/amt/passkeys`)
    assert.ok(await page.locator('[data-passkey="anlegen"]').isVisible())
    assert.ok(!(await page.locator('[data-passkey-missing]').isVisible()))
    await page.screenshot({ path: 'out/passkeys-leer.png', fullPage: true })
    assert.deepEqual(await barriers(page), [])
    await page.locator('#passkey-name').fill('Mein Handy')
    await page.locator('[data-passkey="anlegen"] button').click()
    await page.waitForURL(/angelegt=ja/)
    assert.match(await page.locator('main').innerText(), /Mein Handy/)
    await page.screenshot({ path: 'out/passkeys-angelegt.png', fullPage: true })
    assert.deepEqual(await barriers(page), [])
    const { credentials } = await device('getCredentials')
    assert.equal(credentials.length, 1)
    assert.ok(credentials[0].isResidentCredential)
    assert.equal(credentials[0].rpId, 'haltern.localhost')

    // the same device is not taken twice
    await page.locator('#passkey-name').fill('Noch einmal')
    await page.locator('[data-passkey="anlegen"] button').click()
    await page.waitForFunction(() => /schon einen Passkey/.test(document.querySelector('[data-passkey-said]')?.textContent))

    // and now without anything else
    await context.clearCookies()
    await page.goto(`${base}/amt/anmelden?weiter=%2Famt%2Fkalender`)
    assert.ok(await page.locator('[data-passkey="anmelden"]').isVisible())
    await page.screenshot({ path: 'out/passkeys-anmelden.png', fullPage: true })
    assert.deepEqual(await barriers(page), [])
    await page.locator('[data-passkey="anmelden"] button').click()
    await page.waitForURL(`${base}/amt/kalender`)
    const cookies = await context.cookies()
    assert.deepEqual(cookies.map(cookie => [cookie.name, cookie.httpOnly, cookie.expires]), [['sid', true, -1]])
    const kept = await page.evaluate(() => [localStorage.length, sessionStorage.length])
    assert.deepEqual(kept, [0, 0])
    assert.deepEqual(complaints.filter(line => !/status of (404|409)/.test(line)), [])

    // an owner who is not recognised is told what else they can do
    await context.clearCookies()
    await page.goto(`${base}/amt/anmelden`)
    await device('setUserVerified', { isUserVerified: false })
    await page.locator('[data-passkey="anmelden"] button').click()
    await page.waitForFunction(() => /noch einmal/.test(document.querySelector('[data-passkey-said]')?.textContent))
    await page.screenshot({ path: 'out/passkeys-abgebrochen.png', fullPage: true })

    await device('setUserVerified', { isUserVerified: true })
    await page.locator('[data-passkey="anmelden"] button').click()
    await page.waitForURL(`${base}/amt`)
  } finally {
    await close()
  }
})

withStand('a passkey that is unknown here is refused in words', async () => {
  const { page, device, close } = await browser()
  try {
    const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
    const privateKey = Buffer.from(await crypto.subtle.exportKey('pkcs8', key.privateKey)).toString('base64')
    const some = (length, fill) => Buffer.alloc(length, fill).toString('base64')
    await device('addCredential', {
      credential: {
        credentialId: some(16, 7), isResidentCredential: true, rpId: 'haltern.localhost',
        privateKey, userHandle: some(32, 9), signCount: 0,
      },
    })
    await page.goto(`${base}/amt/anmelden`)
    await page.locator('[data-passkey="anmelden"] button').click()
    await page.waitForFunction(() => /passt nicht/.test(document.querySelector('[data-passkey-said]')?.textContent))
    assert.ok(page.url().endsWith('/amt/anmelden'))
  } finally {
    await close()
  }
})

withStand('without a script or without passkeys nothing of them is offered', async () => {
  for (const how of ['no script', 'no passkeys']) {
    const { page, context, close } = await open({ script: how !== 'no script' })
    try {
      if (how === 'no passkeys') await page.addInitScript(() => delete window.PublicKeyCredential)
      await context.addCookies([{ name: 'sid', value: staff, url: base, httpOnly: true, sameSite: 'Lax' }])
      await page.goto(`${base}/amt/passkeys`)
      assert.ok(!(await page.locator('[data-passkey="anlegen"]').isVisible()), how)
      assert.ok(await page.locator('[data-passkey-missing]').isVisible(), how)
      await context.clearCookies()
      await page.goto(`${base}/amt/anmelden`)
      assert.ok(!(await page.locator('[data-passkey]').isVisible()), how)
      assert.ok(await page.locator('input[type="password"]').isVisible(), how)
    } finally {
      await close()
    }
  }
})
