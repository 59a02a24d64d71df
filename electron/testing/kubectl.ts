/** The real kubectl as judge of what a kubeconfig says; and both readings in one form that can be compared. */
import { join } from 'node:path'
import * as v from 'valibot'
import type { KubeconfigDocument } from '../kubeconfig/read/document'
import { mergeDocuments } from '../kubeconfig/read/merge'
import { realProgram, runProgram } from './real-programs'

const text = v.optional(v.string(), '')
const flag = v.optional(v.boolean(), false)
const list = <T extends v.GenericSchema>(item: T) => v.nullish(v.array(item), [])
const extensions = list(v.looseObject({ name: v.string() }))
const view = v.nullable(
  v.looseObject({
    'current-context': text,
    clusters: list(
      v.looseObject({
        name: v.string(),
        cluster: v.looseObject({
          server: text,
          'tls-server-name': text,
          'insecure-skip-tls-verify': flag,
          'certificate-authority-data': text,
          'proxy-url': text,
          'disable-compression': flag,
          extensions,
        }),
      }),
    ),
    users: list(
      v.looseObject({
        name: v.string(),
        user: v.looseObject({
          token: text,
          username: text,
          password: text,
          'client-certificate-data': text,
          'client-key-data': text,
          as: text,
          'as-uid': text,
          'as-groups': list(v.string()),
          // Not v.record: it drops a key named __proto__.
          'as-user-extra': v.optional(v.unknown()),
          'auth-provider': v.nullish(v.looseObject({ name: text })),
          exec: v.nullish(
            v.looseObject({
              command: text,
              args: list(v.string()),
              env: list(v.looseObject({ name: v.string(), value: v.string() })),
              apiVersion: text,
              installHint: text,
              interactiveMode: text,
              provideClusterInfo: flag,
            }),
          ),
          extensions,
        }),
      }),
    ),
    contexts: list(
      v.looseObject({
        name: v.string(),
        context: v.looseObject({ cluster: text, user: text, namespace: text, extensions }),
      }),
    ),
  }),
)

/** What a list of files says, entry by entry, sorted by name; paths left out, certificates as hex. */
export interface Reading {
  readonly currentContext: string
  readonly clusters: readonly unknown[]
  readonly users: readonly unknown[]
  readonly contexts: readonly unknown[]
}

export type KubectlAnswer =
  | { readonly ok: true; readonly reading: Reading }
  | { readonly ok: false; readonly message: string }

/** Asks kubectl what the files say, in the order of the list; with one file as `--kubeconfig` would take it. */
export async function askKubectl(
  folder: string,
  paths: readonly string[],
  program = realProgram('kubectl'),
): Promise<KubectlAnswer> {
  const run = await runProgram(program, ['config', 'view', '--raw', '-o', 'json'], {
    HOME: folder,
    KUBECONFIG: paths.join(':'),
    PATH: '/usr/bin:/bin',
  })
  if (run.status !== 0) return { ok: false, message: run.stderr.trim() }
  return { ok: true, reading: fromKubectl(JSON.parse(run.stdout)) }
}

/** `config view` does not say of an empty file what it does of an absent one: both are empty here. */
function fromKubectl(printed: unknown): Reading {
  const config = v.parse(view, printed)
  if (config === null) return { currentContext: '', clusters: [], users: [], contexts: [] }
  return {
    currentContext: config['current-context'],
    clusters: byName(
      (config.clusters ?? []).map(({ name, cluster }) => ({
        name,
        server: cluster.server,
        tlsServerName: cluster['tls-server-name'],
        insecure: cluster['insecure-skip-tls-verify'],
        authority: hex(cluster['certificate-authority-data']),
        proxy: cluster['proxy-url'],
        compression: cluster['disable-compression'],
        extensions: (cluster.extensions ?? []).length > 0,
      })),
    ),
    users: byName(
      (config.users ?? []).map(({ name, user }) => ({
        name,
        token: user.token,
        username: user.username,
        password: user.password,
        certificate: hex(user['client-certificate-data']),
        key: hex(user['client-key-data']),
        as: user.as,
        uid: user['as-uid'],
        groups: user['as-groups'] ?? [],
        extra: sorted(
          Object.entries(user['as-user-extra'] ?? {}).map(
            ([key, values]) => [key, v.parse(list(v.string()), values) ?? []] as const,
          ),
        ),
        provider: user['auth-provider']?.name ?? null,
        exec: user.exec
          ? {
              // A command with a separator is printed resolved or not, depending on the list.
              command: user.exec.command.includes('/') ? '/' : user.exec.command,
              args: user.exec.args ?? [],
              env: (user.exec.env ?? []).map((each) => [each.name, each.value]),
              apiVersion: user.exec.apiVersion,
              hint: user.exec.installHint,
              mode: user.exec.interactiveMode,
              info: user.exec.provideClusterInfo,
            }
          : null,
        extensions: (user.extensions ?? []).length > 0,
      })),
    ),
    contexts: byName(
      (config.contexts ?? []).map(({ name, context }) => ({
        name,
        cluster: context.cluster,
        user: context.user,
        namespace: context.namespace,
        extensions: (context.extensions ?? []).length > 0,
      })),
    ),
  }
}

