// What other package managers take: formula, cask, winget, krew, Nix and AUR, of the files in dist/ and by their hashes. A manifest
// is made where the file that it names was built.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inProject, readJson } from './project.mjs'

/**
 * @typedef {object} Release
 * @property {string} version
 * @property {string} description
 * @property {string} homepage
 * @property {string} author
 * @property {string} license
 * @property {Readonly<Record<string, string>>} files SHA-256 in hex, by the file's name
 */

const says = 'Shows and proves the AWS identity behind every kubectl context'

/**
 * The manifests of a release, by their path.
 * @param {Release} release
 * @returns {Readonly<Record<string, string>>}
 */
export function manifestsOf(release) {
  const { version, files } = release
  const named = {
    npm: `ekscope-${version}.tgz`,
    deb: `ekscope_${version}_amd64.deb`,
    dmg: `ekscope-${version}-mac-universal.dmg`,
    exe: `ekscope-${version}-win-x64.exe`,
  }
  /** @type {Record<string, string>} */
  const made = {}
  for (const { of, make } of makers) {
    const file = named[of]
    const hash = files[file]
    if (hash === undefined) continue
    const url = `${release.homepage}/releases/download/v${version}/${file}`
    for (const [path, text] of Object.entries(make({ ...release, url, hash })))
      made[path] = `${text.trim()}\n`
  }
  return made
}

/** @typedef {Release & { url: string, hash: string }} Source */

/** @type {readonly { of: 'npm' | 'deb' | 'dmg' | 'exe', make: (source: Source) => Readonly<Record<string, string>> }[]} */
const makers = [
  {
    of: 'npm',
    make: (of) => ({
      'homebrew/Formula/ekscope.rb': formula(of),
      'krew/ekscope.yaml': krew(of),
      'nix/flake.nix': flake(of),
    }),
  },
  { of: 'deb', make: (of) => ({ 'aur/ekscope-bin/PKGBUILD': pkgbuild(of) }) },
  { of: 'dmg', make: (of) => ({ 'homebrew/Casks/ekscope-desktop.rb': cask(of) }) },
  { of: 'exe', make: winget },
]

/** @param {Source} of */
const formula = ({ url, hash, homepage, license }) => `
class Ekscope < Formula
  desc "${says}"
  homepage "${homepage}"
  url "${url}"
  sha256 "${hash}"
  license "${license}"

  depends_on "node"

  def install
    system "npm", "install", *std_npm_args
    bin.install_symlink libexec.glob("bin/*")
    generate_completions_from_executable(bin/"ekscope", "completion", shells: [:bash, :zsh, :fish, :pwsh])
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/ekscope --version")
  end
end
`

/** @param {Source} of */
const cask = ({ version, url, hash, homepage }) => `
cask "ekscope-desktop" do
  version "${version}"
  sha256 "${hash}"

  url "${url.replaceAll(version, '#{version}')}"
  name "Ekscope"
  desc "${says}"
  homepage "${homepage}"

  app "Ekscope.app"

  zap trash: "~/Library/Application Support/Ekscope"
end
`

/** @param {Source} of */
const krew = ({ version, url, hash, homepage, description }) => `
apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: ekscope
spec:
  version: v${version}
  homepage: ${homepage}
  shortDescription: ${says}
  description: |
    ${description}.
  caveats: |
    Needs Node 20 or newer.
  platforms:
    - selector:
        matchExpressions:
          - { key: os, operator: In, values: [linux, darwin] }
      uri: ${url}
      sha256: ${hash}
      files:
        - from: package/*
          to: .
      bin: kubectl-ekscope.cjs
`

