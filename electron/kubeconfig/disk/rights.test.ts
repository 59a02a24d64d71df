import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { entryId } from '../../../shared/kubeconfig/entries'
import { bundled } from '../../testing/bundle'
import { replaceFile } from '../../testing/replace-file'
import { readForWriting, type StepHook } from './replace'

const [named, member, group, stranger] = [4_321, 4_325, 4_322, 4_329]
const text = 'apiVersion: v1\nkind: Config\ncontexts:\n- {name: one, context: {cluster: c, user: u}}\n'
let folder = ''
let file = ''
let writer = ''

beforeAll(async () => {
  writer = await bundled('electron/testing/kubeconfig-writer.ts')
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-rights-'))
  chmodSync(folder, 0o755)
  file = join(folder, 'config')
  writeFileSync(file, text, { mode: 0o600 })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const as = (uid: number, gid: number): readonly string[] => [
  'setpriv',
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--clear-groups',
]

/** As that user this process opens it: nothing else of it runs meanwhile. */
function readableBy(path: string, uid: number, gid = uid): boolean {
  const groups = process.getgroups?.() ?? []
  process.setgroups?.([])
  process.setegid?.(gid)
  process.seteuid?.(uid)
  try {
    closeSync(openSync(path, 'r'))
    return true
  } catch {
    return false
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
    process.setgroups?.(groups)
  }
}

/** Who of four users can read it: by name in a list, by group, by neither; and the whole of its rights. */
const rights = (path = file) => ({
  named: readableBy(path, named),
  member: readableBy(path, member, group),
  stranger: readableBy(path, stranger),
  list: execFileSync('getfacl', ['-cnp', '--', path], { encoding: 'utf8' }),
  attributes: execFileSync('getfattr', ['-d', '-m', '-', '--absolute-names', '--', path], {
    encoding: 'utf8',
  }),
})
const acl = (...args: readonly string[]) => execFileSync('setfacl', [...args])

async function write(hook?: StepHook) {
  const state = await readForWriting(file)
  if (!state.ok) throw new Error(state.fault.message)
  return await replaceFile(state.value, Buffer.from(`${text}# new\n`), { hook })
}

/** Whether any of the users can read any new file beside the old one, at any step. */
function watching(seen: string[]): StepHook {
  return (step) => {
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.tmp')))
      for (const inside of ['new', 'clean'])
        for (const [uid, gid] of [
          [named, named],
          [member, group],
          [stranger, stranger],
        ] as const)
          if (readableBy(join(folder, name, inside), uid, gid)) seen.push(`${step} ${inside} ${uid}`)
  }
}

const cases: readonly (readonly [string, () => void])[] = [
  [
    'a list that names a user: its mask is no permission of the group',
    () => {
      chownSync(file, 0, group)
      acl('-m', `u:${named}:r`, file)
    },
  ],
  [
    'a list that closes the file to its own group',
    () => {
      chownSync(file, 0, group)
      chmodSync(file, 0o644)
      acl('-m', `g::-,u:${named}:rw`, file)
    },
  ],
  [
    'a list that closes a file, which all others can read, to one user',
    () => {
      chmodSync(file, 0o644)
      acl('-m', `u:${named}:-`, file)
    },
  ],
  [
    'a plain file in a folder that gives every new file a list',
    () => {
      chmodSync(file, 0o640)
      acl('-d', '-m', `u:${named}:rwx,g:${group}:rwx`, folder)
    },
  ],
  ['a file for its owner alone, in such a folder', () => acl('-d', '-m', `u:${named}:rwx,o::r`, folder)],
  [
    'a file with a list, in a folder that gives another one',
    () => {
      acl('-d', '-m', `u:${stranger}:rwx,g:${group}:r`, folder)
      acl('-m', `u:${named}:r`, file)
    },
  ],
  ['a folder with a list of its own that gives nothing on', () => acl('-m', `u:${named}:rwx`, folder)],
  [
    'attributes of the user’s own',
    () => {
      chmodSync(file, 0o640)
      execFileSync('setfattr', ['-n', 'user.note', '-v', 'keep me', file])
      execFileSync('setfattr', ['-n', 'user.other', '-v', 'and me', file])
    },
  ],
  [
    'attributes and a list, for another owner and group',
    () => {
      chownSync(file, named, group)
      acl('-m', `u:${stranger}:r`, file)
      execFileSync('setfattr', ['-n', 'user.note', '-v', 'keep me', file])
    },
  ],
  ['set-id and sticky bits', () => chmodSync(file, 0o7640)],
]

describe.runIf(process.getuid?.() === 0 && process.platform === 'linux')('a write keeps', () => {
  test.each(cases)('%s', async (_, prepare) => {
    prepare()
    const before = rights()
    const seen: string[] = []
    // What can be read of the old file can be read of the new one, and nothing else at any moment.
    const hook = watching(seen)
    const done = await write(hook)
    expect(done).toMatchObject({ ok: true, value: { kind: 'replaced', way: 'rename' } })
    expect(readFileSync(file, 'utf8')).toContain('# new')
    expect(rights()).toEqual(before)
    expect(seen).toEqual([])
    expect(readdirSync(folder)).toEqual(['config'])
  })

  test('the mode under a umask that takes all of them from a new file, for an ordinary user', () => {
    for (const path of [folder, file]) chownSync(path, stranger, stranger)
    chmodSync(file, 0o640)
    const job = {
      list: [file],
      dataFolder: join(folder, 'data'),
      edits: [{ kind: 'set-namespace', context: entryId('context', file, 'one', 0), namespace: 'web' }],
    }
    // Its own folder is made by others of its programs, under a milder one.
    mkdirSync(join(folder, 'data/history/latest'), { recursive: true })
    mkdirSync(join(folder, 'data/history/copies'), { recursive: true })
    execFileSync('chown', ['-R', `${stranger}`, join(folder, 'data')])
    const [command = '', ...args] = as(stranger, stranger)
    const script = 'umask 0377; exec "$@"'
    const run = [...args, 'sh', '-c', script, 'sh', process.execPath, writer, JSON.stringify(job)]
    expect(JSON.parse(execFileSync(command, run, { encoding: 'utf8' }))).toMatchObject({ kind: 'written' })
    expect(execFileSync('stat', ['-c', '%a %u', file], { encoding: 'utf8' })).toBe(`640 ${stranger}\n`)
  })

  test('for a user who may not give a file all of its attributes, nothing is written, or in place when that is permitted', () => {
    const home = join(folder, 'home')
    mkdirSync(home)
    for (const path of [folder, home, file]) chownSync(path, stranger, stranger)
    execFileSync('setfattr', ['-n', 'security.ekscope', '-v', 'by root', file])
    const before = rights()
    const run = (inPlace: readonly string[]): unknown => {
      const job = {
        list: [file],
        dataFolder: join(home, 'data'),
        edits: [{ kind: 'set-namespace', context: entryId('context', file, 'one', 0), namespace: 'web' }],
        inPlace,
      }
      const [command = '', ...args] = [
        ...as(stranger, stranger),
        process.execPath,
        writer,
        JSON.stringify(job),
      ]
      return JSON.parse(execFileSync(command, args, { encoding: 'utf8' }))
    }
    expect(run([])).toMatchObject({ kind: 'obstructed', obstacles: [{ path: file, reason: 'rights' }] })
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(readdirSync(folder).sort()).toEqual(['config', 'home'])
    expect(run([file])).toMatchObject({ kind: 'written' })
    expect(readFileSync(file, 'utf8')).toContain('namespace: web')
    expect(rights()).toEqual(before)
  })
})
