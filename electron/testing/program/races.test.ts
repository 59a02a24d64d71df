/** Many writers of one file at once, as real processes: Ekscope among itself and beside kubectl. (Beside aws: overwritten.test.ts.) */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { openHistory } from '../../kubeconfig/disk/write-history'
import { type Run, realProgram } from '../real-programs'
import { useTerminal } from './terminal'

const writers = full ? 50 : 5
const patient = { timeout: 120_000 }

/** It takes no lock. */
const kubectxThere = ['/usr/bin/kubectx', '/usr/local/bin/kubectx'].some((file) => existsSync(file))

const original = (contexts: number) => {
  const lines = (write: (i: number) => string) =>
    Array.from({ length: contexts }, (_, i) => write(i)).join('')
  return `apiVersion: v1
kind: Config
clusters:
- name: prod
  cluster: {server: "https://prod.test"}
contexts:
${lines((i) => `- name: c${i}\n  context: {cluster: prod, user: u${i}}\n`)}users:
${lines((i) => `- name: u${i}\n  user: {token: token-of-${i}}\n`)}`
}
const terminal = useTerminal({ config: original(10) })
const contextNames = async () => [...(await terminal.kubectl()).contexts.keys()]

interface Told {
  readonly name: string
  readonly run: Run
}
/** Those that Ekscope reported as done. */
const reported = (all: readonly Told[]) => all.filter(({ run }) => run.status === 0).map(({ name }) => name)
const cloneAll = (times: number): readonly Promise<Told>[] =>
  Array.from({ length: times }, async (_, i) => {
    const name = `copy-${i}`
    return { name, run: await terminal.ekscope(['clone', 'c1', name, '--json'], {}, patient) }
  })

