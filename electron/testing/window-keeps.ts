/**
 * What a window keeps, in a process of its own, for tests that end it at a call or let one fail: does by the window's services what its
 * arguments name, and ends with 0 where they say that it is kept, else with 3 and why.
 */

import { type Pending, packedSteps } from '../../shared/ipc/stored-edits'
import { fail, fault, ok, type Result } from '../../shared/result'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { definedVariables } from '../system/environment'

const steps = (edit: Pending) => packedSteps({ pending: [edit], past: [[]], future: [] })

const deeds: Readonly<Record<string, (services: Services, of: string) => Promise<Result<unknown>>>> = {
  setting: ({ settings }) => settings.save({ key: 'theme', value: 'dark' }),
  accounts: ({ settings }) => settings.nameAccounts({ '111122223333': 'ours' }),
  edits: ({ keptEdits }) =>
    keptEdits.keep(1, {
      steps: {
        ...steps({ id: 1, edit: { kind: 'set-namespace', context: 'x1', namespace: 'web' } }),
        before: [],
        decided: [],
      },
      imports: [],
    }),
  /** Keeps the states of the files, so many times. */
  states: async ({ kubeconfig, editing }, of) => {
    await kubeconfig.load()
    let failed = 0
    for (let left = Number(of); left > 0; left--) failed += (await editing.keepSeen()).failed
    return failed > 0 ? fail(fault('not-writable', `${failed} times a state was not kept.`, '')) : ok(null)
  },
  trust: async ({ kubeconfig, trust }, of) => {
    const { contexts } = await kubeconfig.load()
    const ids = contexts.filter(({ name }) => name === of).map(({ id }) => id)
    const [question] = await trust.ask(ids, 'app')
    const [context] = question?.contexts ?? []
    if (question === undefined || context === undefined)
      return fail(fault('not-found', 'Nothing is asked.', ''))
    return trust.allow(context, 'app', question.fingerprint)
  },
}

async function main(): Promise<void> {
  const variables = definedVariables(process.env)
  const { HOME: home = '', EKSCOPE_HOME: folder = '' } = variables
  const services = createServices({
    variables,
    home,
    platform: process.platform,
    cwd: home,
    now: Date.now,
    folder: openDataFolder(folder),
    filesOf: 'app',
  })
  const [, , deed = '', of = ''] = process.argv
  const done = await deeds[deed]?.(services, of)
  await services.close()
  if (done?.ok) return
  process.stderr.write(`${done?.fault.message ?? 'no such deed'}\n`)
  process.exitCode = 3
}

main().catch((error: unknown) => {
  process.stderr.write(`inside Ekscope: ${String(error)}\n`)
  process.exitCode = 1
})
