import { isBelieved, notBelieved } from '../../shared/identity/asked-by'
import { clusterAccount } from '../../shared/identity/eks-cluster'
import { visible } from '../../shared/visible'
import { ListPanel } from '../inspector/Frame'
import { partsOfCell } from '../rows/sweep-matrix'
import { onlyThese } from '../store/list-state'
import { sweepsText as text } from '../text/sweep-texts'
import { Button } from '../ui/Button'
import { useApp, useModel, useSweeps } from '../ui/model'
import { Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import { AddFoot, AddParts, useAdding } from './AddParts'
import { wordsOf } from './cell'
import styles from './Discover.module.css'
import { LeaveOut, Places, PlacesTitle } from './Places'
import { type Found, useFound, usePendingNames } from './use-found'

/** Beside the matrix: where it was looked, what is known of the cell that has the keyboard, and what is to be added. */
export function Panel() {
  const found = useFound()
  return found && <FoundPanel found={found} />
}

function FoundPanel({ found }: { readonly found: Found }) {
  const { sweeps } = useModel()
  const adding = useAdding(found)
  return (
    <ListPanel
      texts={{ label: text.label, nothing: '' }}
      list={sweeps}
      title={<PlacesTitle found={found} />}
      foot={adding.ways.length > 0 && <AddFoot adding={adding} />}
    >
      <Places found={found} />
      <Here found={found} />
      <AddParts adding={adding} />
    </ListPanel>
  )
}

/** What is known of the cell that has the keyboard: what was seen apart from what entries claim. */
function Here({ found }: { readonly found: Found }) {
  const model = useModel()
  const cursor = useSweeps((state) => state.cursor)
  const names = usePendingNames()
  const contexts = useApp((state) => state.snapshot?.contexts)
  const [lineId, arn] = cursor === null ? [null, null] : partsOfCell(cursor)
  const line = found.matrix.groups.flatMap(({ lines }) => lines).find(({ id }) => id === lineId)
  const column = found.matrix.accounts
    .flatMap(({ columns }) => columns)
    .find((one) => one.cluster.arn === arn)
  if (cursor === null || line === undefined || column === undefined) return null
  const { says, by, contexts: named } = wordsOf(found.matrix.ways.get(cursor), names.get(cursor) ?? null)
  const { cluster } = column
  // An identity that an SSO session finds, too, would come back with it.
  const profiles = line.lookers.flatMap(({ looker }) =>
    looker.kind === 'profile' && line.lookers.every((one) => one.looker.kind === 'profile')
      ? [looker.profile ?? '']
      : [],
  )
  return (
    <section className={styles.section} aria-label={`${line.who.label}, ${cluster.name}`}>
      <h2 className="row size-3">
        <Tile who={line.who} />
        <span>
          <Shown text={line.who.label} /> → <Shown text={cluster.name} />
        </span>
      </h2>
      <p className="quiet">
        <Shown
          text={[
            cluster.region,
            found.accountName(clusterAccount(cluster)),
            cluster.version,
            column.notReady ?? '',
          ]
            .filter(Boolean)
            .join(' · ')}
        />
      </p>
      {!isBelieved(cluster) && <p className="quiet">{notBelieved}</p>}
      <p className={styles.said} data-said={by}>
        <b>{text.here[by]}:</b> <Shown text={by === 'claimed' ? `${says}. ${text.here.asks}` : says} />
      </p>
      {named.length > 0 && (
        <div className="row wrap above-8">
          <Button
            small
            onClick={() => {
              const title = text.here.onlyTitle(visible(line.who.label), visible(cluster.name))
              const own = contexts?.filter(({ name }) => named.includes(name)) ?? []
              model.state.setState(onlyThese(title, own))
            }}
          >
            {text.here.show(named.length)}
          </Button>
        </div>
      )}
      <div className={styles.leaves}>
        <LeaveOut region={cluster.region} who={{ name: line.who.label, profiles }} />
      </div>
    </section>
  )
}
