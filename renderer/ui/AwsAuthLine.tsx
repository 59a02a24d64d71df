import { KeyRound } from 'lucide-react'
import { tokensFor } from '../../shared/identity/aws-auth-answers'
import { missingAwsAuths, readAwsAuths } from '../store/aws-auths'
import { clustersText } from '../text/cluster-texts'
import styles from './AwsAuthLine.module.css'
import { Button } from './Button'
import { useAwsAuths, useModel, useRun } from './model'
import { StopRun } from './StopRun'

const text = clustersText.awsAuth

/** Says for how many of these clusters aws-auth was not read, and has a button to read it that names the number of tokens. */
export function AwsAuthLine({ clusters }: { readonly clusters: readonly string[] }) {
  const { awsAuths } = useModel()
  const run = useRun('aws-auth')
  // The missing clusters are computed from it.
  useAwsAuths((state) => state.known)
  const missing = missingAwsAuths(awsAuths, clusters)
  if (run !== undefined)
    return (
      <p className={styles.line} role="status">
        {text.reading}
        <StopRun small run={run} title={text.stopMeaning} />
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
            onClick={() => void readAwsAuths(awsAuths, askable)}
          >
            {text.read(askable.length, missing.length, again)}
          </Button>
          {text.tokens(tokens)}
        </>
      )}
    </p>
  )
}
