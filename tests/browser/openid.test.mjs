// Signing in with the municipality's own accounts, in a real browser: across two hosts and back.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, before, test } from 'node:test'
import { BASE, open } from './product.mjs'

const { OPENID_PORT, OPENID_SECRET } = process.env
const AMT = `${BASE.replace('haltern', 'musterstadt')}/amt`
const skip = !OPENID_PORT && 'the product was started elsewhere and knows no provider'
let provider

before(async () => {
  if (skip) return
  provider = spawn('node', ['provider.mjs'], { cwd: '../openid', stdio: ['pipe', 'pipe', 'ignore'] })
  provider.stdin.write(`${JSON.stringify({
    port: Number(OPENID_PORT),
    claimsInToken: true,
    clients: [{
      client_id: 'stadttermin', client_secret: OPENID_SECRET, redirect_uris: [`${AMT}/openid/rueckkehr`],
    }],
    people: {
      kim: {
        given_name: 'Kim', family_name: 'Amtlich', email: 'kim@musterstadt.example', email_verified: true,
        groups: ['leitung'],
      },
    },
  })}\n`)
  await new Promise((ready, failed) => {
    provider.stdout.once('data', ready)
    provider.once('exit', () => failed(new Error('the provider does not start')))
  })
})

after(() => provider?.kill())

for (const script of [true, false]) {
  test(`signing in at the municipality's provider, ${script ? 'with' : 'without'} a script`, { skip }, async () => {
    const { page, context, complaints, close } = await open({ script })
    try {
      await page.goto(`${AMT}/anmelden`)
      await page.screenshot({ path: `out/openid-${script}-1-anmelden.png`, fullPage: true })
      await page.locator('form[action="/amt/openid/beginn"] button').click()
      // the page in between goes on by itself: a redirect would have been stopped by `form-action`
      await page.waitForURL(url => url.port === OPENID_PORT && url.pathname.startsWith('/interaction/'))
      await page.locator('#login').fill('kim')
      await page.locator('button', { hasText: 'Anmelden' }).click()
      if (!script) {
        await page.waitForURL(/rueckkehr/)
        await page.screenshot({ path: `out/openid-${script}-2-rueckkehr.png`, fullPage: true })
        await page.locator('form[action="/amt/openid/rueckkehr"] button').click()
      }
      await page.waitForURL(AMT)
      assert.match(await page.locator('main').innerText(), /Kim Amtlich/)
      if (script) {
        // the address with the code is not in the history any more
        await page.goBack()
        await page.waitForURL(url => !url.search.includes('code='))
        await page.goto(AMT)
        assert.match(await page.locator('main').innerText(), /Kim Amtlich/)
      }
      const ours = (await context.cookies()).filter(cookie => cookie.domain.startsWith('musterstadt'))
      assert.deepEqual(ours.map(cookie => cookie.name), ['sid'])
      assert.deepEqual(complaints, [])
    } finally {
      await close()
    }
  })
}
