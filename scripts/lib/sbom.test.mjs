import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inProject, readJson } from './project.mjs'
import { partsList } from './sbom.mjs'

test('the list of parts names each once by address and hash, and is the same for the same build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-sbom-'))
  try {
    const packages = ['node_modules/yaml', 'node_modules/@smithy/core']
    writeFileSync(join(folder, 'bundled.json'), JSON.stringify(packages))
    const list = () => partsList([folder, folder], { name: 'node', version: '26.0.0' })
    expect(list()).toEqual(list())
    const [runtime, smithy, yaml, ...others] = list().components
    expect(others).toEqual([])
    expect(runtime?.purl).toBe('pkg:github/nodejs/node@v26.0.0')
    const { 'node_modules/yaml': locked, 'node_modules/@smithy/core': core } = readJson(
      inProject('package-lock.json'),
    ).packages
    expect(smithy?.purl).toBe(`pkg:npm/%40smithy/core@${core.version}`)
    expect(yaml).toMatchObject({
      name: 'yaml',
      version: locked.version,
      licenses: [{ license: { id: 'ISC' } }],
    })
    const hash = Buffer.from(locked.integrity.replace('sha512-', ''), 'base64').toString('hex')
    expect(JSON.stringify(yaml)).toContain(hash)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
