/**
 * A process that starts the demo, asks it who some contexts are, and ends: for the test that watches what it
 * touches. Prints JSON: every address that a socket of this process was connected to or bound, and the answers.
 * Arguments: kubectl's path, then context names.
 */
import dns from 'node:dns'
import net from 'node:net'
import { startDemo } from '../demo/demo'
import { runProgram } from './real-programs'

const touched: string[] = []
const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
  touched.push(`connect ${JSON.stringify(args[0])}`)
  return Reflect.apply(connect, this, args)
}
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (this: net.Server, ...args: unknown[]): net.Server {
  touched.push(`listen ${JSON.stringify(args.slice(0, 2))}`)
  return Reflect.apply(listen, this, args)
}
const lookup = dns.lookup
Reflect.set(dns, 'lookup', (...args: unknown[]) => {
  touched.push(`lookup ${String(args[0])}`)
  return Reflect.apply(lookup, dns, args)
})

async function main(): Promise<void> {
  const [kubectl = 'kubectl', ...contexts] = process.argv.slice(2)
  const demo = await startDemo()
  const answers: Record<string, string> = {}
  for (const context of contexts) {
    const run = await runProgram(
      kubectl,
      [
        '--request-timeout=50s',
        `--context=${context}`,
        'auth',
        'whoami',
        '-o',
        'jsonpath={.status.userInfo.username}',
      ],
      demo.variables,
    )
    answers[context] = run.stdout
  }
  const response = await fetch(`${demo.simulator.endpointUrl}/nothing`)
  await response.text()
  await demo.close()
  process.stdout.write(`${JSON.stringify({ home: demo.home, touched, answers })}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exitCode = 1
})
