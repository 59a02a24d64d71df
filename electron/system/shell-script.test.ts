import { expect, test } from 'vitest'
import { shellScript } from './shell-script'

test('what a hostile name says in PowerShell stays text: typographic quotation marks end one there as the plain one does', () => {
  // The tokenizer of PowerShell takes each of these for a single quotation mark, and two in a row for one of the text.
  for (const mark of ["'", '‘', '’', '‚', '‛'])
    expect(shellScript('powershell', { unset: [], set: { A: `a${mark}; calc; ${mark}b` } })).toBe(
      `$env:A = 'a${mark}${mark}; calc; ${mark}${mark}b'\n`,
    )
})
