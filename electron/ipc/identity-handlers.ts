/** Main's answers about every identity that AWS files, an environment or the contexts name: the tree, and the proof of some. */

import type { ProfileEdit } from '../../shared/edits/profile-edit'
import type { EnvironmentName } from '../../shared/identity/identity'
import { fail, ok, type Result } from '../../shared/result'
import type { ProfileRequest } from '../editing/profile-editing'
import { badValue } from '../editing/profile-values'
import type { Services } from '../editing/services'
import {
  allowFor,
  contextsFor,
  openTree,
  type Proving,
  proveIdentities,
  questionsFor,
  shownTree,
} from '../state/identity-trees'
import type { AskedOf, Asking } from '../trust/asking'
import { withFiles } from './page-services'
import type { Handlers } from './router'
import type { Writes } from './writes'

/** The handlers of one room. */
export function createIdentityHandlers(
  services: Pick<Services, 'environments' | 'kubeconfig' | 'trees' | 'editing'>,
  asking: Pick<Asking, 'commands'>,
  writes: Writes,
): Pick<Handlers, Extract<keyof Handlers, `identities.${string}`>> {
  const { kubeconfig, trees, editing } = services
  const { profiles } = editing

  /** The same for the plan that is shown and for the write. */
  const requestFor = (
    environment: EnvironmentName,
    edits: readonly ProfileEdit[],
  ): Promise<Result<ProfileRequest>> =>
    withFiles(services, environment, async () => {
      const bad = edits.flatMap((edit) => badValue(edit) ?? [])[0]
      // What would be left without a profile is part of what is shown, and of `shown`.
      return bad === undefined ? ok({ edits, environment, sharedAllowed: true }) : fail(bad)
    })

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
    'identities.planProfiles': async ({ environment, edits }) => {
      const request = await requestFor(environment, edits)
      if (!request.ok) return request
      const planned = await profiles.plan(request.value)
      if (!planned.ok) return planned
      const { plan, titles, follow, followTitles, contexts, left, doubts, shown } = planned.value
      const followed = follow.length === 0 ? [] : (await editing.plan(follow)).files
      return ok({
        titles,
        files: [...plan.files, ...followed],
        follow: followTitles,
        contexts,
        left,
        doubts,
        shown,
      })
    },
    'identities.writeProfiles': ({ environment, edits, ...how }, call) =>
      writes.profiles(call, how, () => requestFor(environment, edits)),
  }
}

/** Questions about identities, asked as those about contexts are; each names its identity by an id of its own. */
function askedOf(proving: Proving): AskedOf {
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
