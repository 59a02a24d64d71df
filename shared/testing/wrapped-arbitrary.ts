/** Entries of aws and the authenticator inside what people wrap them in, every word in any quotation. */
import fc from 'fast-check'
import type { ArbitraryExec } from './exec-arbitrary'

const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)

/** One word as a shell's script may spell it. */
export function spelling(word: string): fc.Arbitrary<string> {
  const bare = /^[\w@%+:,./-]+$/.test(word)
  const double = `"${word.replace(/["\\$`]/g, '\\$&')}"`
  const single = `'${word.replaceAll("'", `'\\''`)}'`
  const escaped = /^[\x20-\x7e]+$/.test(word) ? word.replace(/[^\w]/g, '\\$&') : single
  const half = /^[\w-]/.test(word)
    ? `${word.charAt(0)}${`'${word.slice(1).replaceAll("'", `'\\''`)}'`}`
    : single
  return fc.constantFrom(...(bare ? [word, word] : []), double, single, escaped, half)
}

/** A script of plain words: variables first, each word in any quotation, blanks of any kind between. */
export function script(
  variables: Readonly<Record<string, string>>,
  words: readonly string[],
): fc.Arbitrary<string> {
  const spelt = [
    ...Object.entries(variables).map(([name, value]) => spelling(value).map((text) => `${name}=${text}`)),
    oneOf('exec', ''),
    ...words.map(spelling),
  ]
  return fc
    .tuple(
      fc.tuple(...spelt),
      fc.array(oneOf(' ', ' ', '  ', '\t', ' \\\n '), { minLength: 5, maxLength: 5 }),
    )
    .chain(([all, blanks]) =>
      oneOf('', '\n', ' ').map((end) => {
        const said = all.filter((word) => word !== '')
        return said.map((word, at) => (at === 0 ? word : `${blanks[at % 5] ?? ' '}${word}`)).join('') + end
      }),
    )
}

/** An entry that wraps another's command; `profile` is whose credentials a wrapper gives. */
export function wrapped(inner: ArbitraryExec, profile: fc.Arbitrary<string>): fc.Arbitrary<ArbitraryExec> {
  const words = [inner.command, ...inner.args]
  const of = (command: string, args: readonly string[]): ArbitraryExec => ({ ...inner, command, args })
  const option = oneOf<readonly string[]>(['-c'], ['-lc'], ['-l', '-c'], ['-ec'], ['-eo', 'pipefail', '-c'])
  const shell = fc.tuple(oneOf('sh', '/bin/sh', 'bash', 'dash'), option, script({}, words))
  const blank = words.some((word) => word === '' || word.includes(' '))
  return fc.oneof(
    shell.map(([command, options, text]) => of(command, [...options, text])),
    fc
      .tuple(profile, option)
      .chain(([name, options]) =>
        script({ AWS_PROFILE: name }, words).map((text) => of('sh', [...options, text])),
      ),
    profile.map((name) => of('env', ['-u', 'AWS_ACCESS_KEY_ID', `AWS_PROFILE=${name}`, ...words])),
    profile.map((name) => of('aws-vault', ['exec', '--no-session', name, '--', ...words])),
    profile.map((name) => of('aws-vault', ['--debug', 'exec', name, '-d', '1h', '--', ...words])),
    profile.map((name) => of('aws-sso', ['exec', '-p', name, '--', ...words])),
    profile.map((name) =>
      blank
        ? of('assume', [name, '--exec', '--', ...words])
        : of('assume', [name, '--exec', words.join(' ')]),
    ),
    oneOf(
      ['op', 'run', '--env-file', '.env', '--'],
      ['mise', 'exec', 'awscli@2', '--'],
      ['direnv', 'exec', '/srv'],
      ['wsl', '-d', 'Ubuntu', '-e'],
    ).map(([command = '', ...before]) => of(command, [...before, ...words])),
    profile.map((name) =>
      inner.command === 'aws'
        ? of('docker', ['run', '--rm', '-e', `AWS_PROFILE=${name}`, 'amazon/aws-cli', ...inner.args])
        : of('aws2-wrap', [
            '--profile',
            name,
            '--exec',
            [...words].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' '),
          ]),
    ),
    profile.chain((name) =>
      script({}, ['aws-vault', 'exec', name, '--', ...words]).map((text) => of('bash', ['-c', text])),
    ),
  )
}
