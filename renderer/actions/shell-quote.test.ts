import { expect, test } from 'vitest'
import { commandLine, exportLine, quotePosix, quotePowershell } from './shell-quote'

test('plain words are left alone in both shells', () => {
  for (const word of ['kubectl', '--context', 'prod-admin', 'a_b.c/d']) {
    expect(quotePosix(word)).toBe(word)
    expect(quotePowershell(word)).toBe(word)
  }
})

test('a POSIX shell gets single quotes around what it would read itself', () => {
  expect(quotePosix('')).toBe("''")
  expect(quotePosix('a b')).toBe("'a b'")
  expect(quotePosix("it's")).toBe("'it'\\''s'")
  expect(quotePosix('$(rm -rf ~)')).toBe("'$(rm -rf ~)'")
  expect(quotePosix('~root')).toBe("'~root'")
  expect(quotePosix('=ls')).toBe("'=ls'")
})

test('control characters never reach the terminal raw', () => {
  expect(quotePosix('a\nb')).toBe("$'a\\012b'")
  expect(quotePosix("\u001b]0;'\\\u0085")).toBe("$'\\033]0;\\'\\\\\\xc2\\x85'")
  expect(quotePowershell('a\nb$x')).toBe('"a$([char]0xa)b`$x"')
})

test('PowerShell gets its own quotes doubled, the typographic ones too', () => {
  expect(quotePowershell("it's")).toBe("'it''s'")
  expect(quotePowershell('it\u2019s')).toBe("'it\u2019\u2019s'")
  expect(quotePowershell('$env:PATH')).toBe("'$env:PATH'")
  expect(quotePowershell('')).toBe("''")
})

test('PowerShell would split an option at its dot, so it is quoted', () => {
  expect(quotePowershell('--context=a.b')).toBe("'--context=a.b'")
  expect(quotePowershell('a.b')).toBe('a.b')
})

test('a variable is given its value in the words of each shell', () => {
  expect(exportLine('KUBECONFIG', '/a:/b', 'posix')).toBe('export KUBECONFIG=/a:/b')
  expect(exportLine('KUBECONFIG', '/a b:/$c', 'posix')).toBe("export KUBECONFIG='/a b:/$c'")
  expect(exportLine('KUBECONFIG', 'C:\\a', 'powershell')).toBe("$env:KUBECONFIG = 'C:\\a'")
  expect(exportLine('KUBECONFIG', 'C:\\a b;D:\\$c', 'powershell')).toBe("$env:KUBECONFIG = 'C:\\a b;D:\\$c'")
})

test('a quoted program is called with & in PowerShell only', () => {
  expect(commandLine(['/opt/my tools/x', 'a b'], 'powershell')).toBe("& '/opt/my tools/x' 'a b'")
  expect(commandLine(['/opt/my tools/x', 'a b'], 'posix')).toBe("'/opt/my tools/x' 'a b'")
})
