/** `ekscope demo`: starts the demo fleet's simulator and prints the environment that points any tool at it. */
import { shellWord } from '../system/shell-word'
import type { Command } from './command'
import { json } from './output'

/** The variables that point a tool at the demo; the rest of its environment is the caller's own. */
const pointing = (name: string) => /^(HOME|USERPROFILE|KUBECONFIG|PATH|AWS_.*|EKSCOPE_HOME)$/.test(name)

export const demo: Command = {
  name: 'demo',
  usage: 'demo',
  summary: 'starts the demo fleet and prints the environment that points any tool at it',
  options: {},
  help: [],
  async run({ args, terminal, signal }) {
    const { startDemo } = await import('../demo/demo')
    const running = await startDemo()
    try {
      const environment = Object.fromEntries(
        Object.entries(running.variables).filter(([name]) => pointing(name)),
      )
      if (args.globals.json) {
        await terminal.out(json({ environment, home: running.home, standInAws: running.standInAws }))
      } else {
        const lines = Object.entries(environment).map(([name, value]) => `export ${name}=${shellWord(value)}`)
        const identity = [
          'AWS_ACCESS_KEY_ID',
          'AWS_SECRET_ACCESS_KEY',
          'AWS_SESSION_TOKEN',
          'AWS_PROFILE',
          'AWS_DEFAULT_PROFILE',
        ]
        await terminal.out(`unset ${identity.join(' ')}\n${lines.join('\n')}\n`)
      }
      await terminal.err('The demo fleet is running. Ctrl+C ends it and removes its files.\n')
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve()
        // A timer keeps the process alive where nothing else would.
        const alive = setInterval(() => undefined, 60_000)
        signal.addEventListener('abort', () => {
          clearInterval(alive)
          resolve()
        })
      })
      return 0
    } finally {
      await running.close()
    }
  },
}
