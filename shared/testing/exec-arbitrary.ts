/** Exec entries in every spelling that aws and the authenticator read, and the edits of them. */
import fc from 'fast-check'
import type { RawVariable } from '../exec/parse'
import { programOf } from '../exec/program-arguments'
import { type EditedExec, type Pin, setEksName, setProfile, setRegion, setRole } from '../exec/set-values'
import { at, type JsonMap, textOf } from '../json'

/** An exec entry. */
export interface ArbitraryExec {
  readonly apiVersion: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: readonly RawVariable[]
}

/** Values that a setting can have. */
export interface ExecValues {
  readonly region: fc.Arbitrary<string>
  readonly profile: fc.Arbitrary<string>
  readonly role: fc.Arbitrary<string>
  readonly cluster: fc.Arbitrary<string>
}

/** One flag as one or two arguments. */
type Piece = readonly string[]

const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)

type Joint = 'separate' | '=' | 'attached'

const orEmpty = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: fc.constant('') })

/** A flag in one of its spellings; to aws no value can stand by itself that begins with a dash. */
const spelt = (
  spellings: readonly string[],
  value: fc.Arbitrary<string>,
  joints: readonly Joint[],
): fc.Arbitrary<Piece> =>
  fc.tuple(oneOf(...spellings), orEmpty(value), oneOf(...joints)).map(([flag, text, joint]) => {
    if (joint === 'separate' && !text.startsWith('-')) return [flag, text]
    // `-x=` and `-x` alone would not be empty.
    if (text === '' && !flag.startsWith('--')) return [flag, '']
    return [joint === 'attached' && !flag.startsWith('--') ? flag + text : `${flag}=${text}`]
  })

/** Pieces in the given order with others between them; `split`: also between a flag and its value. */
function among(
  pieces: readonly Piece[],
  others: readonly (readonly [Piece, number])[],
  split: boolean,
): readonly string[] {
  const slots: Piece[] = split ? pieces.flatMap((piece) => piece.map((word) => [word])) : [...pieces]
  for (const [piece, at] of others) slots.splice(at % (slots.length + 1), 0, piece)
  return slots.flat()
}

const placed = (piece: fc.Arbitrary<Piece>, maxLength: number) =>
  fc.array(fc.tuple(piece, fc.nat({ max: 30 })), { maxLength })

function variables(
  names: Readonly<Record<string, fc.Arbitrary<string>>>,
): fc.Arbitrary<readonly RawVariable[]> {
  const all = Object.entries(names).map(([name, value]) =>
    orEmpty(value).map((text) => ({ name, value: text })),
  )
  return fc.array(fc.oneof(...all), { maxLength: 3 })
}

/**
 * `aws … eks … get-token …`: global options anywhere, also between a later flag and its value; options of get-token
 * behind it, or with `=` before it.
 */
export function awsExec(values: ExecValues): fc.Arbitrary<ArbitraryExec> {
  const { region, profile, role, cluster } = values
  const both = ['separate', '='] as const
  const global = fc.oneof(
    spelt(['--region', '--regio', '--reg', '--r'], region, both),
    spelt(['--profile', '--prof', '--p'], profile, both),
    oneOf<Piece>(['--output', 'json'], ['--o=json'], ['--out', 'json']),
  )
  const named = fc.oneof(
    { weight: 5, arbitrary: fc.constant(['--cluster-name', '--cluster-n']) },
    { weight: 1, arbitrary: fc.constant(['--cluster-id', '--cluster-i']) },
  )
  const clusterFlag = (joints: readonly Joint[]) =>
    named.chain((spellings) => spelt(spellings, cluster, joints))
  const own = (joints: readonly Joint[]) =>
    fc.oneof(spelt(['--role', '--role-arn', '--role-a', '--ro'], role, joints), clusterFlag(joints))
  return fc
    .record({
      command: oneOf(
        'aws',
        '/usr/bin/aws',
        'aws.exe',
        'AWS.CMD',
        'C:\\Program Files\\Amazon\\AWSCLIV2\\aws.exe',
      ),
      name: clusterFlag(both),
      behind: fc.array(own(both), { maxLength: 3 }),
      before: placed(own(['=']), 2),
      left: placed(global, 2),
      right: placed(global, 2),
      env: variables({
        AWS_PROFILE: profile,
        AWS_DEFAULT_PROFILE: profile,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        OTHER: oneOf('', 'x'),
      }),
    })
    .map(({ command, name, behind, before, left, right, env }) => {
      const head = among([['eks'], ['get-token']], [...before, ...left], false)
      return { apiVersion, command, args: [...head, ...among([name, ...behind], right, true)], env }
    })
}

