// AWS as far as looking for clusters needs it, answering each call after a while: `node aws.mjs MS` prints its port. No signature
// is checked, so that what is measured is who asks.
import { createServer } from 'node:http'

const ms = Number(process.argv[2] ?? 50)

/** @param {string} body */
function answerTo(body) {
  if (body === '') return '{"clusters":[]}'
  const role = (/role%2FR(\d+)/.exec(body)?.[1] ?? '').padStart(6, '0')
  const expires = new Date(Date.now() + 3_600_000).toISOString()
  const [action, result] = body.includes('AssumeRole')
    ? [
        'AssumeRole',
        `<Credentials><AccessKeyId>ASIABENCHBENCH${role}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>${expires}</Expiration></Credentials>`,
      ]
    : [
        'GetCallerIdentity',
        '<Arn>arn:aws:sts::100000000000:assumed-role/R/s</Arn><UserId>AROA:s</UserId><Account>100000000000</Account>',
      ]
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${result}</${action}Result></${action}Response>`
}

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString()
  response.writeHead(200, { 'content-type': body === '' ? 'application/json' : 'text/xml' })
  setTimeout(() => response.end(answerTo(body)), ms)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
