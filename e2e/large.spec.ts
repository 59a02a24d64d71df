/** A fleet whose files are worth a thread: what the next window shows of it first is kept by the last, and never older than the files. */
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { end, expectRows, filterBy, furnish, launch, type Running, rowOf } from './app'
import { typeOver, walkTo, write } from './editing-steps'

const count = 3_000
/** A start of so many takes seconds. */
const full = process.env.EKSCOPE_FULL === '1'

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

test('the next window shows the fleet as it is, whoever has written it since', async () => {
  const surroundings = await furnish({
    files: {
      '.kube/config': fleet(),
      '.aws/config': profile('even', 'Even') + profile('odd', 'Odd') + base,
    },
  })
  const picture = join(surroundings.data, 'first-picture.json')
  const written = () =>
    stat(picture).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    )
  /** Opens a window, looks, and leaves it once it has kept what it shows, where that is another picture than before. */
  const look = async (at: (running: Running) => Promise<void>, keeps = true) => {
    const before = await written()
    const running = await launch(surroundings, 'home')
    await expectRows(running.grid)
    await at(running)
    if (keeps) await expect.poll(written, { timeout: 20_000 }).not.toBe(before)
    expect(running.complaints).toEqual([])
    await end(running)
  }
  try {
    await look((running) => actsAs(running, 'fleet-1', 'Odd'))
    // As it was left; and what is edited then is written into the file that is there.
    await look(async (running) => {
      await actsAs(running, 'fleet-0', 'Even')
      await walkTo(running.page, 'fleet-0', 'Namespace')
      await typeOver(running.page, 'kept')
      await write(running.page, 'keyboard')
    })
    expect(await readFile(join(surroundings.home, '.kube/config'), 'utf8')).toContain(
      'cluster: fleet-0\n    namespace: kept\n    user: fleet-0\n',
    )
    // What another program did while no window was open.
    const config = join(surroundings.home, '.kube/config')
    const text = await readFile(config, 'utf8')
    await writeFile(config, text.replace('    user: fleet-2\n', '    user: fleet-1\n'))
    await look((running) => actsAs(running, 'fleet-2', 'Odd'), full)
    if (!full) return
    const roles = profile('even', 'Even') + profile('odd', 'Other') + base
    await writeFile(join(surroundings.home, '.aws/config'), roles)
    await look((running) => actsAs(running, 'fleet-1', 'Other'))
    // A picture that is torn is none.
    await appendFile(picture, ' ')
    await look((running) => actsAs(running, 'fleet-2', 'Other'))
  } finally {
    await surroundings.remove()
  }
})
