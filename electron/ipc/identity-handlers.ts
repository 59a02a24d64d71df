/** Main's answers about every identity that AWS files, an environment or the contexts name: the tree, and the proof of some. */

import { ok } from '../../shared/result'
import type { Services } from '../editing/services'
import {
  allowFor,
  contextsFor,
  openTree,
  type ProvableTree,
  proveIdentities,
  questionsFor,
  shownTree,
} from '../state/identity-trees'
import type { AskedOf, Asking } from '../trust/asking'
import { withFiles } from './page-services'
import type { Handlers } from './router'

/** The handlers of one room. */
export function createIdentityHandlers(
  services: Pick<Services, 'environments' | 'kubeconfig' | 'trees'>,
  asking: Pick<Asking, 'commands'>,
): Pick<Handlers, Extract<keyof Handlers, `identities.${string}`>> {
  const { kubeconfig, trees } = services
  return {
    'identities.load': async ({ environment }) => {
      await kubeconfig.load()
      return ok(await shownTree(trees, environment))
    },
    'identities.prove': ({ run, environment, ids, again }, call) =>
      withFiles(services, environment, async () => {
        const proving = await openTree(trees, environment)
        const wanted = new Set(ids)
        const provable = proving.tree.identities.flatMap(({ id, provable }) =>
          provable && wanted.has(id) ? [id] : [],
        )
        const contexts = contextsFor(proving, provable)
        const questions = await asking.commands({ contexts, environment, again }, call, askedOf(proving))
        const total = provable.length
        let done = 0
        const asked = await proveIdentities(
          proving,
          provable,
          (id, { at, proven, problem }) => {
            done += 1
            const arn = proven?.arn ?? null
            call.emit('identities.proved', { run, id, at, arn, problem, done, total })
          },
          call.signal,
          {
            questions,
            onBegun: (id) => call.emit('identities.begun', { run, id }),
            onAsking: (ids) => call.emit('identities.asking', { run, ids }),
          },
        )
        if (!asked.ok) return asked
        return ok({ done, total, cancelled: call.signal.aborted, refused: asked.value.refused })
      }),
  }
}

/** Questions about identities, asked as those about contexts are; each names its identity by an id of its own. */
function askedOf(proving: ProvableTree): AskedOf {
  const names = new Map<string, string>()
  return {
    trust: {
      async ask(asked) {
        const { questions, contexts } = await questionsFor(proving, asked)
        for (const { id, name } of contexts) names.set(id, name)
        return questions
      },
      allow: (context, _environment, fingerprint) => allowFor(proving, { context, fingerprint }),
    },
    nameOf: (id) => names.get(id) ?? null,
  }
}
