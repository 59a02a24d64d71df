import { execFileSync } from 'node:child_process'
import { accessSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type ShellName, shellOf, shellScript } from '../system/shell-script'
import { demoEnvironment, foreignVariables } from './foreign-variables'

const set = {
  HOME: "/tmp/it's \\ here!",
  KUBECONFIG: '/a:/b',
  AWS_EC2_METADATA_DISABLED: 'true',
  PATH: '/bin:/usr/bin',
}
const shells: readonly (readonly [ShellName, string])[] = [
  ['sh', '/bin/sh'],
  ['sh', '/usr/bin/bash'],
  ['sh', '/usr/bin/zsh'],
  ['fish', '/usr/bin/fish'],
  ['csh', '/usr/bin/tcsh'],
  ['powershell', '/usr/bin/pwsh'],
]
const installed = (path: string) => {
  try {
    accessSync(path)
    return true
  } catch {
    return false
  }
}

const here = shells.filter(([, shell]) => installed(shell))
const missing = shells.filter(([, shell]) => !installed(shell))

test.each(here)('nothing of the caller leads out of the demo, by %s in %s', (name, shell) => {
  const foreign = Object.fromEntries(
    [...foreignVariables, 'AWS_ENDPOINT_URL_S3', 'AWS_FUTURE', 'KUBE_EDITOR'].map((one) => [one, 'mine']),
  )
  const caller = { ...foreign, LANG: 'C', PATH: '/bin', HOME: '/root' }
  const script = shellScript(name, demoEnvironment(set, caller))
  const shown = execFileSync(shell, ['-c', `${script}\n/usr/bin/env -0`], { env: caller, encoding: 'utf8' })
  const found = Object.fromEntries(
    shown.split('\0').flatMap((line) => {
      const equals = line.indexOf('=')
      return equals > 0 ? [[line.slice(0, equals), line.slice(equals + 1)]] : []
    }),
  )
  expect(found).toMatchObject(set)
  const left = Object.keys(found).filter((one) => /^(AWS_|KUBE|DEFAULT_ROLE|.*_proxy$|SSL_|.*CA_)/i.test(one))
  expect(left.sort()).toEqual(['AWS_EC2_METADATA_DISABLED', 'KUBECONFIG'])
})

test.skip.each(missing)(
  'nothing of the caller leads out of the demo, by %s in %s, which is not installed',
  () => {},
)

test('the shell of the user, else that of the system, reads it', () => {
  expect(shellOf({ SHELL: '/usr/bin/fish' }, 'linux')).toBe('fish')
  expect(shellOf({ SHELL: '/bin/zsh' }, 'darwin')).toBe('sh')
  expect(shellOf({ SHELL: '/bin/tcsh' }, 'linux')).toBe('csh')
  expect(shellOf({ SHELL: '/opt/pwsh' }, 'linux')).toBe('powershell')
  expect(shellOf({}, 'win32')).toBe('powershell')
  expect(shellOf({ SHELL: 'C:\\Git\\bash.exe' }, 'win32')).toBe('sh')
})
