// The product as a person meets it: a browser, a host, and the steps of the way.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { chromium } from 'playwright-core'

export const BASE = process.env.BASE ?? 'http://haltern.localhost:8080'

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-default-apps', '--no-proxy-server',
]

/** Opens a browser profile of its own; everything that it asks for is written down. */
export async function open({ width = 1280, height = 900, script = true, ...more } = {}) {
  const profile = await mkdtemp(join(tmpdir(), 'stadttermin-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
    viewport: { width, height },
    javaScriptEnabled: script,
    locale: 'de-DE',
    ...more,
  })
  const asked = []
  const complaints = []
  context.on('request', request => asked.push(request.url()))
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(10_000)
  page.on('console', line => line.type() === 'error' && complaints.push(line.text()))
  page.on('pageerror', error => complaints.push(String(error)))
  return {
    page,
    context,
    asked,
    complaints,
    close: async () => {
      await context.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}

export const erika = {
  firstName: 'Erika',
  lastName: 'Mustermann',
  email: 'erika@example.org',
  phone: '0151 23456789',
}

/** Presses the button that sends the form to `action` and goes on. */
async function send(page, action) {
  await page.locator(`form[action^="${action}"] .kern-btn--primary`).last().click()
}

/** Chooses the identity card on the first page. */
export async function chooseService(page, base = BASE) {
  await page.goto(`${base}/`)
  await page.locator('input[name="anliegen"][value="personalausweis"]').first().check({ force: true })
  await send(page, '/termine')
  await page.waitForURL(/\/termine/)
}

/** Takes the first time that is offered. */
export async function chooseTime(page) {
  await page.locator('form[action^="/reservieren"] button[name="zeit"]').first().click()
  await page.waitForURL(/\/angaben/)
}

/** Fills in who comes. */
export async function fillIn(page, contact = erika) {
  for (const [name, value] of Object.entries(contact)) await page.locator(`input[name="${name}"]`).fill(value)
  await send(page, '/angaben')
}

/** Books. */
export async function book(page) {
  await send(page, '/buchen')
  await page.waitForURL(/\/bestaetigung/)
}

/** The whole way; `look` sees every page. Returns the code that opens the appointment. */
export async function walk(page, look = async () => {}) {
  await page.goto(`${BASE}/`)
  await look('1-anliegen')
  await chooseService(page)
  await look('2-termin')
  await chooseTime(page)
  await look('3-angaben')
  await fillIn(page, { ...erika, lastName: ' ', email: 'erika@' })
  await look('3-angaben-fehler')
  assert.match(await page.title(), /^Fehler:/)
  assert.equal(await page.locator('input[name="firstName"]').inputValue(), 'Erika')
  await fillIn(page)
  await page.waitForURL(/\/pruefen/)
  await look('4-pruefen')
  await book(page)
  await look('5-bestaetigung')
  const text = await page.locator('main').innerText()
  assert.match(text, /2\d{3}/)
  return page.locator('form[action="/termin"] input[name]').first().inputValue()
}

/** Pages outside the way. */
export const FURTHER = ['/datenschutz', '/impressum', '/barrierefreiheit', '/termin', '/gibt-es-nicht', '/demo/outbox']

/** What axe finds on the page, in one line each. */
export async function barriers(page) {
  // colours on their way to others are nobody's contrast
  await page.evaluate(() => Promise.allSettled(
    document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < 5000).map(({ finished }) => finished)))
  const found = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
}

/** Whether one has to scroll sideways. */
export async function scrollsSideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
}
