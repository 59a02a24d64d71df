import { useState } from 'react'
import { parsePrincipal } from '../../shared/identity/arn'
import { type LetInMay, letIn, letInMays } from '../../shared/identity/let-in'
import { partitionOfRegion } from '../../shared/identity/regions'
import { clustersText as text } from '../text/cluster-texts'
import { Field } from '../ui/Field'
import { useOffer } from '../ui/model'
import styles from './Access.module.css'
import { type AccessOf, Chips } from './OneEach'
import { Select } from './Select'
import { Steps } from './Steps'

interface LetInProps extends AccessOf {
  readonly principal: string
  readonly onPrincipal: (arn: string) => void
}

/** The commands that would let an identity in, to copy: an administrator runs them, Ekscope does not. */
export function LetIn({ cluster, access, principal, onPrincipal }: LetInProps) {
  const offer = useOffer()
  const [may, setMay] = useState<LetInMay>('read')
  const [namespace, setNamespace] = useState('')
  const { name, region, arn, described } = cluster
  // While other clusters are still being asked about, AWS's answer for this one is only in its facts (`described`).
  const mode = access.mode ?? described?.authenticationMode ?? null
  const entering = new Set(
    access.mine.filter(({ entrance }) => entrance.kind === 'enters').map(({ who }) => who.id),
  )
  const outside = access.mine.flatMap(({ who }) => {
    const kind = parsePrincipal(who.arn ?? '')?.kind
    return !entering.has(who.id) && (kind === 'role' || kind === 'user') ? [who] : []
  })
  if (name === null || region === null) return null
  const partition = arn?.split(':')[1] ?? partitionOfRegion(region)
  const wanted = principal.trim()
  const scope = { may, namespace: namespace.trim() === '' || may === 'everything' ? null : namespace.trim() }
  const steps = wanted === '' ? null : letIn({ name, region, partition, mode }, wanted, offer, scope)
  return (
    <div className={styles.letIn}>
      <Field
        label={text.letIn.whom}
        value={principal}
        placeholder={text.letIn.hint}
        mono
        problem={wanted !== '' && steps === null ? text.letIn.wrong : null}
        onChange={onPrincipal}
      />
      {wanted === '' && (
        <Chips title={text.letIn.yours} all={outside} onChoose={({ arn }) => onPrincipal(arn ?? '')} />
      )}
      <div className={styles.acts}>
        <Select
          label={text.letIn.may}
          value={may}
          options={letInMays.map((one) => [one, text.letIn.mays[one]])}
          onChange={setMay}
        />
      </div>
      {may !== 'everything' && (
        <Field
          label={text.letIn.where}
          value={namespace}
          placeholder={text.letIn.whereHint}
          mono
          onChange={setNamespace}
        />
      )}
      {steps === null ? (
        <p className="quiet">{text.letIn.choose}</p>
      ) : (
        <>
          <p className="quiet">
            {[mode === null && text.letIn.modeUnknown, text.letIn.who].filter(Boolean).join(' ')}
          </p>
          <Steps steps={steps} />
        </>
      )}
    </div>
  )
}
