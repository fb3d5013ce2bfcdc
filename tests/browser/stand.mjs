// A service of a test's own, which begins where a browser test begins (tests/examples/stand.rs).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'

/** Starts one; `null` without the servers of the caller's tests: there is nothing to stand on. */
export async function start(...how) {
  if (!process.env.STADTTERMIN_DATABASE__ADMIN_URL) return null
  const cargo = process.env.CARGO ?? 'cargo'
  const command = ['run', '--quiet', '--example', 'stand', '--', ...how]
  const stand = spawn(cargo, command, { cwd: '../..', stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(stand.stdout)
  const [line] = await Promise.race([
    once(lines, 'line'),
    new Promise((_, fail) => stand.once('exit', code => fail(new Error(`the stand ended: ${code}`)))),
  ])
  return {
    ...JSON.parse(line),
    /** Lets time pass. */
    advance: async seconds => {
      const done = once(lines, 'line')
      stand.stdin.write(`advance ${seconds}\n`)
      await done
    },
    stop: () => stand.stdin.end(),
  }
}

/** A test that needs one. */
export const withStand = (ready, name, run) =>
  test(name, async t => (ready() ? run(t) : t.skip('needs the servers of deploy/services.sh in the environment')))