/** Our own reading of the same files in the same form. */
export function ownReading(documents: readonly KubeconfigDocument[]): Reading {
  const merged = mergeDocuments(documents)
  const winning = <T>(
    kind: 'cluster' | 'user' | 'context',
    read: (document: KubeconfigDocument, index: number) => T,
  ): T[] =>
    documents.flatMap((document) =>
      (kind === 'cluster' ? document.clusters : kind === 'user' ? document.users : document.contexts)
        .filter((entry) => merged.winner(kind, entry.name)?.document === document)
        .map((entry) => read(document, entry.index)),
    )
  return {
    currentContext: merged.currentContext?.name ?? '',
    clusters: byName(
      winning('cluster', (document, index) => {
        const raw = document.cluster(index)
        return {
          name: raw.name,
          server: raw.server ?? '',
          tlsServerName: raw.tlsServerName ?? '',
          insecure: raw.insecureSkipTlsVerify,
          authority: hex(raw.certificateAuthorityData ?? ''),
          proxy: raw.proxyUrl ?? '',
          compression: raw.disableCompression,
          extensions: raw.extensions,
        }
      }),
    ),
    users: byName(
      winning('user', (document, index) => {
        const raw = document.user(index)
        return {
          name: raw.name,
          token: raw.token ?? '',
          username: raw.username ?? '',
          password: raw.password ?? '',
          certificate: hex(raw.clientCertificateData ?? ''),
          key: hex(raw.clientKeyData ?? ''),
          as: raw.impersonation?.as ?? '',
          uid: raw.impersonation?.uid ?? '',
          groups: raw.impersonation?.groups ?? [],
          extra: sorted(Object.entries(raw.impersonation?.extra ?? {})),
          provider: raw.authProvider,
          exec: raw.exec && {
            command: raw.exec.command?.includes('/') ? '/' : (raw.exec.command ?? ''),
            args: raw.exec.args,
            env: raw.exec.env.map((each) => [each.name, each.value]),
            apiVersion: raw.exec.apiVersion ?? '',
            hint: raw.exec.installHint ?? '',
            mode: raw.exec.interactiveMode ?? defaultMode(raw.exec.apiVersion),
            info: raw.exec.provideClusterInfo,
          },
          extensions: raw.extensions,
        }
      }),
    ),
    contexts: byName(
      winning('context', (document, index) => {
        const raw = document.context(index)
        return {
          name: raw.name,
          cluster: raw.cluster ?? '',
          user: raw.user ?? '',
          namespace: raw.namespace ?? '',
          extensions: raw.extensions,
        }
      }),
    ),
  }
}

/** Asks for many texts at once, each as a file of its own, a few kubectl at a time. */
export async function askKubectlEach(
  folder: string,
  texts: readonly (string | Uint8Array)[],
  write: (path: string, text: string | Uint8Array) => Promise<void>,
  program?: string,
): Promise<readonly KubectlAnswer[]> {
  const answers: KubectlAnswer[] = []
  let next = 0
  const worker = async () => {
    for (;;) {
      const index = next++
      const content = texts[index]
      if (content === undefined) return
      const path = join(folder, `config-${index}`)
      await write(path, content)
      answers[index] = await askKubectl(folder, [path], program)
    }
  }
  await Promise.all([worker(), worker(), worker()])
  return answers
}

/** client-go fills this in while it reads; v1 has no default. */
function defaultMode(apiVersion: string | null): string {
  return apiVersion !== null && /^client\.authentication\.k8s\.io\/v1(?:alpha|beta)1$/.test(apiVersion)
    ? 'IfAvailable'
    : ''
}

function hex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex')
}

function byName<T extends { readonly name: string }>(entries: readonly T[]): readonly T[] {
  return [...entries].sort((a, b) => compare(a.name, b.name))
}

function sorted<T>(entries: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
  return [...entries].sort(([a], [b]) => compare(a, b))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
