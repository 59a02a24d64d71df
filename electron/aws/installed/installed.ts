/**
 * Which aws or authenticator a command runs, found from what is installed: nothing is run. Packagers name the version in the
 * path, or Python's own folders hold it, or Go has written it into the program. For a shim, or an unknown script, the first
 * check asks aws for its version.
 */
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { textOfAny } from '../../system/own-file'
import { goBuildOf } from './go-build'

type Variables = Readonly<Record<string, string>>

/** A program as it lies on disk. */
export type InstalledProgram = NonNullable<Awaited<ReturnType<typeof installedAws>>>

/** The aws at an absolute path, in these variables; null where there is no such file. */
export async function installedAws(path: string, variables: Variables) {
  const found = await fileAt(path)
  /** As the program itself would say it: `2.23.6`; null where only running it tells. */
  const version = found === null ? null : await versionOf(found, variables)
  return found === null ? null : { ...found, version }
}

/** The same of an aws-iam-authenticator, as its command `version` would say it. */
export async function installedAuthenticator(path: string): Promise<InstalledProgram | null> {
  const found = await fileAt(path)
  return found === null ? null : { ...found, version: await versionOfAuthenticator(found.realPath) }
}

/** `path`: the program that is run, found by PATH, or the path of the entry. */
async function fileAt(path: string) {
  try {
    /** Where that lies once links are followed. */
    const realPath = await realpath(path)
    const { size, mtimeMs } = await stat(realPath)
    return { path, realPath, size, modified: Math.round(mtimeMs) }
  } catch {
    return null
  }
}

/** Paths in which the installer has written the version. */
const versionInPath: readonly RegExp[] = [
  // The official installer of version 2: /usr/local/aws-cli/v2/current is a link to v2/2.36.12.
  /\/v2\/(\d+\.\d+\.\d+)\/(?:dist|bin)\/aws$/,
  // Homebrew: Cellar/awscli/2.36.1/bin/aws, Cellar/awscli@1/1.46.2_1/….
  /\/Cellar\/awscli(?:@1)?\/(\d+\.\d+\.\d+)(?:_\d+)?\//,
  // Nix: /nix/store/HASH-awscli2-2.30.6/bin/aws.
  /^\/nix\/store\/[a-z0-9]{32}-awscli2?-(\d+\.\d+\.\d+)\//,
  // asdf and mise without their shims: installs/awscli/2.36.1/bin/aws.
  /\/installs\/(?:awscli|aws-cli)\/(\d+\.\d+\.\d+)\//,
]

async function versionOf(
  { path, realPath }: { readonly path: string; readonly realPath: string },
  variables: Variables,
): Promise<string | null> {
  // A snap's command is a link to snap itself.
  if (basename(realPath) === 'snap') return versionOfSnap(path)
  return versionIn(realPath, versionInPath) ?? versionOfScript(realPath, variables)
}

function versionIn(path: string, forms: readonly RegExp[]): string | null {
  for (const form of forms) {
    const version = form.exec(path)?.[1]
    if (version !== undefined) return version
  }
  return null
}

/** Homebrew's, Nix's, asdf's and mise's paths of the authenticator. */
const authenticatorInPath: readonly RegExp[] = [
  /\/Cellar\/aws-iam-authenticator\/(\d+\.\d+\.\d+)(?:_\d+)?\//,
  /^\/nix\/store\/[a-z0-9]{32}-aws-iam-authenticator-(\d+\.\d+\.\d+)\//,
  /\/installs\/aws-iam-authenticator\/(\d+\.\d+\.\d+)\//,
]

/** Its own releases name their version to the linker; `go install` builds the module of a version. */
async function versionOfAuthenticator(realPath: string): Promise<string | null> {
  const named = versionIn(realPath, authenticatorInPath)
  if (named !== null) return named
  const build = await goBuildOf(realPath)
  if (!build?.module?.path.endsWith('/aws-iam-authenticator')) return null
  const linked = /\/aws-iam-authenticator\/pkg\.Version=v?(\d+\.\d+\.\d+)(?=[\s'"]|$)/.exec(
    build.linkerFlags ?? '',
  )
  return (linked ?? /^v(\d+\.\d+\.\d+)$/.exec(build.module.version))?.[1] ?? null
}

/** Of the files read here a few hundred bytes count. */
const mostBytes = 64 * 1024

async function versionOfSnap(path: string): Promise<string | null> {
  const folder = dirname(path)
  if (!folder.endsWith('/snap/bin')) return null
  const yaml = await textOfAny(join(dirname(folder), 'aws-cli', 'current', 'meta', 'snap.yaml'), mostBytes)
  return /^version: *['"]?(\d+\.\d+\.\d+)['"]? *$/m.exec(yaml ?? '')?.[1] ?? null
}

/** Of a script that starts awscli: of the awscli that its Python would import. */
async function versionOfScript(realPath: string, variables: Variables): Promise<string | null> {
  const script = await textOfAny(realPath, mostBytes)
  if (script === null || !script.includes('awscli.clidriver')) return null
  const python = pythonOf(script)
  // These point Python to other folders.
  if (python === null || variables.PYTHONPATH || variables.PYTHONHOME || variables.PYTHONUSERBASE) return null
  for (const folder of await importFolders(realPath, python, variables)) {
    const text = await textOfAny(join(folder, 'awscli', '__init__.py'), mostBytes)
    if (text === null) continue
    return /^__version__ *= *['"](\d+\.\d+\.\d+)['"] *$/m.exec(text)?.[1] ?? null
  }
  return null
}

/** The interpreter that a script names by an absolute path, also as pip writes a long one; null for any other script. */
function pythonOf(script: string): string | null {
  const plain = /^#! *(\/\S*python[\d.]*)(?: +-\w+)* *\r?\n/.exec(script)
  const long = /^#! *\/bin\/sh\r?\n'''exec' "?(\/[^"\n]*python[\d.]*)"? "\$0" "\$@"\r?\n/.exec(script)
  return plain?.[1] ?? long?.[1] ?? null
}

/** Where Python looks for a package, in its order, as far as packages of awscli are found there. */
async function importFolders(script: string, python: string, variables: Variables) {
  const prefix = dirname(dirname(python))
  const beside = dirname(script)
  const isVenv = (await textOfAny(join(prefix, 'pyvenv.cfg'), mostBytes)) !== null
  const real = await realpath(python).catch(() => python)
  const named = /python(\d+\.\d+)$/.exec(basename(real))?.[1]
  const versions = named === undefined ? await pythonsIn(prefix) : [`python${named}`]
  const packages = (root: string, kinds: readonly string[]) =>
    versions.flatMap((version) => kinds.map((kind) => join(root, 'lib', version, kind)))
  if (isVenv) return [beside, ...packages(prefix, ['site-packages'])]
  const home = variables.HOME
  const user =
    home && isAbsolute(home) && !variables.PYTHONNOUSERSITE
      ? packages(join(home, '.local'), ['site-packages'])
      : []
  // Debian's Python knows dist-packages in place of site-packages, and one folder for all versions.
  const debian =
    prefix === '/usr' ? [...packages('/usr/local', ['dist-packages']), '/usr/lib/python3/dist-packages'] : []
  return [beside, ...user, ...debian, ...packages(prefix, ['site-packages', 'dist-packages'])]
}

async function pythonsIn(prefix: string): Promise<readonly string[]> {
  const names = await readdir(join(prefix, 'lib')).catch(() => [])
  return names.filter((name) => /^python3\.\d+$/.test(name)).slice(0, 16)
}
