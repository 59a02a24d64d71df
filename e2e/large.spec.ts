/** A fleet whose files are worth a thread. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { end, expectRows, filterBy, furnish, launch, type Running, rowOf } from './app'
import { typeOver, walkTo, write } from './editing-steps'

const count = 3_000

/** As `aws eks update-kubeconfig` leaves it, each certificate as long as a real one. */
function fleet(): string {
  const each = (one: (name: string, n: number) => string) =>
    Array.from({ length: count }, (_, n) => one(`fleet-${n}`, n)).join('')
  const authority = (n: number) => Buffer.alloc(1_100, `certificate ${n} `).toString('base64')
  return `apiVersion: v1
clusters:
${each((name, n) => `- cluster:\n    certificate-authority-data: ${authority(n)}\n    server: https://${name}.test\n  name: ${name}\n`)}contexts:
${each((name) => `- context:\n    cluster: ${name}\n    user: ${name}\n  name: ${name}\n`)}current-context: fleet-1
kind: Config
preferences: {}
users:
${each((name, n) => `- name: ${name}\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      args:\n      - --profile\n      - ${n % 2 === 0 ? 'even' : 'odd'}\n      - --region\n      - eu-west-1\n      - eks\n      - get-token\n      - --cluster-name\n      - ${name}\n      command: aws\n`)}`
}

const profile = (name: string, role: string) =>
  `[profile ${name}]\nrole_arn = arn:aws:iam::111122223333:role/${role}\nsource_profile = base\n`
const base =
  '[profile base]\naws_access_key_id = AKIABASE00000000000\naws_secret_access_key = not-a-real-secret\n'

const actsAs = async ({ page, grid }: Running, context: string, who: string) => {
  await filterBy(page, `context:"${context}"`)
  await expect(rowOf(grid, context)).toContainText(who)
}

test('a fleet that a thread works on is shown, edited and followed', { tag: '@full' }, async () => {
  const surroundings = await furnish({
    files: {
      '.kube/config': fleet(),
      '.aws/config': profile('even', 'Even') + profile('odd', 'Odd') + base,
    },
  })
  const config = join(surroundings.home, '.kube/config')
  try {
    const running = await launch(surroundings, 'home')
    await expectRows(running.grid)
    await actsAs(running, 'fleet-0', 'Even')
    await walkTo(running.page, 'fleet-0', 'Namespace')
    await typeOver(running.page, 'kept')
    await write(running.page, 'keyboard')
    await expect
      .poll(() => readFile(config, 'utf8'))
      .toContain('cluster: fleet-0\n    namespace: kept\n    user: fleet-0\n')
    // Another program writes: one value, then a whole entry less.
    await actsAs(running, 'fleet-2', 'Even')
    const text = (await readFile(config, 'utf8')).replace('    user: fleet-2\n', '    user: fleet-1\n')
    await writeFile(config, text)
    await actsAs(running, 'fleet-2', 'Odd')
    const gone = '- context:\n    cluster: fleet-4\n    user: fleet-4\n  name: fleet-4\n'
    expect(text).toContain(gone)
    await filterBy(running.page, 'context:"fleet-4"')
    await writeFile(config, text.replace(gone, ''))
    await expect(rowOf(running.grid, 'fleet-4')).toHaveCount(0)
    expect(running.complaints).toEqual([])
    await end(running)
  } finally {
    await surroundings.remove()
  }
})
