// One saga with all that is in it: the steps of a sub-saga become steps of its parent, under the path of the step that opens it (R24).
import type { SagaMember } from '../metadata/read-saga.js';
import type { Blueprint, Part } from './blueprint.js';
import { answersIn, finallyNodes, openingNode, retryPolicy, stepClassNode, stepNode } from './nodes.js';
import type { Outline } from './outline.js';
import { subPath } from './paths.js';
import type { CompensationNode, FinallyNode, RetryPolicy, SagaGraph, StepNode, SubSagaNode } from './saga-graph.js';

/** Of a declaration without mistakes. */
export function flattened(outline: Outline): Blueprint {
  const builder = new BlueprintBuilder();
  const answers = answersIn(outline);
  for (const stage of outline.stages) {
    builder.beginStage();
    for (const step of stage) {
      const { uses } = step;
      if (uses === null) builder.add(stepNode(step, answers, builder.policyOf));
      if (uses?.is === 'saga') builder.addSubSaga(openingNode(step, uses.blueprint.graph.saga), uses.class, uses.blueprint);
      if (uses?.is === 'class') builder.addStepClass(stepClassNode(step, uses.outline, builder.policyOf), uses.class);
    }
  }
  return builder.blueprint(outline);
}

/** A blueprint in the making: mutable, and seen in this file alone. */
class BlueprintBuilder {
  readonly #steps: StepNode[] = [];
  readonly #stages: string[][] = [];
  readonly #finally: FinallyNode[] = [];
  readonly #subSagas: SubSagaNode[] = [];
  readonly #parts: Part[] = [];
  readonly #retryIf = new Map<RetryPolicy, (error: unknown) => boolean>();

  readonly policyOf = ({ retry: [note] }: SagaMember): RetryPolicy | null => {
    if (!note) return null;
    const policy = retryPolicy(note);
    if (note.retryIf) this.#retryIf.set(policy, note.retryIf);
    return policy;
  };

  beginStage(): void {
    this.#stages.push([]);
  }

  /** To the stage that was begun last. */
  add(step: StepNode): void {
    this.#steps.push({ ...step, stage: this.#stages.length - 1 });
    this.#stages.at(-1)?.push(step.name);
  }

  addStepClass(step: StepNode, stepClass: Part['class']): void {
    this.add(step);
    this.#parts.push({ path: step.name, class: stepClass });
  }

  /** Its first stage is never the opening's, nor its last one that of a step after it: whoever adds that begins a stage. */
  addSubSaga(opening: StepNode, saga: Part['class'], { graph, retryIf, parts }: Blueprint): void {
    const path = opening.name;
    this.add(opening);
    this.#subSagas.push({ path, graph });
    this.#parts.push({ path, class: saga });
    const firstStage = this.#stages.length;
    for (const stage of graph.stages) this.#stages.push(stage.map((name) => subPath(path, name)));
    for (const step of graph.steps) this.#steps.push(stepUnder(path, step, firstStage));
    for (const node of graph.finally) this.#finally.push({ ...node, within: subPath(path, node.within) });
    for (const part of parts) this.#parts.push({ ...part, path: subPath(path, part.path) });
    for (const [policy, accepts] of retryIf) this.#retryIf.set(policy, accepts);
  }

  blueprint({ note, className, members }: Outline): Blueprint {
    const graph: SagaGraph = {
      saga: note.name ?? className,
      version: note.version ?? null,
      steps: this.#steps,
      stages: this.#stages,
      finally: [...this.#finally, ...members.flatMap(finallyNodes)],
      subSagas: this.#subSagas,
    };
    const transactionalStep = graph.steps.find(({ transactional }) => transactional)?.name ?? null;
    return { graph, retryIf: this.#retryIf, parts: this.#parts, transactionalStep };
  }
}

function stepUnder(path: string, step: StepNode, firstStage: number): StepNode {
  return {
    ...step,
    name: subPath(path, step.name),
    within: subPath(path, step.within),
    stage: firstStage + step.stage,
    needs: needsUnder(path, step),
    compensation: step.compensation && { ...step.compensation, needs: needsUnder(path, step.compensation) },
  };
}

function needsUnder(path: string, { needs }: StepNode | CompensationNode): readonly string[] {
  return needs.map((name) => subPath(path, name));
}
