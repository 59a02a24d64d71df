/** A fleet whose contexts are named by a template: no two rows read alike, however wide the window is. */
import { expect, test } from '@playwright/test'
import { expectRows, groupBy, type Running, withApp } from './app'

// They differ at the beginning, in the middle and in the last letter.
const accounts = ['payments-production-core', 'analytics-production-hub', 'edge-staging', 'data-lake']
const clusters = ['batch-nightly', 'ml-training-gpu', 'checkout-blue-api', 'checkout-green-api']
const regions = ['us-west-1', 'us-west-2']
const fleet = accounts.flatMap((account, at) =>
  clusters.flatMap((cluster) =>
    regions.map((region) => ({
      name: `${account}-${cluster}-${region}`,
      arn: `arn:aws:eks:${region}:${111122223333 + at}:cluster/${cluster}`,
      region,
      cluster,
    })),
  ),
)

const kubeconfig = (nameOf: (one: (typeof fleet)[number]) => string): string => {
  const each = (one: (name: string, of: (typeof fleet)[number]) => string) =>
    fleet.map((of) => one(nameOf(of), of)).join('')
  return `apiVersion: v1
kind: Config
clusters:
${each((name, { arn }) => `- name: ${name}\n  cluster: {server: "https://${arn.replaceAll(/[:/]/g, '-')}.test"}\n`)}contexts:
${each((name) => `- name: ${name}\n  context: {cluster: "${name}", user: "${name}"}\n`)}users:
${each((name, { region, cluster }) => `- name: ${name}\n  user:\n    exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, ${region}, eks, get-token, --cluster-name, ${cluster}]}\n`)}`
}

/** What a person can see of each name, worked out by the fonts and sizes of the page: a cut name ends with `…`. */
const namesSeen = ({ grid }: Running): Promise<string[]> =>
  grid.locator('[role="rowheader"] .strong').evaluateAll((names) => {
    const pen = document.createElement('canvas').getContext('2d')
    const fitting = (text: string, most: number, font: string): string => {
      if (pen !== null) pen.font = font
      let shown = text
      while (shown !== '' && (pen?.measureText(shown).width ?? 0) > most + 1) shown = shown.slice(0, -1)
      return shown === text ? text : `${shown}…`
    }
    return names.map((name) => {
      const cut = name.querySelector<HTMLElement>('[data-start]')
      const alone = name.querySelector<HTMLElement>('[class*="_start"]')
      // Alone in the cell it is a word in a line, which the cell cuts.
      const plain = cut ?? (alone !== null && alone.clientWidth > 0 ? alone : name)
      const style = getComputedStyle(plain)
      const font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
      const beside = [...name.querySelectorAll('[class*="prefix"], [class*="where"]')]
        .map(({ textContent }) => textContent)
        .join(' ')
      if (cut === null) return `${fitting(plain.textContent ?? '', plain.clientWidth, font)} ${beside}`
      const [start = '', tail = ''] = [cut.dataset.start, cut.dataset.end]
      const end = pen === null ? 0 : pen.measureText(tail).width
      return `${fitting(start, cut.clientWidth - end, font)}${tail} ${beside}`
    })
  })

for (const [kind, nameOf] of [
  ['a template', ({ name }: { readonly name: string }) => name],
  ['their ARNs', ({ arn }: { readonly arn: string }) => arn],
] as const)
  test(`no two contexts that are named by ${kind} are shown alike`, async () => {
    await withApp({ startWith: 'home', files: { '.kube/config': kubeconfig(nameOf) } }, async (running) => {
      const { page, grid } = running
      await expectRows(grid)
      await groupBy(page, 'None')
      for (const width of [1920, 1024]) {
        await page.setViewportSize({ width, height: 1_400 })
        await expect.poll(async () => (await namesSeen(running)).length).toBe(fleet.length)
        const seen = await namesSeen(running)
        expect(seen.filter((name, at) => seen.indexOf(name) !== at)).toEqual([])
      }
      // What is hidden is read aloud, and each name says its cluster already.
      const [first] = fleet
      await expect(grid.getByRole('rowheader').first()).toContainText(
        first === undefined ? '' : nameOf(first).slice(0, 20),
      )
      await expect(grid.getByRole('columnheader', { name: 'Cluster', exact: true })).toHaveCount(0)
    })
  })
