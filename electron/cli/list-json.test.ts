/** The JSON of `list`, written in pieces, is that of the same as objects, made of every entry for itself by the full reader. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { isProduction } from '../../shared/identity/production'
import type { Snapshot } from '../../shared/kubeconfig/entries'
import { full } from '../../shared/testing/counts'
import { programsOnce } from '../aws/installed/which'
import { assembleIdentities } from '../identity/assemble'
import { awsFilesOnce } from '../identity/aws-files-once'
import { readDocument } from '../kubeconfig/read/document'
import { viewOf } from '../kubeconfig/read/kubeconfig-view'
import { json } from '../report/json-text'
import { effectiveContexts, fileJson, intendedJson, predictedJson } from '../report/row-json'
import { environmentOf } from '../system/environment'
import { removeFolder } from '../testing/bundle'
import { kubeconfigText } from '../testing/kubeconfig-arbitrary'
import { clusterArn, usualKubeconfig } from '../testing/usual-kubeconfig'
import { wordsOf } from '../trust/expectations'
import { listJson } from './list-json'

let home: string
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-list-json-'))
  await mkdir(path.join(home, '.aws'))
  await writeFile(
    path.join(home, '.aws/config'),
    '[profile p0]\nrole_arn = arn:aws:iam::111122223333:role/p0\nsource_profile = base\n[profile base]\naws_access_key_id = AKIABASE000000000001\naws_secret_access_key = x\n',
  )
})
afterAll(() => removeFolder(home))

const production = [
  { kind: 'context', pattern: 'context-1' },
  { kind: 'cluster', pattern: 'p*' },
] as const

/** What `list --json` says, as objects. */
function judge(snapshot: Snapshot, identities: readonly ContextIdentity[]) {
  // kubectl merges the files of its list, and reads every other file by itself.
  const alone = new Set(snapshot.files.filter(({ source }) => source === 'opened').map(({ path }) => path))
  const serverOf = (cluster: string, from: string) =>
    snapshot.clusters.find(
      ({ name, origin: { file, shadowedBy } }) =>
        name === cluster && shadowedBy === null && (alone.has(from) ? file === from : !alone.has(file)),
    )?.server ?? null
  const used = new Set(effectiveContexts(snapshot).map(({ id }) => id))
  const byId = new Map(identities.map((identity) => [identity.context, identity]))
  return {
    files: snapshot.files.map(fileJson),
    currentContext: snapshot.currentContext,
    contexts: snapshot.contexts.map((context) => {
      const identity = byId.get(context.id)
      if (identity === undefined) throw new Error(`nothing is known of ${context.name}`)
      const { meant, sharedMore, intended, predicted } = identity
      return {
        context: context.name,
        current:
          context.name === snapshot.currentContext && used.has(context.id) && !alone.has(context.origin.file),
        file: context.origin.file,
        namespace: context.namespace,
        cluster: {
          entry: context.cluster,
          server: serverOf(context.cluster ?? '', context.origin.file),
          name: meant.name,
          region: meant.region,
          account: meant.account,
          partition: meant.partition,
          tokenFor: meant.tokenFor,
        },
        user: context.user,
        sharedWith: identity.sharedWith,
        ...(sharedMore === undefined ? {} : { sharedMore }),
        admin: context.name === 'context-1' ? true : null,
        production: isProduction(production, context, meant),
        auth: identity.auth,
        profile: identity.profile,
        profilePinnedBy: identity.profilePinnedBy,
        role: identity.role,
        expected: identity.expected,
        intended: intendedJson(intended),
        predicted: predictedJson(predicted),
        aws: identity.aws,
        findings: [...new Set(identity.findings.map(({ id }) => id))],
      }
    }),
    environment: 'app',
    problem: null,
  }
}

const text = fc.oneof(
  { arbitrary: usualKubeconfig, weight: 3 },
  { arbitrary: kubeconfigText({ block: true, traps: false }), weight: 1 },
  { arbitrary: kubeconfigText(), weight: 1 },
)

/** A file of kubectl's list, and one beside it that has the same names and is read by itself. */
const sameNames = [
  'current-context: admin\ncontexts:\n- {name: admin, context: {cluster: dev, user: me}}\n- {name: none, context: {user: me}}\n',
  'contexts:\n- {name: admin, context: {cluster: dev}}\n- {name: admin, context: {cluster: other}}\nclusters:\n- {name: dev, cluster: {server: "https://dev.test"}}\n- {name: "", cluster: {server: "https://none.test"}}\n',
]

test('list writes in pieces what its objects say, of whatever files', { timeout: 600_000 }, async () => {
  const environment = environmentOf('app', { HOME: home, PATH: '/nowhere' })
  const words = wordsOf([
    {
      file: '/k/0',
      context: 'context-1',
      cluster: clusterArn('prod'),
      principal: 'arn:aws:iam::1:role/me',
    },
  ])
  let rowsSeen = 0
  let most = 0
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 3 }), fc.boolean(), async (texts, foreign) => {
      const answer = async (how: 'scan' | 'parse') => {
        const files = texts.map((text, at) => {
          const document = readDocument(`/k/${at}`, text, how)
          const own = at === 0 || !foreign
          return {
            document,
            file: {
              path: document.file,
              realPath: document.file,
              source: own ? ('KUBECONFIG' as const) : ('opened' as const),
              own,
              trusted: own,
              revision: null,
              bytes: 0,
              mode: null,
              uid: null,
              currentContext: document.currentContext,
              problems:
                how === 'parse' ? document.problems : readDocument(document.file, text, 'parse').problems,
              contexts: document.count('context'),
              clusters: document.count('cluster'),
              users: document.count('user'),
            },
          }
        })
        const view = viewOf(1, files)
        const identities = await assembleIdentities({
          snapshot: view.snapshot,
          resolved: view.resolved(),
          ...(how === 'scan' ? { namesOnce: view.namesOnce() } : {}),
          environment,
          aws: awsFilesOnce(home, 'linux'),
          programs: programsOnce(new Map()),
          trust: null,
          words,
          now: 0,
        })
        return {
          snapshot: view.snapshot,
          identities,
          readable: files.every(({ document }) => document.readable),
        }
      }
      const [fast, full] = [await answer('scan'), await answer('parse')]
      // What is shown beside a break differs with the way of reading.
      const judged = full.readable ? full : fast
      const { rows } = fast.identities
      rowsSeen += rows.length
      const admins = new Map(rows.map((row) => [row.id, row.resolved.name === 'context-1' || null]))
      const listed = {
        snapshot: fast.snapshot,
        rows,
        admins,
        production,
        environment: 'app',
        problem: null,
      } as const
      const pieces = [...listJson(listed, 2_000)]
      most = Math.max(most, pieces.length)
      expect({ texts, json: pieces.join('') }).toEqual({
        texts,
        json: json(judge(judged.snapshot, judged.identities.contexts)),
      })
    }),
    { numRuns: full ? 5_000 : 1, seed: 5, examples: [[sameNames, true]], endOnFailure: true },
  )
  if (!full) return
  expect(rowsSeen).toBeGreaterThan(100)
  expect(most).toBeGreaterThan(2)
})
