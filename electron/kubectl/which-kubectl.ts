/** Which kubectl an environment has, and whether it supports a policy for exec commands: read from its binary. Nothing is run. */
import { realpath, stat } from 'node:fs/promises'
import { once } from '../../shared/once'
import { goBuildOf } from '../aws/installed/go-build'
import { leadsTo } from '../system/look-path'
import { openWithoutWaiting, withFile } from '../system/with-file'

type Variables = Readonly<Record<string, string>>

/** The first kubectl of PATH. */
export interface Kubectl {
  readonly path: string
  /** `1.35.2`; null where the binary does not say it. */
  readonly version: string | null
  /** It obeys credentialPluginPolicy of the kuberc, as kubectl does since 1.35; null: unknown. */
  readonly obeys: boolean | null
  /** It reads `command` in an item of the list, as kubectl does since 1.36; null: unknown. */
  readonly commandItems: boolean | null
}

const known = new Map<string, Promise<Omit<Kubectl, 'path'>>>()

/** The kubectl that a terminal with these variables would run; null where there is none. */
export async function kubectlIn(variables: Variables): Promise<Kubectl | null> {
  const path = await leadsTo('kubectl', variables)
  if (path === null) return null
  try {
    const real = await realpath(path)
    const { size, mtimeMs } = await stat(real)
    return { path, ...(await once(known, `${real} ${size} ${mtimeMs}`, () => readProgram(real))) }
  } catch {
    return { path, ...unknown }
  }
}

const unknown = { version: null, obeys: null, commandItems: null } as const

async function readProgram(path: string): Promise<Omit<Kubectl, 'path'>> {
  const build = await goBuildOf(path)
  // A shim, a script, and a program of another name that starts one of several.
  if (!/^k8s\.io\/(?:kubernetes|kubectl)\/cmd\/kubectl$/.test(build?.main ?? '')) return unknown
  // The kubectl of EKS has a suffix. What a pre-release version can do is unknown.
  const version = /^v(1\.\d+\.\d+)(?:[+-]eks.*)?$/.exec(build?.module?.version ?? '')?.[1] ?? null
  if (version !== null) {
    const minor = Number(version.split('.')[1])
    return { version, obeys: minor >= 35, commandItems: minor >= 36 }
  }
  // Distributions leave the version out. Its bytes still hold the names of its settings, and a message about two of them.
  const [obeys, commandItems] = await holds(path, [
    'credentialPluginPolicy',
    '`Name` and `Command` were supplied',
  ])
  return { version, obeys: obeys ?? null, commandItems: commandItems ?? null }
}

const chunkBytes = 4 * 1024 * 1024
const mostBytes = 512 * 1024 * 1024

/** Whether a file has each of these texts. */
const holds = (path: string, texts: readonly string[]): Promise<readonly boolean[]> =>
  withFile(path, openWithoutWaiting, async (handle) => {
    const found = texts.map(() => false)
    const overlap = Math.max(...texts.map(({ length }) => length))
    const buffer = Buffer.alloc(chunkBytes + overlap)
    for (let position = 0; position < mostBytes; position += chunkBytes) {
      const { bytesRead } = await handle.read({ buffer, position })
      const bytes = buffer.subarray(0, bytesRead)
      for (const [index, text] of texts.entries()) found[index] ||= bytes.includes(text)
      if (bytesRead < buffer.length) break
    }
    return found
  })
