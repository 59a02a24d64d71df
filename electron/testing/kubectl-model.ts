/** A file as kubectl reads it, in the form that edits work on: what was asked can be carried out on either side of a write. */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { EditModel } from '../../shared/edits/model'
import { isList, isMap, type Json, type JsonMap, withKey } from '../../shared/json'
import { type EntryKind, entryId, entryKinds } from '../../shared/kubeconfig/entries'

type ModelFile = EditModel['files'][number]

/** Writes the text to `place` and asks kubectl; entries get the ids that they have in the file `path`. Rejects where it refuses. */
export async function kubectlModel(place: string, path: string, text: string): Promise<ModelFile> {
  writeFileSync(place, text, { mode: 0o600 })
  const { stdout } = await promisify(execFile)('kubectl', [
    ...['config', 'view', '--raw', '-o', 'json'],
    ...['--kubeconfig', place],
  ])
  const value: Json = JSON.parse(stdout.replaceAll(`${dirname(place)}/`, ''))
  const top = isMap(value) ? value : {}
  const list = (kind: EntryKind) => {
    const items = top[`${kind}s`]
    return (isList(items) ? items : []).flatMap((item) => {
      if (!isMap(item) || typeof item.name !== 'string') return []
      const inner = item[kind]
      return [
        {
          id: entryId(kind, path, item.name, 0),
          kind,
          name: item.name,
          value: known(isMap(inner) ? inner : {}),
          from: null,
        },
      ]
    })
  }
  const current = top['current-context']
  return {
    path,
    exists: true,
    listed: true,
    unreadable: null,
    currentContext: typeof current === 'string' && current !== '' ? current : null,
    cluster: list('cluster'),
    user: list('user'),
    context: list('context'),
  }
}

/** Without what kubectl fills in by itself, and without paths, which it makes relative to its working folder. */
function known(value: JsonMap): JsonMap {
  const { exec } = value
  if (!isMap(exec)) return value
  let next = exec
  if (next.env === null) next = withKey(next, 'env', undefined)
  return withKey(
    value,
    'exec',
    withKey(withKey(next, 'interactiveMode', undefined), 'provideClusterInfo', undefined),
  )
}

/** What it means, entries in the order of their names as kubectl lists them. */
export function meaningOf(model: EditModel): unknown {
  return model.files.map((file) => ({
    path: file.path,
    currentContext: file.currentContext,
    ...Object.fromEntries(
      entryKinds.map((kind) => [
        kind,
        file[kind]
          .map(({ name, value }) => [name, stripped(known(value))])
          .sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1)),
      ]),
    ),
  }))
}

/** A path's folder is another one before and after a move; kubectl resolves it against ours. */
function stripped(value: JsonMap): JsonMap {
  return withKey(value, 'certificate-authority', undefined)
}
