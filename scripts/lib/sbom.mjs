// The list of what is in a package (an SBOM, as CycloneDX has it): of what the bundler took in and package-lock.json.
import { join } from 'node:path'
import { bundledFile } from './bundled.mjs'
import { inProject, readJson } from './project.mjs'

/** @typedef {{ name: 'electron' | 'node', version: string }} Runtime what the programs run in, where a package holds that too */

const repositories = { electron: 'electron/electron', node: 'nodejs/node' }

/**
 * The same for the same build: no time in it, and no number drawn at random.
 * @param {readonly string[]} folders built folders
 * @param {Runtime} [runtime]
 */
export function partsList(folders, runtime) {
  const { name, version, license } = readJson(inProject('package.json'))
  const locked = readJson(inProject('package-lock.json')).packages
  const packages = new Set(folders.flatMap((folder) => readJson(join(folder, bundledFile))))
  const libraries = [...packages].sort().map((path) => {
    const part = readJson(inProject(path, 'package.json'))
    const address = `pkg:npm/${part.name.replace('@', '%40')}@${part.version}`
    const hash = Buffer.from(locked[path].integrity.replace('sha512-', ''), 'base64').toString('hex')
    return {
      type: 'library',
      'bom-ref': address,
      name: part.name,
      version: part.version,
      hashes: [{ alg: 'SHA-512', content: hash }],
      licenses: [{ license: { id: part.license } }],
      purl: address,
    }
  })
  const around = runtime && {
    type: 'framework',
    'bom-ref': `${runtime.name}@${runtime.version}`,
    name: runtime.name,
    version: runtime.version,
    licenses: [{ license: { id: 'MIT' } }],
    purl: `pkg:github/${repositories[runtime.name]}@v${runtime.version}`,
  }
  const components = [...(around ? [around] : []), ...libraries]
  const ref = `pkg:npm/${name}@${version}`
  const component = {
    type: 'application',
    'bom-ref': ref,
    name,
    version,
    licenses: [{ license: { id: license } }],
  }
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component },
    components,
    dependencies: [{ ref, dependsOn: components.map((one) => one['bom-ref']) }],
  }
}
