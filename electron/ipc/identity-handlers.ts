/** Main's answers about everybody whom AWS files, an environment and the contexts name: the tree, and the proof of some of them. */
import { pack } from '../../shared/ipc/packed'
import { fail, ok } from '../../shared/result'
import { type Environments, unreadableEnvironment } from '../identity/environments'
import type { IdentityTrees, Proving } from '../state/identity-trees'
import type { KubeconfigFiles } from '../state/kubeconfig-files'
import type { AskedOf, Asking } from '../trust/asking'
import type { Handlers } from './router'
import { createRuns } from './runs'

/** What the requests about identities are answered from. */
export interface IdentityServices {
  readonly environments: Pick<Environments, 'of'>
  readonly kubeconfig: KubeconfigFiles
  readonly trees: IdentityTrees
}

/** The handlers of one room. */
export function createIdentityHandlers(
  { environments, kubeconfig, trees }: IdentityServices,
  asking: Pick<Asking, 'commands'>,
): Pick<Handlers, Extract<keyof Handlers, `identities.${string}`>> {
  const runs = createRuns()
  return {
    'identities.load': async ({ environment }) => {
      await kubeconfig.load()
      return ok(pack(await trees.of(environment)))
    },
    'identities.prove': ({ run, environment, ids, again }, call) =>
      runs.run(call, run, async (signal) => {
        const unreadable = unreadableEnvironment(await environments.of(environment))
        if (unreadable !== null) return fail(unreadable)
        await kubeconfig.load()
        const proving = await trees.open(environment)
        const wanted = new Set(ids)
        const provable = proving.tree.identities.flatMap(({ id, provable }) =>
          provable && wanted.has(id) ? [id] : [],
        )
        const asked = await asking.commands(
          { contexts: provable, environment, again },
          { page: call.page, signal },
          askedOf(proving),
        )
        if (!asked.ok) return asked
        const total = provable.length
        let done = 0
        await proving.run(
          provable,
          (id, { at, proven, problem }) => {
            done += 1
            const arn = proven?.arn ?? null
            call.emit('identities.proved', { run, id, at, arn, problem, done, total })
          },
          signal,
        )
        return ok({ done, total, cancelled: signal.aborted, refused: asked.value.refused })
      }),
    'identities.cancel': ({ run }, { page }) => {
      runs.cancel(page, run)
      return ok(null)
    },
  }
}

/** Questions about identities as those about contexts are asked: whom one is about it names by an id of its own. */
function askedOf(proving: Proving): AskedOf {
  const names = new Map<string, string>()
  return {
    trust: {
      async ask(ids) {
        const { questions, contexts } = await proving.ask(ids)
        for (const { id, name } of contexts) names.set(id, name)
        return questions
      },
      allow: (context, _environment, fingerprint) => proving.allow({ context, fingerprint }),
    },
    nameOf: (id) => names.get(id) ?? null,
  }
}
