import { describe, expect, test } from 'vitest'
import { startOf, systemProgram, withRetries } from './windows'

const aws = 'C:\\Program Files (x86)\\Jürgen & Co\\aws.cmd'
const variables = { Path: 'C:\\evil', systemroot: 'D:\\WinNT' }
const start = (path: string, ...args: string[]) => startOf(path, args, 'win32', variables)

describe('a batch file', () => {
  test('is read by Windows’ own cmd.exe, named by its full path, without what the registry would run first', () => {
    const role = 'arn:aws:iam::111122223333:role/team/Admin_1+a,b=c@d.e-f'
    expect(start(aws, '--region', 'eu-west-1', 'eks', 'get-token', '--role', role)).toEqual({
      file: 'D:\\WinNT\\System32\\cmd.exe',
      args: ['/d', '/v:off', '/s', '/c', `""${aws}" --region eu-west-1 eks get-token --role ${role}"`],
      windowsVerbatimArguments: true,
    })
  })

  test('takes no argument that cmd.exe could read as its own, nor an empty one', () => {
    const words = [
      '',
      'a b',
      'a&calc',
      'a|b',
      '%PATH%',
      '!x!',
      '^',
      '"',
      "'",
      'a>b',
      '(a)',
      ';',
      '*',
      '~',
      '\n',
      'ü',
    ]
    for (const word of words) expect(start(aws, 'eks', word), JSON.stringify(word)).toBe(null)
  })

  test('is not started by a path that cmd.exe would look up or change', () => {
    for (const path of ['aws.cmd', 'C:\\%x%\\aws.cmd', 'C:\\a"&calc&"\\aws.bat', 'C:\\!x!\\aws.cmd'])
      expect(start(path), path).toBe(null)
  })

  test('is one by its ending, in any case and with what Windows leaves out', () => {
    for (const path of ['C:\\a\\aws.CMD', 'C:\\a\\aws.bat', 'C:\\a\\aws.cmd.', 'C:\\a\\aws.cmd . '])
      expect(start(path, 'a&b'), path).toBe(null)
  })
})

test('every other program is started as it is, with any argument', () => {
  const same = (file: string, ...args: string[]) => ({ file, args, windowsVerbatimArguments: false })
  expect(start('C:\\aws\\aws.exe', 'a b', '"')).toEqual(same('C:\\aws\\aws.exe', 'a b', '"'))
  expect(startOf('/usr/bin/aws.cmd', ['a b'], 'linux')).toEqual(same('/usr/bin/aws.cmd', 'a b'))
})

test('Windows’ own programs are those of its own folder, also where the variable is missing or leads elsewhere', () => {
  expect(systemProgram('taskkill.exe', { SystemRoot: 'C:\\WINDOWS' })).toBe(
    'C:\\WINDOWS\\System32\\taskkill.exe',
  )
  for (const SystemRoot of [undefined, '', '\\\\server\\share', 'Windows'])
    expect(systemProgram('taskkill.exe', { SystemRoot })).toBe('C:\\Windows\\System32\\taskkill.exe')
})

describe('a file that another program has open', () => {
  const failing = (code: string, times: number) => {
    let calls = 0
    const work = async () => {
      calls += 1
      if (calls <= times) throw Object.assign(new Error(code), { code })
      return calls
    }
    return { work, calls: () => calls }
  }

  test('is tried again on Windows until it is free', async () => {
    for (const code of ['EPERM', 'EBUSY', 'EACCES'])
      expect(await withRetries(failing(code, 2).work, 'win32', [0, 0, 0])).toBe(3)
  })

  test('is given up in the end, with the system’s reason', async () => {
    const { work, calls } = failing('EBUSY', 99)
    await expect(withRetries(work, 'win32', [0, 0])).rejects.toMatchObject({ code: 'EBUSY' })
    expect(calls()).toBe(3)
  })

  test('is no reason to wait on other systems, nor is another failure', async () => {
    for (const [code, platform] of [
      ['EPERM', 'linux'],
      ['EBUSY', 'darwin'],
      ['ENOSPC', 'win32'],
    ] as const) {
      const { work, calls } = failing(code, 99)
      await expect(withRetries(work, platform, [0, 0])).rejects.toMatchObject({ code })
      expect(calls()).toBe(1)
    }
  })
})
