import { CircleAlert, LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import { isBelieved, notBelieved } from '../../shared/identity/asked-by'
import { clusterAccount } from '../../shared/identity/eks-cluster'
import type { FoundCluster } from '../../shared/ipc/payloads'
import { add } from '../text/add-texts'
import { spacedAccount } from '../text/counts'
import { Button } from '../ui/Button'
import { Tick } from '../ui/Field'
import { Shown } from '../ui/Shown'
import styles from './Add.module.css'
import type { Discovery } from './use-discovery'

interface ClustersProps {
  readonly discovery: Discovery
  readonly ticked: ReadonlySet<string>
  readonly onTick: (arn: string, tick: boolean) => void
  readonly onTickAll: (arns: readonly string[]) => void
  /** What the context of a ticked cluster would be called. */
  readonly nameOf: (arn: string) => { readonly name: string; readonly collided: boolean } | undefined
}

/** What was found so far: ready ones to tick, the others with the reason, regions that failed beside them. */
export function Clusters({ discovery, ticked, onTick, onTickAll, nameOf }: ClustersProps) {
  const { clusters, problems, waiting, running, regions } = discovery
  const [hides, setHides] = useState(false)
  if (regions === null) return null
  const known = clusters.filter(({ arn, contexts }) => contexts.length > 0 && !ticked.has(arn))
  const listed = hides ? clusters.filter((one) => !known.includes(one)) : clusters
  const ready = listed.filter(({ notReady }) => notReady === null).map(({ arn }) => arn)
  const all = ready.every((arn) => ticked.has(arn))
  return (
    <section aria-label={add.clusters}>
      <div className={styles.heading}>
        <p className="row" role="status">
          {running && <LoaderCircle size={14} className="turning" aria-hidden />}
          {running ? add.searching(waiting.length) : add.found(clusters.length, regions.length)}
        </p>
        {ready.length > 1 && (
          <Button small kind="plain" onClick={() => onTickAll(all ? [] : ready)}>
            {all ? add.noClusters : add.allClusters(ready.length)}
          </Button>
        )}
        {known.length > 0 && (
          <div className={styles.hide}>
            <Tick checked={hides} onChange={setHides}>
              {add.hideKnown(known.length)}
            </Tick>
          </div>
        )}
      </div>
      {!running && clusters.length === 0 && problems.length === 0 && (
        <p className="above-8 faint">{add.none}</p>
      )}
      {listed.length > 0 && (
        <ul className={styles.clusters} tabIndex={-1}>
          {inOrder(listed).map((cluster) => (
            <Cluster
              key={cluster.arn}
              cluster={cluster}
              ticked={ticked.has(cluster.arn)}
              onTick={(tick) => onTick(cluster.arn, tick)}
              name={nameOf(cluster.arn)}
            />
          ))}
        </ul>
      )}
      {problems.map(({ where, fault }) => (
        <p key={`${where} ${fault.message}`} className="top said bad above-8">
          <CircleAlert size={14} aria-hidden />
          <span>
            <b>{where}</b> <Shown text={`${fault.message} ${fault.next}`} />
          </span>
        </p>
      ))}
    </section>
  )
}

/** By region and name: what arrives later finds its place. */
const inOrder = (clusters: readonly FoundCluster[]) =>
  [...clusters].sort((a, b) => a.region.localeCompare(b.region) || a.name.localeCompare(b.name))

interface ClusterProps {
  readonly cluster: FoundCluster
  readonly ticked: boolean
  readonly onTick: (tick: boolean) => void
  readonly name: { readonly name: string; readonly collided: boolean } | undefined
}

function Cluster({ cluster, ticked, onTick, name }: ClusterProps) {
  const { notReady, status, version, endpoint, region, contexts, publicEndpoint } = cluster
  const account = clusterAccount(cluster)
  return (
    <li>
      <label className={styles.cluster} data-ready={notReady === null || undefined}>
        <input
          type="checkbox"
          checked={ticked}
          disabled={notReady !== null}
          onChange={(event) => onTick(event.target.checked)}
        />
        <span className="fill">
          <span className={styles.line}>
            <Shown as="b" text={cluster.name} />
            <code>{region}</code>
            <code>{spacedAccount(account)}</code>
            {version !== null && <span>{version}</span>}
            <span className={styles.status} data-status={status}>
              {status}
            </span>
            {publicEndpoint === false && <span>{add.private}</span>}
          </span>
          <span className="breaks quiet block">
            {notReady !== null ? (
              <Shown as="span" className="unsure" text={notReady} />
            ) : (
              <Shown text={endpoint ?? ''} />
            )}
          </span>
          {!isBelieved(cluster) && <span className="breaks quiet block">{notBelieved}</span>}
          {contexts.length > 0 && <Shown as="span" className="breaks quiet block" text={add.has(contexts)} />}
        </span>
        {ticked && name !== undefined && (
          <Shown
            as="span"
            className={styles.name}
            data-collided={name.collided || undefined}
            text={name.name}
          />
        )}
      </label>
    </li>
  )
}
