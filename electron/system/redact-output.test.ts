import { expect, test } from 'vitest'
import { mask } from '../../shared/kubeconfig/entries'
import { redact, secretValues } from './redact-output'

test.each([
  ['aws_secret_access_key = abcdefgh', `aws_secret_access_key = ${mask}`],
  ['{"SecretAccessKey": "abc/def"}', `{"SecretAccessKey": ${mask}}`],
  ['my-own-password: hunter2, next', `my-own-password: ${mask}, next`],
  ['SignedHeaders=host, Signature=0011 for', `SignedHeaders=host, Signature=${mask} for`],
  ['https://sts/?X-Amz-Signature=0011&X-Amz-Date=1', `https://sts/?X-Amz-Signature=${mask}&X-Amz-Date=1`],
])('what an AWS tool prints loses its secrets: %s', (printed, shown) => {
  expect(redact(printed)).toBe(shown)
})

test('a secret of the environment is masked by its value, wherever it stands', () => {
  const secrets = secretValues({ AWS_SECRET_ACCESS_KEY: 'correct-horse', AWS_REGION: 'eu-west-1' })
  expect(redact('cannot sign with correct-horse in eu-west-1', secrets)).toBe(
    `cannot sign with ${mask} in eu-west-1`,
  )
})

test('a secret that colours are written into is masked all the same', () => {
  expect(redact('correct\u001b[31m-horse', ['correct-horse'])).toBe(mask)
})

// Each of these took minutes while a pattern looked for its beginning from every place to the end.
test.each(['a-', 'password ', '-eyJaaaaaaaa', 'a.', '\u001b[0', "x='", '-----BEGIN A '])(
  'a command that prints a megabyte of %j does not keep Ekscope busy',
  (word) => {
    expect(redact(`x@=${word.repeat(500_000)}`).length).toBeLessThanOrEqual(2_001)
  },
)
