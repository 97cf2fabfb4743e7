import type { RecordedEvent, SagaEvent, SagaGraph } from 'class-saga';

type Mark = 'done' | 'failed' | 'interrupted' | 'undone' | 'stuck';

/** What is told of a step, by what is recorded of it. */
const marks: Partial<Record<SagaEvent['type'], Mark>> = {
  'step-succeeded': 'done',
  'step-failed': 'failed',
  'step-timed-out': 'failed',
  'step-interrupted': 'interrupted',
  'compensation-succeeded': 'undone',
  'compensation-failed': 'stuck',
};

const style = [
  'classDef done fill:#d5e8d4,stroke:#82b366',
  'classDef undone fill:#f5f5f5,stroke:#999999',
  'classDef failed fill:#f8cecc,stroke:#b85450',
  'classDef stuck fill:#b85450,color:#ffffff',
];

/** What has become of an execution so far, as a Mermaid flowchart: a node for each step, with all that happened to it in order. */
export function tripDiagram({ steps, stages }: SagaGraph, events: readonly RecordedEvent[]): string {
  const nodes = steps.map(({ name }) => {
    const happened = events.filter(({ step }) => step === name);
    const told = happened.flatMap(({ type }) => marks[type as SagaEvent['type']] ?? []);
    const isUnderWay = /-begun$/.test(happened.at(-1)?.type ?? '');
    const words = [...told, ...(isUnderWay ? ['under way'] : [])].join(', ') || 'not begun';
    return `${name}["${name}: ${words}"]${isUnderWay || told.length === 0 ? '' : `:::${told.at(-1)}`}`;
  });
  const edges = stages.slice(1).map((stage, index) => `${stages[index]!.join(' & ')} --> ${stage.join(' & ')}`);
  return ['flowchart LR', ...[...nodes, ...edges, ...style].map((line) => `  ${line}`)].join('\n');
}
