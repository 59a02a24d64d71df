/**
 * A process of its own with edits pending, for tests that end it: `FOLDER` is its data folder. It gives one after the other to be kept, on
 * top of what an earlier one left, says which it gave (`+ N`) and which are kept (`= N`), and ends on a signal as the window does.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Pending, packedSteps, unpackedSteps } from '../../shared/ipc/stored-edits'
import { createServices } from '../services'
import { openDataFolder } from '../system/data-folder'

async function main(): Promise<void> {
  const [, , folder = ''] = process.argv
  const services = createServices({
    variables: { HOME: folder, PATH: '/usr/bin:/bin' },
    home: folder,
    platform: process.platform,
    cwd: folder,
    now: Date.now,
    folder: openDataFolder(folder),
    filesOf: 'app',
  })
  let ending = false
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => {
      ending = true
      void services.close().then(() => process.exit(0))
    })
  const { steps } = await services.keptEdits.of(1)
  let pending: readonly Pending[] = (steps && unpackedSteps(steps)?.pending) ?? []
  while (!ending) {
    const id = pending.length + 1
    pending = [
      ...pending,
      { id, edit: { kind: 'set-namespace', context: `context ${id}`, namespace: `n${id}` } },
    ]
    const kept = { ...packedSteps({ pending, past: [], future: [] }), before: [], decided: [] }
    process.stdout.write(`+ ${id}\n`)
    void services.keptEdits
      .keep(1, { steps: kept, imports: [] })
      .then(({ ok }) => process.stdout.write(`${ok ? '=' : '!'} ${id}\n`))
    await pause(Math.random() * 6)
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(3)
})
