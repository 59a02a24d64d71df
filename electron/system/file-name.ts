/** What Windows keeps for devices, whatever ending follows: `con.yaml` is the console. */
const device = /^(?:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])(?=\.|$)/i

/** The name of a context as a part of a path: what a shell, KUBECONFIG and every file system takes. */
export function fileNameOf(context: string, longest: number): string {
  const safe = context
    .replace(/[^\p{L}\p{N}._@+=-]+/gu, '-')
    .replace(/^[.-]+/, '')
    .slice(0, longest)
  return safe === '' || device.test(safe) ? `context${safe && `-${safe}`}` : safe
}
