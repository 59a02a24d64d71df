import { type Node, proofOf } from '../rows/proof'
import type { Row } from '../rows/rows'
import { type NodeState, nodeNames, proofText, text } from '../text/page'
import styles from './Proof.module.css'

const step = 17
const at = (index: number) => 6 + index * step

/** The style of the line to a node: solid where it was observed, dotted where it is only claimed or was not reached. */
const line: Readonly<Record<NodeState, 'said' | 'observed' | 'other' | 'open'>> = {
  claimed: 'said',
  observed: 'observed',
  other: 'other',
  refused: 'open',
  stopped: 'open',
  failed: 'open',
  open: 'open',
  none: 'open',
}

/** Intended, predicted, proven, seen as four nodes; in words for screen readers. */
export function Proof({ row }: { readonly row: Row }) {
  const { nodes, old } = proofOf(row)
  const words = nodes.map(({ name, state, who }) => proofText(name, state, who?.label ?? null)).join(', ')
  return (
    <span className={styles.proof} title={words} data-old={old || undefined}>
      <Nodes nodes={nodes} />
      <span className="visually-hidden">
        {words}
        {old && row.check !== null && `, ${text.grid.proofOld}`}
      </span>
    </span>
  )
}

/** The four nodes of a context that acts as intended: an example for the legend. */
export function ProofExample() {
  return (
    <Nodes
      nodes={nodeNames.map((name) => ({
        name,
        state: name === 'proven' || name === 'seen' ? 'observed' : 'claimed',
      }))}
    />
  )
}

function Nodes({ nodes }: { readonly nodes: readonly Pick<Node, 'name' | 'state'>[] }) {
  return (
    <svg width="64" height="16" viewBox="0 0 64 16" aria-hidden>
      {nodes.slice(1).map(({ name, state }, index) => (
        <line
          key={name}
          className={styles.line}
          data-line={line[state]}
          x1={at(index) + 4.5}
          x2={at(index + 1) - 4.5}
          y1="8"
          y2="8"
        />
      ))}
      {nodes.map(({ name, state }, index) => (
        <NodeDot key={name} state={state} x={at(index)} />
      ))}
    </svg>
  )
}

function NodeDot({ state, x }: { readonly state: Node['state']; readonly x: number }) {
  if (state === 'failed')
    return <path className={styles.cross} d={`M${x - 3} 5l6 6m0-6l-6 6`} strokeLinecap="round" />
  if (state === 'refused')
    return (
      <g className={styles.refused}>
        <circle cx={x} cy="8" r="4.2" />
        <line x1={x - 2.9} y1="10.9" x2={x + 2.9} y2="5.1" />
      </g>
    )
  return <circle className={styles.node} data-state={state} cx={x} cy="8" r={state === 'none' ? 3.2 : 3.9} />
}
