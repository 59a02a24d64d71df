import { KeyRound, Square } from 'lucide-react'
import { tokensFor } from '../../shared/identity/aws-auths'
import { clustersText } from '../text/clusters'
import { text as page } from '../text/page'
import styles from './AwsAuthLine.module.css'
import { Button } from './Button'
import { useAwsAuths, useModel } from './model'

const text = clustersText.awsAuth

/** Says for how many of these clusters aws-auth was not read, and has a button to read it that names the number of tokens. */
export function AwsAuthLine({ clusters }: { readonly clusters: readonly string[] }) {
  const { awsAuths } = useModel()
  const run = useAwsAuths((state) => state.run)
  // The missing clusters are computed from it.
  useAwsAuths((state) => state.known)
  const missing = awsAuths.missing(clusters)
  if (run !== null)
    return (
      <p className={styles.line} role="status">
        {text.reading}
        <Button small icon={Square} title={text.stopMeaning} onClick={() => awsAuths.stop()}>
          {page.stop(run.done, run.total)}
        </Button>
      </p>
    )
  if (missing.length === 0) return null
  const askable = missing.filter(({ by }) => by.length > 0)
  const tokens = tokensFor(missing)
  const asked = missing.filter(({ read }) => read !== null).length
  const again = askable.every(({ read }) => read !== null)
  return (
    <p className={styles.line}>
      {text.missing(missing.length - asked, asked)}
      {askable.length === 0 ? (
        text.nobody
      ) : (
        <>
          <Button
            small
            icon={KeyRound}
            title={text.meaning}
            onClick={() => void awsAuths.read(askable.map(({ cluster }) => cluster))}
          >
            {text.read(askable.length, missing.length, again)}
          </Button>
          {text.tokens(tokens)}
        </>
      )}
    </p>
  )
}