/** @param {Source} of */
const flake = ({ version, url, hash, homepage }) => `
{
  description = "${says}";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      ekscope = pkgs: pkgs.stdenvNoCC.mkDerivation {
        pname = "ekscope";
        version = "${version}";
        src = pkgs.fetchurl {
          url = "${url}";
          hash = "sha256-${Buffer.from(hash, 'hex').toString('base64')}";
        };
        nativeBuildInputs = [ pkgs.makeWrapper pkgs.installShellFiles ];
        installPhase = ''
          mkdir -p $out/lib
          cp -r . $out/lib/ekscope
          makeWrapper \${pkgs.nodejs}/bin/node $out/bin/ekscope --add-flags $out/lib/ekscope/cli.cjs
          makeWrapper \${pkgs.nodejs}/bin/node $out/bin/kubectl-ekscope --add-flags $out/lib/ekscope/kubectl-ekscope.cjs
          for shell in bash zsh fish; do
            $out/bin/ekscope completion $shell > completion.$shell
            installShellCompletion --cmd ekscope --$shell completion.$shell
          done
        '';
        meta = { homepage = "${homepage}"; license = pkgs.lib.licenses.asl20; mainProgram = "ekscope"; };
      };
    in
    {
      packages = nixpkgs.lib.genAttrs systems (system: { default = ekscope nixpkgs.legacyPackages.\${system}; });
    };
}
`

/** @param {Source} of */
const pkgbuild = ({ version, url, hash, homepage, author, license }) => `
# Maintainer: ${author}
pkgname=ekscope-bin
pkgver=${version.replaceAll('-', '_')}
pkgrel=1
pkgdesc='${says}'
arch=(x86_64)
url='${homepage}'
license=('${license}')
depends=(gtk3 nss alsa-lib mesa libcups xdg-utils)
optdepends=('nodejs: the command ekscope' 'aws-cli-v2: the identities of aws' 'kubectl: the clusters')
provides=(ekscope)
conflicts=(ekscope)
options=(!strip !debug)
source=('${url}')
sha256sums=('${hash}')

package() {
  tar -xf data.tar.* -C "$pkgdir"
  # Debian's package makes these when it is installed.
  for name in ekscope kubectl-ekscope kubectl_complete-ekscope; do
    ln -sf "../lib/ekscope/terminal/$name" "$pkgdir/usr/bin/$name"
  done
  ln -sf ../../../lib/ekscope/terminal/ekscope.1.gz "$pkgdir/usr/share/man/man1/ekscope.1.gz"
}
`

/** @param {Source} of */
function winget({ version, url, hash, homepage, license, description }) {
  const head = (/** @type {string} */ type) => `
# yaml-language-server: $schema=https://aka.ms/winget-manifest.${type}.1.9.0.schema.json
PackageIdentifier: Ekscope.Ekscope
PackageVersion: ${version}
ManifestType: ${type}
ManifestVersion: 1.9.0`
  return {
    'winget/Ekscope.Ekscope.yaml': `${head('version')}
DefaultLocale: en-US`,
    'winget/Ekscope.Ekscope.installer.yaml': `${head('installer')}
InstallerType: nullsoft
Scope: user
Installers:
  - Architecture: x64
    InstallerUrl: ${url}
    InstallerSha256: ${hash.toUpperCase()}`,
    'winget/Ekscope.Ekscope.locale.en-US.yaml': `${head('defaultLocale')}
PackageLocale: en-US
Publisher: The Ekscope authors
PackageName: Ekscope
PackageUrl: ${homepage}
License: ${license}
ShortDescription: ${says}
Description: ${description}.`,
  }
}

const built = /\.(?:tgz|tar\.gz|deb|rpm|dmg|zip|exe|AppImage|snap)$/

/**
 * Writes the manifests, and SHA256SUMS of what was built, into dist/.
 * @param {string} [dist]
 * @returns {readonly string[]} the paths of the manifests
 */
export function writeManifests(dist = inProject('dist')) {
  const { version, description, homepage, author, license } = readJson(inProject('package.json'))
  const names = readdirSync(dist).filter((name) => built.test(name) && name.includes(version))
  const files = Object.fromEntries(
    names.sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(dist, name)))
        .digest('hex'),
    ]),
  )
  const sums = Object.entries(files).map(([name, hash]) => `${hash}  ${name}\n`)
  writeFileSync(join(dist, 'SHA256SUMS'), sums.join(''))
  const folder = join(dist, 'manifests')
  rmSync(folder, { recursive: true, force: true })
  const texts = manifestsOf({ version, description, homepage, author, license, files })
  return Object.entries(texts).map(([name, text]) => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  })
}