/** `aws-iam-authenticator … token …`: flags on both sides, long, short, with `=` and attached. */
export function authenticatorExec({
  region,
  profile,
  role,
  cluster,
}: ExecValues): fc.Arbitrary<ArbitraryExec> {
  const all = ['separate', '=', 'attached'] as const
  const flag = fc.oneof(
    spelt(['--role', '-r'], role, all),
    spelt(['--cluster-id', '-i'], cluster, all),
    spelt(['--region'], region, all),
    spelt(['--external-id', '-e'], oneOf('x', 'two words'), all),
    spelt(['--session-name', '-s'], oneOf('s'), all),
    oneOf<Piece>(['--cache'], ['--forward-session-name']),
  )
  return fc
    .record({
      command: oneOf('aws-iam-authenticator', '/opt/aws-iam-authenticator', 'aws-iam-authenticator.exe'),
      flags: placed(flag, 5),
      env: variables({
        AWS_PROFILE: profile,
        AWS_DEFAULT_PROFILE: profile,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        DEFAULT_ROLE: role,
        KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID: cluster,
        OTHER: oneOf('', 'x'),
      }),
    })
    .map(({ command, flags, env }) => ({ apiVersion, command, args: among([['token']], flags, false), env }))
}

const apiVersion = 'client.authentication.k8s.io/v1beta1'

/** An edit of one setting of an entry. */
export interface ExecEdit {
  readonly setting: 'role' | 'profile' | 'region' | 'cluster'
  /** Null removes it: only of a role or a profile. */
  readonly value: string | null
  readonly pin: Pin | null
}

export function execEdit(values: ExecValues): fc.Arbitrary<ExecEdit> {
  return fc.constantFrom('role', 'profile', 'region', 'cluster').chain((setting) =>
    fc.record({
      setting: fc.constant(setting),
      value:
        setting === 'role' || setting === 'profile'
          ? fc.option(values[setting], { freq: 3 })
          : values[setting],
      pin: fc.constantFrom('arg', 'env', null),
    }),
  )
}

/** The edited entry, or why it cannot be. */
export function editedBy(entry: JsonMap, { setting, value, pin }: ExecEdit): EditedExec {
  switch (setting) {
    case 'role':
      return setRole(entry, value)
    case 'profile':
      // The authenticator has no argument for it, which is refused.
      return setProfile(entry, value, programOf(textOf(at(entry, 'command'))) === 'aws' ? pin : null)
    case 'region':
      return setRegion(entry, value ?? '')
    case 'cluster':
      return setEksName(entry, value ?? '')
  }
}

/** An entry as the edit model has it, and back. */
export const jsonOf = (entry: ArbitraryExec): JsonMap => ({
  ...entry,
  env: entry.env.map(({ name, value }) => ({ name, value })),
})
export const execOf = ({ args, env, command, apiVersion: version }: JsonMap): ArbitraryExec => ({
  apiVersion: String(version),
  command: String(command),
  args: Array.isArray(args) ? args.map(String) : [],
  env: Array.isArray(env) ? env.map(({ name, value }) => ({ name: String(name), value: String(value) })) : [],
})
