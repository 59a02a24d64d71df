/** What is worked out once per form of a user, in rows, is what comes of reading every entry for itself. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { programsOnce } from '../aws/installed/which'
import { readDocument } from '../kubeconfig/read/document'
import { viewOf } from '../kubeconfig/read/kubeconfig-view'
import { environmentOf } from '../system/environment'
import { removeFolder } from '../testing/bundle'
import { readFileOf } from '../testing/read-file'
import { nothingAllowed } from '../testing/read-identities'
import { clusterArn as arn, usualKubeconfig } from '../testing/usual-kubeconfig'
import { wordsOf } from '../trust/expectations'
import { assembleIdentities, type IdentityRow } from './assemble'
import { awsFilesOnce } from './aws-files-once'

let home: string
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-forms-'))
  await mkdir(path.join(home, '.aws'))
  const roles = ['p0', 'p1'].map(
    (name) => `[profile ${name}]\nrole_arn = arn:aws:iam::111122223333:role/${name}\nsource_profile = base\n`,
  )
  await writeFile(
    path.join(home, '.aws/config'),
    `${roles.join('')}[profile base]\naws_access_key_id = AKIABASE000000000001\naws_secret_access_key = x\n`,
  )
})
afterAll(() => removeFolder(home))

/** What rows with the same `common` say alike. */
const inCommon = ({ auth, profile, profilePinnedBy, role, intended, predicted, aws }: IdentityRow) => ({
  auth,
  profile,
  profilePinnedBy,
  role,
  intended,
  predicted,
  aws,
})

test('identities, findings and rows of forms are those of every entry for itself', async () => {
  const environment = environmentOf('app', { HOME: home, PATH: '/nowhere' })
  const known = (at: number, own: boolean) =>
    readFileOf(`/k/${at}`, {
      source: own ? 'KUBECONFIG' : 'opened',
      own,
      trusted: own,
      currentContext: 'context-1',
    })
  const words = wordsOf([
    { file: '/k/0', context: 'context-1', cluster: arn('prod'), principal: 'arn:aws:iam::1:role/me' },
  ])
  let formed = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(usualKubeconfig, { minLength: 1, maxLength: 2 }),
      fc.boolean(),
      async (texts, foreign) => {
        const read = async (how: 'scan' | 'parse') => {
          const view = viewOf(
            1,
            texts.map((text, at) => ({
              file: known(at, at === 0 || !foreign),
              document: readDocument(`/k/${at}`, text, how),
            })),
          )
          const resolved = view.resolved()
          if (how === 'scan') formed += resolved.filter(({ userForm }) => userForm !== null).length
          const identities = await assembleIdentities({
            snapshot: view.snapshot,
            resolved,
            ...(how === 'scan' ? { namesOnce: view.namesOnce() } : {}),
            environment,
            aws: awsFilesOnce(home, 'linux'),
            programs: programsOnce(new Map()),
            trust: nothingAllowed,
            words,
            now: 0,
          })
          const rows = identities.rows.map((row) => ({
            context: row.resolved.id,
            auth: row.auth,
            meant: row.meant,
            profile: row.profile,
            intended: row.intended,
            predicted: row.predicted,
            sharedWith: row.others.sharedWith,
            findings: row.findingIds,
          }))
          return { identities, rows, contexts: identities.contexts, findings: identities.findings }
        }
        const [fast, full] = [await read('scan'), await read('parse')]
        expect({ texts, contexts: fast.contexts, findings: fast.findings, rows: fast.rows }).toEqual({
          texts,
          contexts: full.contexts,
          findings: full.findings,
          rows: full.rows,
        })
        expect(fast.rows).toEqual(
          fast.contexts.map((one) => ({
            context: one.context,
            auth: one.auth,
            meant: one.meant,
            profile: one.profile,
            intended: one.intended,
            predicted: one.predicted,
            sharedWith: one.sharedWith,
            findings: [...new Set(one.findings.map(({ id }) => id))],
          })),
        )
        for (const { effective, others, findingIds } of fast.identities.rows)
          if (effective) expect(findingIds.includes('shared-user')).toBe(others.sharedWith.length > 0)
        for (const { identities } of [fast, full]) {
          const known = new Map<object, unknown>()
          for (const row of identities.rows) {
            if (row.common === null) continue
            const said = inCommon(row)
            if (known.has(row.common)) expect(said).toEqual(known.get(row.common))
            known.set(row.common, said)
          }
        }
      },
    ),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 5_000 : 30, seed: 11, endOnFailure: true },
  )
  expect(formed).toBeGreaterThan(100)
})
