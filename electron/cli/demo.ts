/** `ekscope demo`: starts the demo fleet's simulator and prints the environment that points any tool at it. */
import { type Command, print } from './command'

/** The variables that point a tool at the demo; the rest of its environment is the caller's own. */
const pointing = (name: string) => /^(HOME|USERPROFILE|KUBECONFIG|PATH|AWS_.*|EKSCOPE_HOME)$/.test(name)

export const demo: Command = {
  usage: 'demo',
  summary: 'starts the demo fleet and prints the environment that points any tool at it',
  examples: ['ekscope demo', 'ekscope demo --json'],
  async run(call) {
    const { terminal, signal } = call
    const { startDemo } = await import('../demo/demo')
    const { demoEnvironment } = await import('../demo/foreign-variables')
    const { shellOf, shellScript, shellScripts } = await import('../system/shell-script')
    const running = await startDemo()
    try {
      const environment = Object.fromEntries(
        Object.entries(running.variables).filter(([name]) => pointing(name)),
      )
      const whole = demoEnvironment(environment, process.env)
      const { home, aws } = running
      const scripts = shellScripts(whole)
      const document = { environment, unset: whole.unset, scripts, home, standInAws: aws === 'stand-in' }
      await print(call, document, () => shellScript(shellOf(process.env, process.platform), whole), 'data')
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