describe(`${writers} at once`, () => {
  test.skipIf(!full)(
    'ekscope clone among itself: all there, each with a user of its own, and each in the history',
    async () => {
      const all = await Promise.all(cloneAll(writers))
      expect(all.filter(({ run }) => run.status !== 0).map(({ run }) => run.stderr)).toEqual([])
      const names = await contextNames()
      expect(names.length).toBe(10 + writers)
      expect(reported(all).filter((name) => !names.includes(name))).toEqual([])
      expect((await openHistory(path.join(terminal.state, 'history')).list()).length).toBe(writers)
    },
    300_000,
  )

  const homes = full ? 120 : 8
  const shared = full ? 8 : 4
  test(`${homes} processes on ${shared} files with one data folder: each write is on disk, in the history and can be had back`, async () => {
    const files = Array.from({ length: shared }, (_, i) => terminal.write(`file-${i}`, original(10)))
    const all = await Promise.all(
      Array.from({ length: homes }, async (_, i) => {
        const file = files[i % files.length] ?? ''
        const name = `copy-${i}`
        const words = ['clone', 'c1', name, '--json', '--kubeconfig', file]
        return { name, file, run: await terminal.ekscope(words, {}, patient) }
      }),
    )
    expect(all.filter(({ run }) => run.status !== 0).map(({ run }) => run.stderr)).toEqual([])
    const history = openHistory(path.join(terminal.state, 'history'))
    const records = await history.list()
    expect(records).toHaveLength(homes)
    for (const { name, file } of all) {
      expect(terminal.text(file)).toContain(`name: ${name}\n`)
      expect(
        records.filter(({ titles }) => titles.some((title) => title.startsWith(`${name}:`))),
      ).toHaveLength(1)
    }
    for (const { id, files: written } of records)
      for (const { realPath } of written)
        expect((await history.bytesOf(id, realPath, 'before')).ok).toBe(true)
    const left = readdirSync(path.join(terminal.state, 'history')).filter(
      (name) => !/^\d.*Z-[0-9a-f]{8}\.json$/.test(name),
    )
    expect(left.sort()).toEqual(['copies', 'index.jsonl', 'latest'])
    for (const file of files)
      expect(readdirSync(path.dirname(file)).filter((one) => one.includes('.lock'))).toEqual([])
  }, 300_000)

  test.runIf(full)(
    'moves into three new files in folders with default access control lists: each context is in one file, no file can be read by more users',
    async () => {
      const access = (file: string) => execFileSync('getfacl', ['-cnp', '--', file], { encoding: 'utf8' })
      terminal.write('.kube/config', original(writers))
      execFileSync('setfacl', ['-m', 'u:4321:r', terminal.file])
      const before = access(terminal.file)
      const files = ['x', 'y', 'z'].map((name) => {
        const folder = path.join(terminal.home, name)
        mkdirSync(folder)
        execFileSync('setfacl', ['-d', '-m', 'u:4322:rwx,g::rwx,o::r', folder])
        return path.join(folder, 'config')
      })
      const runs = await Promise.all(
        Array.from({ length: writers }, (_, i) =>
          terminal.ekscope(['move', `c${i}`, '--to', files[i % 3] ?? '', '--json'], {}, patient),
        ),
      )
      expect(runs.filter(({ status }) => status !== 0).map(({ stderr }) => stderr)).toEqual([])
      const where = await Promise.all(
        [terminal.file, ...files].map(async (file) => [...(await terminal.kubectl(file)).contexts.keys()]),
      )
      expect(where.map((names) => names.length)).toEqual([0, 17, 17, 16])
      expect(new Set(where.flat()).size).toBe(writers)
      expect(access(terminal.file)).toBe(before)
      // What the folder's list gives is masked: only the owner reads it.
      for (const file of files)
        expect(
          access(file)
            .split('\n')
            .filter((line) => line !== '' && !line.endsWith('---')),
        ).toEqual(['user::rw-'])
      const records = await openHistory(path.join(terminal.state, 'history')).list()
      expect(records).toHaveLength(writers)
    },
    300_000,
  )

  test('beside kubectl config set-context: readable, no original missing, all that Ekscope reported there', async () => {
    const { lost, missing } = await besideKubectl(10)
    expect([lost, missing]).toEqual([[], []])
  }, 300_000)

  test.runIf(full)(
    'the same at 1,000 contexts is counted',
    async () => {
      terminal.write('.kube/config', original(1_000))
      const { lost, missing, done } = await besideKubectl(1_000)
      console.log(
        `1,000 contexts, ${writers} ekscope beside ${writers} kubectl: ${done} reported, ${lost.length} of them lost, ${missing.length} originals missing`,
      )
    },
    600_000,
  )

  // Beside aws, which takes no lock either, in every run: overwritten.test.ts.
  test.skipIf(!full).each([10, 1_000, 10_000])(
    'beside kubectl and kubectx at %i contexts: what was reported is there, or is named as taken back',
    async (contexts) => {
      const times = contexts > 1_000 ? 12 : 30
      terminal.write('.kube/config', original(contexts))
      const { state, kubectl, kubectx, ekscope } = await besideBoth(contexts, times)
      // What was undone after a command had ended is for the next command to say.
      const later = await terminal.ekscope(['history'], {}, patient)
      const said = [...ekscope.map(({ run }) => run.stderr), later.stderr].join('\n')
      // A refusal wrote nothing, and says so.
      const reported = ekscope.filter(({ run }) => /"written": true/.test(run.stdout))
      if (state === null) {
        console.log(`${contexts} contexts: kubectx, which writes in place, left the file torn`)
        return
      }
      const gone = reported.filter(({ name, value }) => state.get(name) !== value)
      const refusals = new Set(
        ekscope.flatMap(({ run }) => /"code": "([a-z-]+)"/.exec(run.stdout)?.[1] ?? []),
      )
      const isNamed = ({ name }: { readonly name: string }) => new RegExp(`\\b${name}\\b`).test(said)
      const done = (all: readonly Run[]) =>
        `${all.filter(({ status }) => status === 0).length} of ${all.length}`
      console.log(
        `${contexts} contexts: ${reported.length} of ${ekscope.length} reported, ${reported.length - gone.length} there, ${gone.filter(({ run }) => run.status === 3).length} named at once, ${gone.filter(({ run }) => run.status === 0).length} later; kubectl ${done(kubectl)}, kubectx ${done(kubectx)}; refusals: ${[...refusals].join(', ') || 'none'}`,
      )
      expect(gone.filter((one) => !isNamed(one))).toEqual([])
    },
    1_800_000,
  )

  /** Each Ekscope writes a value of a context of its own, all through the time that the others write. */
  async function besideBoth(contexts: number, times: number) {
    const long = { timeout: 900_000 }
    const queue = path.join(terminal.home, 'queue')
    const turn = (i: number) => sleep((i * (contexts > 1_000 ? 9_000 : 3_000)) / times)
    const kubectl = Array.from({ length: Math.ceil(times / 2) }, (_, i) =>
      terminal.run(
        'flock',
        [queue, realProgram('kubectl'), 'config', 'set-context', `theirs-${i}`, '--cluster', 'prod'],
        {},
        long,
      ),
    )
    const kubectx = kubectxThere
      ? Array.from({ length: Math.ceil(times / 3) }, async (_, i) => {
          await turn(i * 3)
          // Two of them at once leave the file torn.
          return await terminal.run('flock', [`${queue}-x`, 'kubectx', `c${i % contexts}`], {}, long)
        })
      : []
    const ekscope = Array.from({ length: times }, async (_, i) => {
      await turn(i)
      const [name, value] = [`c${i}`, `ours-${i}`]
      return { name, value, run: await terminal.ekscope(['set-namespace', name, value, '--json'], {}, long) }
    }).slice(0, contexts)
    const all = {
      kubectl: await Promise.all(kubectl),
      kubectx: await Promise.all(kubectx),
      ekscope: await Promise.all(ekscope),
    }
    const names = await terminal.kubectl().then(
      (read) => read.contexts,
      () => null,
    )
    const state = names && new Map([...names].map(([name, { namespace }]) => [name, namespace]))
    return { ...all, state }
  }

  /** kubectl alone loses its own writes, so these wait for each other; Ekscope does not. */
  async function besideKubectl(contexts: number) {
    const queue = path.join(terminal.home, 'queue')
    const theirs = Array.from({ length: writers }, (_, i) =>
      terminal.run(
        'flock',
        [queue, realProgram('kubectl'), 'config', 'set-context', `theirs-${i}`, '--cluster', 'prod'],
        {},
        patient,
      ),
    )
    const all = await Promise.all(cloneAll(writers))
    await Promise.all(theirs)
    const names = new Set(await contextNames())
    const done = reported(all)
    return {
      done: done.length,
      lost: done.filter((name) => !names.has(name)),
      missing: Array.from({ length: contexts }, (_, i) => `c${i}`).filter((name) => !names.has(name)),
    }
  }
})
