// AWS as far as looking for clusters needs it, answering each call after a while: `node aws.mjs MS` prints its port. No signature is
// checked, so that what is measured is who asks.
import { createServer } from 'node:http'

const ms = Number(process.argv[2] ?? 50)
const xml = (action, result) =>
  `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></${action}Response>`

const server = createServer((request, response) => {
  let body = ''
  request.on('data', (piece) => {
    body += piece
  })
  request.on('end', () =>
    setTimeout(() => {
      if (request.method === 'GET') {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end('{"clusters":[]}')
        return
      }
      response.writeHead(200, { 'content-type': 'text/xml' })
      const role = /role%2FR(\d+)/.exec(body)?.[1]
      const account = String(100000000000 + Number(role ?? 0))
      response.end(
        body.includes('AssumeRole')
          ? xml(
              'AssumeRole',
              `<Credentials><AccessKeyId>ASIABENCHBENCH${String(role).padStart(6, '0')}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials>`,
            )
          : xml(
              'GetCallerIdentity',
              `<Arn>arn:aws:sts::${account}:assumed-role/R/s</Arn><UserId>AROA:s</UserId><Account>${account}</Account>`,
            ),
      )
    }, ms),
  )
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
